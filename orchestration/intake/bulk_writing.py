"""The raw table of a table in bulk: one pass writes it; only rows that are not plainly data are looked at in Python."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from orchestration.intake.bulk_rows import doubtful, with_signs
from orchestration.intake.bulk_table import BulkTable, SeveralTablesError, column
from orchestration.intake.forms import Form
from orchestration.intake.headers import plain_headers
from orchestration.intake.headings import claim
from orchestration.intake.limits import Limits, refuse_above
from orchestration.intake.raw import COMPRESSION, raw_schema, text_array, units_of
from orchestration.intake.rows import kinds_of_doubtful, layout_of
from orchestration.intake.sheets import Row, Sheet
from orchestration.intake.tables import Table
from orchestration.sql import literal

FETCHED = 10_000
# Rows of a group of the Parquet file, which DuckDB makes of this many too.
GROUP = 122_880


def write_raw_in_bulk(
    connection: duckdb.DuckDBPyConnection,
    bulk: BulkTable,
    form: Form,
    table: Table,
    file: str,
    limits: Limits,
    target: Path,
) -> tuple[int, set[int]]:
    """Write the raw table of a file; `table` says where its header is and which field each column gives.

    Returns the number of rows, and the positions of the columns without a heading that hold data all the same. Raises
    SeveralTablesError, and duckdb.InvalidInputException for text that is not plain.
    """
    first, layout = table.header.last + 1, layout_of(bulk.head, table.header)
    rows = with_signs(bulk.rows_below(table.header.last), bulk.head.width)
    doubt = doubtful(bulk.head.width, table.header, layout, form)
    unnamed = {heading.position for heading in table.header.headings if not heading.parts}
    marked = target.with_name(f"marked.{target.name}")
    try:
        _write_marked(connection, bulk, form, table, file, limits, rows, doubt, marked)
        height = int(pq.read_metadata(marked).num_rows)
        refuse_above(height, limits.bulk_rows, "rows")
        looked_at = dict[int, set[int]]()
        found = _doubtful_rows(connection, marked, first, table, form, unnamed, looked_at)
        kinds, end = kinds_of_doubtful(found, first + height, layout)
        if looked_at:
            _settle(marked, target, {number - first: kind for number, kind in kinds.items()}, end - first)
        else:
            marked.rename(target)
    finally:
        marked.unlink(missing_ok=True)
    with_data = {position for number, filled in looked_at.items() if number not in kinds for position in filled}
    return end - first, with_data | _filled(connection, rows, doubt, unnamed)


def _write_marked(
    connection: duckdb.DuckDBPyConnection,
    bulk: BulkTable,
    form: Form,
    table: Table,
    file: str,
    limits: Limits,
    rows: str,
    doubt: str,
    marked: Path,
) -> None:
    """Write the raw table with all cells of each doubtful row, as JSON, in the place of the reason to ignore it."""
    cells = [column(position) for position in range(bulk.head.width)]
    positions = {field: position for position, field in table.claims.fields.items()}
    units = units_of(table)
    most = limits.cell_characters
    too_long = " OR ".join(f"(strlen({cell}) > {most} AND length({cell}) > {most})" for cell in cells)
    mark = f"CASE WHEN {too_long} THEN error('long') WHEN {doubt} THEN to_json([{', '.join(cells)}])::VARCHAR END"
    values = [
        literal(file),
        "1::INTEGER",
        literal(table.sheet.name),
        f"{table.header.last + 2}::INTEGER",
        mark,
        *(column(positions[field]) if field in positions else "NULL::VARCHAR" for field in form.fields),
        *(literal(unit) if (unit := units.get(field)) else "NULL::VARCHAR" for field in form.money),
    ]
    named = (f"{value} AS {name}" for value, name in zip(values, raw_schema(form).names, strict=True))
    connection.execute(
        f"COPY (SELECT {', '.join(named)} FROM ({rows})) TO {literal(marked)} "
        f"(FORMAT parquet, COMPRESSION {COMPRESSION}, ROW_GROUP_SIZE {GROUP})"
    )


def _doubtful_rows(
    connection: duckdb.DuckDBPyConnection,
    marked: Path,
    first: int,
    table: Table,
    form: Form,
    unnamed: set[int],
    looked_at: dict[int, set[int]],
) -> Iterator[tuple[int, Row]]:
    """The doubtful rows with their numbers; notes in `looked_at` which of the `unnamed` columns each has filled."""
    found = connection.execute(
        f"SELECT file_row_number, _ignored FROM read_parquet({literal(marked)}, file_row_number = true) "
        "WHERE _ignored IS NOT NULL ORDER BY 1"
    )
    while fetched := found.fetchmany(FETCHED):
        for number, cells in fetched:
            row: Row = json.loads(cells)
            _refuse_further_header(row, table, form)
            looked_at[first + number] = {position for position in unnamed if row[position]}
            yield first + number, row


def _refuse_further_header(row: Row, table: Table, form: Form) -> None:
    for header in plain_headers(Sheet(table.sheet.name, [row])):
        if claim(header.headings, form).fit(form) and not header.repeats(table.header):
            raise SeveralTablesError


def _filled(connection: duckdb.DuckDBPyConnection, rows: str, doubt: str, positions: set[int]) -> set[int]:
    """Which of these columns a row fills that is plainly data."""
    if not positions:
        return set()
    chosen = sorted(positions)
    counts = ", ".join(f"count({column(position)})" for position in chosen)
    row = connection.execute(f"SELECT {counts} FROM ({rows}) WHERE NOT coalesce({doubt}, false)").fetchone()
    return {position for position, count in zip(chosen, row or (), strict=True) if count}


def _settle(marked: Path, target: Path, kinds: dict[int, str], height: int) -> None:
    """Write the first `height` rows anew with the reasons to ignore them, by number from 0."""
    with (
        pq.ParquetFile(marked) as source,
        pq.ParquetWriter(target, source.schema_arrow, compression=COMPRESSION) as out,
    ):
        start = 0
        place = source.schema_arrow.names.index("_ignored")
        for batch in source.iter_batches(GROUP):
            rows = batch.slice(0, max(height - start, 0))
            reasons = text_array([kinds.get(number) for number in range(start, start + rows.num_rows)])
            out.write_batch(rows.set_column(place, source.schema_arrow.field(place), reasons), row_group_size=GROUP)
            start += rows.num_rows
