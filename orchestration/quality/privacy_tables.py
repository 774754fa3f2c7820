"""The privacy gate on a Parquet file: its text columns, the names of its columns, its own metadata."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb

from orchestration.contracts import Contract
from orchestration.quality.privacy_hit import ENOUGH, Hit
from orchestration.quality.privacy_patterns import SUSPICIOUS, find

# The pipeline's own id of a row: half a hash, which may consist of digits alone.
ROW_ID = re.compile("[0-9a-f]{16}")
BATCH = 1_000


def table_hits(parquet: Path, contract: Contract) -> list[Hit]:
    """Personal data in the text columns of a Parquet file, columns that are private, and what its metadata say.

    One search in DuckDB tells the few rows that are worth a closer look. At most ENOUGH hits.
    """
    with duckdb.connect() as connection:
        relation = connection.read_parquet(str(parquet))
        types = dict(zip(relation.columns, map(str, relation.types), strict=True))
        hits = [*_column_hits(parquet.name, types, contract), *_metadata_hits(connection, parquet)]
        for hit in _row_hits(connection, parquet, [name for name, type_ in types.items() if "VARCHAR" in type_]):
            hits.append(hit)
            if len(hits) >= ENOUGH:
                break
    return hits


def place_of_row(value: str | None, number: int) -> str:
    """How a row is named: by its id, where that is one of the pipeline's and so tells nothing, else by its number."""
    return value if value is not None and ROW_ID.fullmatch(value) else f"row {number:,}"


def quoted(name: str) -> str:
    """A name of a column in SQL."""
    return '"' + name.replace('"', '""') + '"'


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


def _row_hits(connection: duckdb.DuckDBPyConnection, parquet: Path, columns: list[str]) -> Iterator[Hit]:
    if not columns:
        return
    texts = {name: f"{quoted(name)}::VARCHAR" for name in columns}
    # A literal: a pattern that is no constant would be compiled again and again.
    suspicious = " OR ".join(f"regexp_matches({text}, '{SUSPICIOUS}')" for text in texts.values())
    found = connection.execute(
        f"SELECT file_row_number + 1, {', '.join(texts.values())} "
        f"FROM read_parquet($path, file_row_number = true) WHERE {suspicious} ORDER BY 1",
        {"path": str(parquet)},
    )
    while rows := found.fetchmany(BATCH):
        for number, *values in rows:
            row = dict(zip(columns, values, strict=True))
            place = place_of_row(row.get("id"), number)
            for name, value in row.items():
                if value is None or (name == "id" and ROW_ID.fullmatch(value)):
                    continue
                for kind in sorted(find(value)):
                    yield Hit(parquet.name, kind, place, name)
