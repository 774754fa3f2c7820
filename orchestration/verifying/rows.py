"""Verifying the tables of a version: that each can be read, and has as many rows as is said elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

from orchestration.verifying.findings import Finding, at_place, finding
from orchestration.verifying.reading import Content

TABLES = (".parquet", ".csv")
# A cell may hold a text of some megabytes; a block must hold a row.
CSV_BLOCK = 16 << 20


def tables_of(dataset: str) -> tuple[str, ...]:
    """The files of a dataset whose rows are counted."""
    return tuple(f"{dataset}{suffix}" for suffix in TABLES)


def rows_found(
    where: str, dataset: str, files: Mapping[str, Content], counts: Iterable[tuple[str, int]]
) -> list[Finding]:
    """What is wrong with the rows of the tables that were read; `counts` are how many there must be, and by what."""
    found: list[Finding] = []
    for name in tables_of(dataset):
        content = files.get(name)
        if content is None or content.path is None:
            continue
        try:
            rows = _count(content.path)
        except (pa.ArrowException, OSError):
            found.append(finding("table_unreadable", at_place(where, name)))
            continue
        found += [
            finding("rows_differ", at_place(where, name), rows=rows, by=by, expected=expected)
            for by, expected in counts
            if rows != expected
        ]
    return found


def _count(table: Path) -> int:
    if table.suffix == ".parquet":
        return int(pq.read_metadata(table).num_rows)
    with csv.open_csv(
        table,
        read_options=csv.ReadOptions(block_size=CSV_BLOCK),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(include_columns=["id"], column_types={"id": pa.string()}),
    ) as reader:
        return sum(batch.num_rows for batch in reader)
