"""Large text tables and Parquet files: DuckDB reads them in one pass and writes the raw table, no cell an object.

What comes of a file is what the reader that looks at every cell makes of it; a file with more than one table, or an
unusually wide one, is left to that reader.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.intake.bulk_parquet import parquet_table
from orchestration.intake.bulk_table import BulkTable, SeveralTablesError
from orchestration.intake.bulk_text import text_table, text_table_written_anew
from orchestration.intake.bulk_writing import write_raw_in_bulk
from orchestration.intake.formats import format_of
from orchestration.intake.forms import Form
from orchestration.intake.issues import Issue
from orchestration.intake.limits import Limits, refuse_above
from orchestration.intake.raw import raw_name
from orchestration.intake.tables import Table, column_issues, tables_of
from orchestration.intake.whole_files import UNFINISHED


@dataclass(frozen=True)
class ReadInBulk:
    """What came of the one table of a file: `table` has its first rows and says what its columns are."""

    form: Form
    table: Table
    rows: int
    issues: tuple[Issue, ...]


def read_in_bulk(
    path: Path, ending: str, forms: Mapping[str, Form], named: str | None, limits: Limits, raw: Path
) -> ReadInBulk | None:
    """Write `raw/<dataset>/<hash>.1.parquet` from a file in the store; None where it has to be read cell by cell.

    Raises Refusal as `read` and `tables_of` do.
    """
    kind = format_of(path, ending)
    if kind not in ("parquet", "text"):
        return None
    refuse_above(path.stat().st_size, limits.bulk_bytes, "bytes")
    anew = path.with_name(f"{path.name}.{os.getpid()}{UNFINISHED}")
    memory = f"{limits.memory // 2}B"
    try:
        with duckdb.connect(config={"memory_limit": memory, "threads": 2}) as connection:

            def taken(table: BulkTable | None) -> ReadInBulk | None:
                return _taken(connection, table, path.name, forms, named, limits, raw) if table else None

            if kind == "parquet":
                return taken(parquet_table(path, connection))
            try:
                read = taken(text_table(path, ending, limits))
            except duckdb.InvalidInputException:
                # Other widths, another encoding, a quote in a cell: record by record it will be seen what it is.
                read = None
            return read or taken(text_table_written_anew(path, ending, limits, anew))
    except SeveralTablesError:
        return None
    except duckdb.OutOfMemoryException as error:
        raise MemoryError from error
    finally:
        anew.unlink(missing_ok=True)


def _taken(
    connection: duckdb.DuckDBPyConnection,
    bulk: BulkTable,
    file: str,
    forms: Mapping[str, Form],
    named: str | None,
    limits: Limits,
    raw: Path,
) -> ReadInBulk:
    form, tables = tables_of([bulk.head], forms, named)
    if len(tables) != 1:
        raise SeveralTablesError
    target = raw / form.dataset / raw_name(file, 1)
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f"{target.name}.{os.getpid()}{UNFINISHED}")
    try:
        rows, with_data = write_raw_in_bulk(connection, bulk, form, tables[0], file, limits, unfinished)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    issues = column_issues(bulk.head.name, tables[0].header, tables[0].claims, form, with_data.__contains__)
    return ReadInBulk(form, tables[0], rows, tuple(issues))
