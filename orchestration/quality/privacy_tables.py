"""The privacy gate on a Parquet file: its text columns, the names of its columns, its own metadata."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import duckdb

from orchestration.contracts import Contract
from orchestration.quality.privacy_hit import ENOUGH, Hit
from orchestration.quality.privacy_patterns import SUSPICIOUS, find
from orchestration.sql import quoted

# The pipeline's own id of a row: half a hash, which may consist of digits alone.
ROW_ID = re.compile("[0-9a-f]{16}")
BATCH = 1_000


def table_hits(parquet: Path, contract: Contract) -> list[Hit]:
    """Personal data in the text columns of a Parquet file, columns that are private, and what its metadata say.

    One search per column, in DuckDB, tells the few rows that are worth a closer look. At most ENOUGH hits.
    """
    with duckdb.connect() as connection:
        relation = connection.read_parquet(str(parquet))
        types = dict(zip(relation.columns, map(str, relation.types), strict=True))
        hits = [*_column_hits(parquet.name, types, contract), *_metadata_hits(connection, parquet)]
        texts = [name for name, type_ in types.items() if "VARCHAR" in type_]
        found = list(islice(_found(connection, parquet, texts), ENOUGH))
        ids = _ids(connection, parquet, {number for number, _, _ in found}) if "id" in types else {}
    hits += [Hit(parquet.name, kind, place_of_row(ids.get(row), row + 1), name) for row, name, kind in found]
    return hits[:ENOUGH]


def place_of_row(value: str | None, number: int) -> str:
    """How a row is named: by its id, where that is one of the pipeline's and so tells nothing, else by its number."""
    return value if value is not None and ROW_ID.fullmatch(value) else f"row {number:,}"


def _column_hits(file: str, types: dict[str, str], contract: Contract) -> Iterator[Hit]:
    private = {field.name for field in contract.fields if not field.public}
    for name, type_ in types.items():
        if name in private:
            yield Hit(file, "private_column", column=name)
        if "BLOB" in type_:
            yield Hit(file, "unreadable", column=name)


def _metadata_hits(connection: duckdb.DuckDBPyConnection, parquet: Path) -> Iterator[Hit]:
    rows = connection.execute(
        "SELECT decode(key), value FROM parquet_kv_metadata($path)", {"path": str(parquet)}
    ).fetchall()
    for key, value in rows:
        for kind in sorted(find(key) | find(bytes(value).decode("utf-8", "replace"))):
            yield Hit(parquet.name, kind, "metadata of the file")


def _found(connection: duckdb.DuckDBPyConnection, parquet: Path, columns: list[str]) -> Iterator[tuple[int, str, str]]:
    """Row (from 0), column and kind of the personal data in a file; row by row within a column."""
    for name in columns:
        # Column by column: few distinct values are then searched but once. The pattern is a literal, for one that is no
        # constant would be compiled again and again.
        found = connection.execute(
            f"SELECT file_row_number, {quoted(name)}::VARCHAR FROM read_parquet($path, file_row_number = true) "
            f"WHERE regexp_matches({quoted(name)}::VARCHAR, '{SUSPICIOUS}') ORDER BY 1",
            {"path": str(parquet)},
        )
        while rows := found.fetchmany(BATCH):
            for row, value in rows:
                if name == "id" and ROW_ID.fullmatch(value):
                    continue
                yield from ((row, name, kind) for kind in sorted(find(value)))


def _ids(connection: duckdb.DuckDBPyConnection, parquet: Path, rows: set[int]) -> dict[int, str]:
    """The ids of some rows."""
    found = connection.execute(
        "SELECT file_row_number, id::VARCHAR FROM read_parquet($path, file_row_number = true) "
        "WHERE file_row_number IN (SELECT unnest($rows::BIGINT[]))",
        {"path": str(parquet), "rows": sorted(rows)},
    )
    return dict(found.fetchall())
