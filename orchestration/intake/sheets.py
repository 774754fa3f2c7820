"""What a reader hands over: the sheets of a file as text, each cell at its true place."""

from __future__ import annotations

from dataclasses import dataclass, field

Row = list[str | None]
Merge = tuple[tuple[int, int], tuple[int, int]]

# What the cell of a formula says that was saved without its value; no spreadsheet has an error of this name.
FORMULA = "#FORMULA!"


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook, one table of a Word document, or a whole csv file.

    `rows[r][c]` is the cell in row r + 1 and the column of `letter(c)`; all rows are equally long; an empty cell is
    None. `merges` are first and last cell of each merged range, as (row, column) from 0; the text stands in the
    first. A hidden sheet has no rows: it is not read. `continues`: stands right below the sheet before it, as a
    Word table does that was broken in two.
    """

    name: str
    rows: list[Row] = field(default_factory=list)
    merges: tuple[Merge, ...] = ()
    hidden: bool = False
    continues: bool = False

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self.rows[0]) if self.rows else 0


def letter(column: int) -> str:
    """The letters by which a spreadsheet calls a column, counted from 0: `A`, `Z`, `AA`."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
