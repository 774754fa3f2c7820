"""A form before it is written in a format: sheets of cells, and how a cell reads where there is only text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class AutoNumber:
    """A cell that Word numbers by itself: it shows a number and holds none."""


Cell = str | int | float | Decimal | date | AutoNumber | None


@dataclass(frozen=True)
class Merge:
    """A merged range; rows and columns from 0, the last ones included. Its value stands in the first cell."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Sheet:
    """One sheet, or one table of a Word document with the paragraphs above and below it."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    merges: tuple[Merge, ...] = ()
    hidden: bool = False
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()


def letters(column: int) -> str:
    """The letters of a column as a spreadsheet shows them: 0 is A, 26 is AA."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def as_text(cell: Cell) -> str:
    """What a csv or a Word table holds where a spreadsheet holds a number or a date: what Excel would save."""
    if cell is None or isinstance(cell, AutoNumber):
        return ""
    if isinstance(cell, date):
        return f"{cell.year}/{cell.month}/{cell.day}"
    if isinstance(cell, Decimal):
        return format(cell, "f")
    if isinstance(cell, float):
        return f"{cell:.3E}" if abs(cell) >= 1e15 else f"{cell:g}"
    return str(cell)
