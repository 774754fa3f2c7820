"""The two canonical tables of a package: Parquet, taken over from the mart, and the CSV made from it.

Both carry values exactly. Row values never go into the errors raised here.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from orchestration import engine
from orchestration.contracts import Field
from orchestration.errors import UserError
from orchestration.sql import literal


class MartError(UserError):
    """A mart that cannot be released: a column too many, missing or of the wrong type, an id twice or without value."""


def take_over(mart: Path, columns: tuple[Field, ...], target: Path) -> int:
    """Make `target` the published Parquet of `mart` and return its number of rows.

    A mart in the order of the contract, sorted by id, is copied byte for byte; another one is put in order.
    Raises MartError where the mart has not exactly the columns to be published, with the types of the contract
    (string, integer of 32 or 64 bits, double, date, boolean), or where ids are missing or repeated.
    """
    names = [column.name for column in columns]
    schema = pq.read_schema(mart)
    _check_columns(mart, schema, columns)
    if schema.names == names and _sorted_by_id(mart):
        shutil.copyfile(mart, target)
    else:
        chosen = ", ".join(f'"{name}"' for name in names)
        with engine.connect() as connection:
            connection.execute(
                f"COPY (SELECT {chosen} FROM read_parquet({literal(mart)}) ORDER BY id) "
                f"TO {literal(target)} (FORMAT parquet, COMPRESSION zstd)"
            )
        if not _sorted_by_id(target):
            raise MartError(f"{mart.name}: two rows have the same id")
    return int(pq.read_metadata(target).num_rows)


def write_csv(parquet: Path, target: Path) -> None:
    """Write the published Parquet as CSV: RFC 4180 but for line ends (LF), UTF-8 without a mark, names as header.

    No value is an empty cell, an empty text is `""`.
    """
    # The Parquet is sorted already, and DuckDB keeps its order, whatever the number of threads.
    with engine.connect() as connection:
        connection.execute(
            f"COPY (SELECT * FROM read_parquet({literal(parquet)})) TO {literal(target)} (FORMAT csv, HEADER)"
        )


def display_widths(parquet: Path, columns: tuple[Field, ...]) -> list[int]:
    """For each column the widest value, in widths of a Latin letter; Chinese characters are two wide."""
    # A character of one byte is one wide, one of three bytes two: the mean of both lengths.
    measures = ", ".join(
        f'max((length("{column.name}") + strlen("{column.name}")) // 2)'
        if column.type == "string"
        else f'max(length("{column.name}"::varchar))'
        for column in columns
    )
    with engine.connect() as connection:
        row = connection.execute(f"SELECT {measures} FROM read_parquet({literal(parquet)})").fetchone()
    return [int(width or 0) for width in row or ()]


def _check_columns(mart: Path, schema: Any, columns: tuple[Field, ...]) -> None:
    wanted = {column.name: column for column in columns}
    surplus = [name for name in schema.names if name not in wanted]
    missing = [name for name in wanted if name not in schema.names]
    if surplus:
        raise MartError(f"{mart.name}: columns that the contract does not publish: {', '.join(surplus)}")
    if missing or len(schema.names) != len(wanted):
        raise MartError(f"{mart.name}: columns missing: {', '.join(missing) or 'none, but one occurs twice'}")
    for name, column in wanted.items():
        found = schema.field(name).type
        if not _is_of_type(found, column.type):
            raise MartError(f"{mart.name}: column {name} is {found}, the contract says {column.type}")


def _is_of_type(found: Any, wanted: str) -> bool:
    if wanted == "string":
        return bool(pa.types.is_string(found) or pa.types.is_large_string(found))
    if wanted == "integer":
        return bool(pa.types.is_int32(found) or pa.types.is_int64(found))
    checks = {"number": pa.types.is_float64, "date": pa.types.is_date32, "boolean": pa.types.is_boolean}
    return bool(checks[wanted](found))


def _sorted_by_id(parquet: Path) -> bool:
    """Whether each id is greater than the one before it, by code points: sorted, and none twice."""
    last: str | None = None
    with pq.ParquetFile(parquet) as file:
        for batch in file.iter_batches(columns=["id"]):
            ids = batch.column(0)
            if ids.null_count:
                raise MartError(f"{parquet.name}: a row has no id")
            if not len(ids):
                continue
            if last is not None and not last < ids[0].as_py():
                return False
            if not pc.all(pc.less(ids[:-1], ids[1:]), min_count=0).as_py():
                return False
            last = ids[-1].as_py()
    return True
