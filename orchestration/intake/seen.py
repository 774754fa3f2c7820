"""What a look into a file gives: plain facts about its sheets, and no values but headings."""

from __future__ import annotations

from dataclasses import dataclass, field

from orchestration.intake.issues import Issue


@dataclass(frozen=True)
class SeenColumn:
    """A column with a heading: its letter, the field that claims it, the unit that the heading gives."""

    letter: str
    heading: str
    field: str | None
    unit: str | None


@dataclass(frozen=True)
class SeenSheet:
    """A sheet; without a table `data_rows` is None.

    Row numbers are those that a spreadsheet shows; a table that continues the one before it has no `header_rows`.
    `ignored` gives the row numbers by reason.
    """

    name: str
    hidden: bool = False
    header_rows: tuple[int, ...] = ()
    columns: tuple[SeenColumn, ...] = ()
    data_rows: int | None = None
    ignored: dict[str, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Peek:
    """A file as intake sees it.

    `refusal` is why it cannot be read at all, `unmatched` why it belongs to no dataset although it has a table.
    """

    file: str
    kind: str | None = None
    dataset: str | None = None
    sheets: tuple[SeenSheet, ...] = ()
    issues: tuple[Issue, ...] = ()
    unmatched: Issue | None = None
    refusal: Issue | None = None

    @property
    def data_rows(self) -> int:
        """The rows of data in all sheets."""
        return sum(sheet.data_rows or 0 for sheet in self.sheets)
