"""Writing the rows of a table as Parquet, as `docs/architecture.md` says a raw table is."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.intake.forms import Form
from orchestration.intake.headings import Heading
from orchestration.intake.tables import Table
from orchestration.intake.whole_files import replace_file, write_if_changed

COMPRESSION = "zstd"
# Small tables come by the thousand: without what helps in a large one, one of 25 rows is read in a third of the time.
SMALL = 1_000
AS_SMALL = {"compression": "snappy", "use_dictionary": False, "write_statistics": False, "store_schema": False}
MONEY_UNITS = {"元", "万元", "亿元"}


def raw_name(file: str, number: int) -> str:
    """The name of the raw table of one table of a file: `<hash>.<table>.parquet`."""
    return f"{file}.{number}.parquet"


def write_raw(folder: Path, file: str, number: int, table: Table, form: Form) -> None:
    """Write one table of a file (`file` is its hash, `number` counts its tables from 1) to `<hash>.<table>.parquet`.

    The Parquet file has every row below the header down to the last that is not blank, in the file's order.
    """
    height = len(table.kinds)
    said = list(zip(*table.rows, strict=True)) if height else [()] * table.sheet.width
    positions = {field: position for position, field in table.claims.fields.items()}
    units = units_of(table)
    columns = [
        _constant(file, height),
        _number(number, height),
        _constant(table.sheet.name, height),
        _number(table.header.last + 2, height),
        text_array(table.kinds),
        *(
            text_array(said[positions[field]]) if field in positions else _constant(None, height)
            for field in form.fields
        ),
        *(_constant(units.get(field), height) for field in form.money),
    ]
    how = AS_SMALL if height <= SMALL else {"compression": COMPRESSION}
    with replace_file(folder / raw_name(file, number)) as parquet:
        pq.write_table(pa.Table.from_arrays(columns, schema=raw_schema(form)), parquet, **how)


def write_none(folder: Path, form: Form) -> None:
    """Write `none.parquet`, a raw table without rows, so that a dataset without submissions has one too."""
    write_if_changed(folder / "none.parquet", parquet_bytes(raw_schema(form).empty_table()))


def raw_schema(form: Form) -> Any:
    """The columns of a raw table of the dataset."""
    own = [
        ("_file", pa.string()),
        ("_table", pa.int32()),
        ("_sheet", pa.string()),
        ("_first_row", pa.int32()),
        ("_ignored", pa.string()),
    ]
    return pa.schema([*own, *((column, pa.string()) for column in form.columns)])


def units_of(table: Table) -> dict[str, str | None]:
    """By field the unit of money that its heading gives; where it gives none at all, that of a line above the table."""
    headings = table.header.headings
    return {field: _unit(headings[position], table.header.unit) for position, field in table.claims.fields.items()}


def _unit(heading: Heading, above: str | None) -> str | None:
    unit = heading.unit or above
    return unit if unit in MONEY_UNITS else None


# pyarrow.array and pyarrow.scalar would do, but they import pandas on the way, and that takes longer than reading most
# forms.
def _constant(text: str | None, height: int) -> Any:
    return pa.repeat(text_array([text])[0], height)


def _number(number: int, height: int) -> Any:
    return pa.Array.from_buffers(pa.int32(), height, [None, pa.py_buffer(array("i", [number]) * height)])


def text_array(values: Sequence[str | None]) -> Any:
    """An Arrow array of text."""
    builder = pa.lib.StringBuilder()
    builder.append_values(values)
    return builder.finish()


def parquet_bytes(table: Any) -> bytes:
    """A small table as the bytes of a Parquet file."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression=COMPRESSION)
    content: bytes = sink.getvalue().to_pybytes()
    return content
