"""One batch of records as one Parquet file: every column text, the names of the columns its headings.

Records are first written down as they come, for which columns there are is known only after the last one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.intake.limits import Limits
from orchestration.pulling.errors import PullError
from orchestration.pulling.source import Source

Record = dict[str, str | None]
ROWS = 50_000


def write_batch(records: Iterable[Record], source: Source, limits: Limits, notes: Path, target: Path) -> int:
    """Write `target` from the records; returns how many there are, and writes nothing for none.

    The same records in the same order make the same bytes. `notes` is a file to write them down in, which is left.
    Raises PullError where intake would refuse the file as too large.
    """
    columns: dict[str, None] = {}
    count = 0
    with notes.open("w", encoding="utf-8", newline="\n") as file:
        for count, record in enumerate(records, start=1):
            if count > source.bounds.records:
                raise PullError("too_many_records", most=source.bounds.records)
            kept = _headed(record, source)
            _refuse_large(kept, count, limits)
            columns.update(dict.fromkeys(kept))
            file.write(json.dumps(kept, ensure_ascii=False, separators=(",", ":")) + "\n")
    if len(columns) > limits.columns:
        raise PullError("too_many_columns", columns=len(columns), most=limits.columns)
    if count and not columns:
        raise PullError("no_columns")
    if count:
        _write_parquet(notes, list(columns), target)
    return count


def _headed(record: Record, source: Source) -> Record:
    kept = [name for name in record if name not in source.leave_out]
    headed = {source.columns.get(name, name): record[name] for name in kept}
    if len(headed) < len(kept):
        raise PullError("heading_twice")
    return headed


def _refuse_large(record: Record, number: int, limits: Limits) -> None:
    for name, value in record.items():
        if len(name) > limits.cell_characters or (value and len(value) > limits.cell_characters):
            raise PullError("value_too_long", column=name[:60], number=number, most=limits.cell_characters)


def _write_parquet(notes: Path, columns: list[str], target: Path) -> None:
    schema = pa.schema([(name, pa.string()) for name in columns])
    with (
        notes.open(encoding="utf-8", newline="\n") as file,
        pq.ParquetWriter(target, schema, compression="zstd") as out,
    ):
        for records in _in_parts(file):
            values = [[record.get(name) for record in records] for name in columns]
            out.write_table(pa.table([pa.array(column, pa.string()) for column in values], schema=schema))


def _in_parts(lines: Iterable[str]) -> Iterator[list[Record]]:
    lines = iter(lines)
    while part := [json.loads(line) for line in islice(lines, ROWS)]:
        yield part
