"""The formats in which a table is published, in their order: the canonical one first, copies for portals last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

MEDIA_TYPES = {
    "parquet": "application/vnd.apache.parquet",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "xml": "application/xml",
}


@dataclass(frozen=True)
class Part:
    """The rows `start` (from 0) to before `stop` of a table, in file `number` of `count`."""

    number: int
    count: int
    start: int
    stop: int | None

    @property
    def suffix(self) -> str:
        """What the name of the file has after that of the dataset: nothing where one file holds all rows."""
        return "" if self.count == 1 else f"-{self.number}"


WHOLE = Part(1, 1, 0, None)


def parts_of(rows: int, most: int) -> tuple[Part, ...]:
    """The parts of a table of which one file holds at most so many rows; they are full but for the last."""
    count = -(-rows // most)
    if count <= 1:
        return (WHOLE,)
    return tuple(Part(n, count, (n - 1) * most, min(n * most, rows)) for n in range(1, count + 1))


def formats_of(rows: int, limits: Mapping[str, int]) -> tuple[str, ...]:
    """The formats of a table of so many rows; `limits` says for some formats up to how many rows there is one."""
    return tuple(format_ for format_ in MEDIA_TYPES if rows <= limits.get(format_, rows))
