"""Charts as values: what stands where on a tile map of the cities and in bars; the templates draw them as SVG.

No library draws them: a square per city and a bar per group are a few lines of SVG, which stay text that can be
searched, follow the colours of the page, light or dark, and need no style of their own, which the pages forbid.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.catalogue.texts import say_number
from orchestration.display_width import display_width
from orchestration.yaml_files import read_mapping

SHADES = 4
# Of the 560 units that a chart of bars is wide: the most that names may take, a half-width letter, a gap after it.
LABELS, HALF_WIDTH, GAP = 290, 7, 12


@dataclass(frozen=True)
class Tile:
    """A city: its place (column and row, from 0), its name, the number, and its shade from 0 (none) to SHADES."""

    column: int
    row: int
    name: str
    number: float
    shade: int


@dataclass(frozen=True)
class Bar:
    """A group with its number and the length of its bar in parts of a hundred of the longest."""

    name: str
    number: float
    length: float


@dataclass(frozen=True)
class Chart:
    """A chart with its title: tiles or bars, and the same numbers as rows of a table, largest first for tiles."""

    name: str
    title: str
    tiles: tuple[Tile, ...] = ()
    bars: tuple[Bar, ...] = ()

    @property
    def top(self) -> tuple[str, str]:
        """Name and number of the largest bar."""
        most = max(self.bars, key=lambda bar: bar.number)
        return most.name, say_number(most.number)

    @property
    def label_width(self) -> int:
        """How much room the names of the bars take, of the 560 units that the chart is wide."""
        return min(LABELS, max(display_width(bar.name) for bar in self.bars) * HALF_WIDTH + GAP)

    @property
    def numbers(self) -> list[tuple[str, str]]:
        """Name and number of everything that the chart shows."""
        tiles = sorted(self.tiles, key=lambda tile: (-tile.number, tile.row, tile.column))
        shown: list[Tile | Bar] = [*tiles, *self.bars]
        return [(one.name, say_number(one.number)) for one in shown]


@cache
def places() -> dict[str, tuple[int, int]]:
    """Column and row of each city's tile, by its code."""
    content = read_mapping(Path(__file__).with_name("tiles.yaml"), "tiles")
    return {code: (column, row) for code, (column, row) in content.items()}


def count(column: pa.ChunkedArray) -> dict[str, int]:
    """How many rows have each value; rows without one are left out."""
    counted = pc.value_counts(column.drop_null())
    return {str(one["values"]): one["counts"] for one in counted.to_pylist()}


def tile_map(name: str, title: str, numbers: Mapping[str, float], city: Callable[[str], str]) -> Chart:
    """A tile for each of the cities; `numbers` are by city code, and a city that has none shows 0."""
    most = max((numbers.get(code, 0) for code in places()), default=0)
    tiles = tuple(
        Tile(column, row, city(code), numbers.get(code, 0), _shade(numbers.get(code, 0), most))
        for code, (column, row) in places().items()
    )
    return Chart(name, title, tiles=tiles)


def bars(name: str, title: str, numbers: Sequence[tuple[str, float]]) -> Chart:
    """A bar for each group, in the order given."""
    most = max((number for _, number in numbers), default=0)
    lengths = (round(100 * number / most, 2) if most > 0 else 0 for _, number in numbers)
    return Chart(name, title, bars=tuple(Bar(*one, length) for one, length in zip(numbers, lengths, strict=True)))


def _shade(number: float, most: float) -> int:
    """0 for none; else by quarters of the largest number."""
    if number <= 0:
        return 0
    return min(SHADES, 1 + int(SHADES * number / most)) if number < most else SHADES
