"""The privacy gate on a Parquet file: its text columns, the names of its columns, its own metadata."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from orchestration.contracts import Contract
from orchestration.quality.privacy_hit import ENOUGH, Hit
from orchestration.quality.privacy_patterns import find, suspicious

# The pipeline's own id of a row: half a hash, which may consist of digits alone.
ROW_ID = re.compile("[0-9a-f]{16}")
# Rows in memory at a time: as many as DuckDB writes into a row group, which has a dictionary of its own.
BATCH = 122_880


def table_hits(parquet: Path, contract: Contract) -> list[Hit]:
    """Personal data in the text columns of a Parquet file, columns that are private, and what its metadata say.

    At most ENOUGH hits.
    """
    with pq.ParquetFile(parquet, read_dictionary=_in_dictionaries(pq.read_metadata(parquet))) as file:
        hits = [*_column_hits(parquet.name, file.schema_arrow, contract), *_metadata_hits(parquet.name, file.metadata)]
        hits += islice(_text_hits(parquet.name, file), ENOUGH)
    return hits[:ENOUGH]


def place_of_row(value: str, number: int) -> str:
    """How a row is named: by its id, where that is one of the pipeline's and so tells nothing, else by its number."""
    return value if ROW_ID.fullmatch(value) else f"row {number:,}"


def _in_dictionaries(metadata: Any) -> list[str]:
    """The columns whose values are written once in each row group and numbered: they are read and searched so."""
    groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
    columns = range(metadata.num_columns) if groups else ()
    return [
        metadata.schema.column(number).path
        for number in columns
        if all(group.column(number).has_dictionary_page for group in groups)
    ]


def _column_hits(file: str, schema: Any, contract: Contract) -> Iterator[Hit]:
    private = {field.name for field in contract.fields if not field.public}
    for column in schema:
        if column.name in private:
            yield Hit(file, "private_column", column=column.name)
        if "binary" in str(column.type):
            yield Hit(file, "unreadable", column=column.name)


def _metadata_hits(file: str, metadata: Any) -> Iterator[Hit]:
    for entry in (metadata.metadata or {}).items():
        for kind in sorted(set[str]().union(*(find(said.decode("utf-8", "replace")) for said in entry))):
            yield Hit(file, kind, "metadata of the file")


def _text_hits(name: str, file: Any) -> Iterator[Hit]:
    """The personal data in a file; row by row within a column and a batch."""
    schema = file.schema_arrow
    # Lists of texts and the like too.
    texts = [column.name for column in schema if "string" in str(column.type)]
    wanted = [column for column in schema.names if column in texts or column == "id"]
    first = 1
    # Group by group: each has its own dictionaries.
    groups = range(file.metadata.num_row_groups)
    for batch in chain.from_iterable(file.iter_batches(BATCH, [group], wanted) for group in groups):
        for column, row, value in _suspicious_values(batch.select(texts)):
            if column == "id" and ROW_ID.fullmatch(value):
                continue
            kinds = find(value)
            if kinds:
                identifier = batch.column("id")[row].as_py() if "id" in wanted else None
                place = place_of_row(str(identifier), first + row)
                yield from (Hit(name, kind, place, column) for kind in sorted(kinds))
        first += batch.num_rows


def _suspicious_values(batch: Any) -> Iterator[tuple[str, int, str]]:
    """Column, row (from 0) and value of what is worth a closer look."""
    values = [_values(column) for column in batch.columns]
    # One search for all columns: to make ready for it costs as much as to search a thousand texts.
    found = suspicious(pa.concat_arrays(values)) if values else []
    start = 0
    for name, column, searched in zip(batch.schema.names, batch.columns, values, strict=True):
        stop = start + len(searched)
        numbers = [number - start for number in found[bisect_left(found, start) : bisect_left(found, stop)]]
        start = stop
        if numbers and isinstance(column, pa.DictionaryArray):
            of = pc.is_in(column.indices, pa.array(numbers, column.indices.type))
            yield from ((name, row, column[row].as_py()) for row in pc.indices_nonzero(of).to_pylist())
        else:
            yield from ((name, row, searched[row].as_py()) for row in numbers)


def _values(column: Any) -> Any:
    """The texts of a column: once each, where they are numbered; lists and the like as one text."""
    if isinstance(column, pa.DictionaryArray):
        column = column.dictionary
    elif not pa.types.is_string(column.type):
        column = pa.array([None if value is None else str(value) for value in column.to_pylist()], pa.string())
    # Those of all columns may be more than 2 GB.
    return column.cast(pa.large_string())
