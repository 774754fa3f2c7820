"""The published table as JSON: one array, one object a row and line, for programs that want neither Parquet nor CSV."""

from __future__ import annotations

from pathlib import Path

from orchestration import engine
from orchestration.contracts import Field
from orchestration.release.tables import MartError
from orchestration.sql import literal


def write_json_table(parquet: Path, columns: tuple[Field, ...], target: Path) -> None:
    """Write the published Parquet as an array of objects (RFC 8259): UTF-8, columns in order, a line per row.

    Dates are texts (ISO 8601), no value is `null`, an empty text is `""`. Raises MartError for a number that JSON does
    not know (an infinity, or none).
    """
    with engine.connect() as connection:
        table = connection.read_parquet(str(parquet))
        for column in columns:
            if column.type == "number" and table.filter(f'NOT isfinite("{column.name}")').limit(1).fetchone():
                raise MartError(f"{parquet.name}: column {column.name} holds a number that is not finite")
        # The Parquet is sorted already, and DuckDB keeps its order, whatever the number of threads.
        connection.execute(
            f"COPY (FROM read_parquet({literal(parquet)})) TO {literal(target)} (FORMAT json, ARRAY true)"
        )
