"""What a reader in bulk hands over: the first rows as Python sees them, and SQL for all the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from orchestration.intake.sheets import Sheet

# As many rows as it takes to find the header and to tell the dataset.
HEAD = 300
# A wider table is no register: it is left to the reader that looks at it cell by cell.
WIDEST = 200


class SeveralTablesError(Exception):
    """Another table begins below the first."""


@dataclass(frozen=True)
class BulkTable:
    """A table with its first rows, `head`, and `rows_below`: SQL for the rows below one of them, counted from 0.

    The SQL gives the columns `c0`, `c1`, … as text, null where a cell is empty, in the order of the file.
    """

    head: Sheet
    rows_below: Callable[[int], str]


def column(position: int) -> str:
    """What the SQL calls the column at that position."""
    return f"c{position}"
