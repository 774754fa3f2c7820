"""Where the header of a table is: under titles, in one row or in several, with merged cells or without."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import median

from orchestration.intake.forms import Form
from orchestration.intake.headings import SERIAL, Claims, Heading, claim
from orchestration.intake.sheets import Row, Sheet

# A header stands among the first rows; below them only its repetitions are looked for.
DEPTH = 30
TALLEST = 3
# Rows that say how wide the table is.
SAMPLE = 200
FULL = 0.8
_FIGURE = re.compile(r"[-+]?[\d.,]*\d[\d.,]*%?|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}.*")
# 单位：万元, alone in its cell or at the end of a title.
_UNIT_LINE = re.compile(r"(?:^|[\s(]|金额|货币|计量)单位\s*:\s*(?:人民币)?\s*(亿元|万元|元)\s*\)?\s*$")
_YEAR = re.compile(r"(19|20)\d\d")


@dataclass(frozen=True)
class Header:
    """The header of a table: its first and last row, counted from 0, and a heading for each column.

    `lines` are its rows as they stand, `unit` the unit of money that a line above them gives. A table that continues
    the one before it has that one's headings and no row of its own for them: first is 0 and last is -1.
    """

    first: int
    last: int
    headings: tuple[Heading, ...]
    lines: tuple[Row, ...]
    unit: str | None = None

    @property
    def named(self) -> list[Heading]:
        """The headings with text."""
        return [heading for heading in self.headings if heading.parts]

    @cached_property
    def spellings(self) -> frozenset[str]:
        """Every label that one of the headings could be."""
        return frozenset(spelling for heading in self.named for spelling in heading.spellings)

    def repeats(self, other: Header) -> bool:
        """Whether both say the same."""
        return [heading.text for heading in self.headings] == [heading.text for heading in other.headings]

    def continued(self) -> Header:
        """The same header for a table that has no row of its own for it."""
        return replace(self, first=0, last=-1)


def plain_headers(sheet: Sheet) -> list[Header]:
    """Every header that the first rows could be: each row alone, or with those that its merged cells join to it."""
    return [
        _header(sheet, first, first + _height(sheet, first) - 1)
        for first, row in enumerate(sheet.rows[:DEPTH])
        if any(row)
    ]


def best_header(sheet: Sheet, headers: list[Header], form: Form) -> tuple[Header, Claims] | None:
    """The header, of the sheet's plain ones, that gives most fields of the form; of equals the uppermost.

    Together with the row above or below it, it is taken where the two give more fields than it does alone: a header
    of two rows whose cells nobody merged. None where no heading is a label of the form.
    """
    known = [header for header in headers if not header.spellings.isdisjoint(form.labels)]
    best = _most_claimed(known, form)
    if best is None:
        return None
    first, last = best[0].first, best[0].last
    pairs = [_header(sheet, *rows) for rows in ((first - 1, last), (first, last + 1)) if _pairs(sheet, *rows)]
    return _most_claimed([best[0], *pairs], form)


def further_headers(sheet: Sheet, header: Header, form: Form) -> Iterator[tuple[Header, Claims]]:
    """The headers of other tables of the form below this one, each with all of its key and other than the one above.

    What says the same again, as on every page, is no further header.
    """
    # The first character of a row tells nearly all rows of data apart, and folding every cell would take long.
    initials = heading_initials(form) | {next(filter(None, line), " ")[0] for line in header.lines}
    last = header.last
    for first in range(header.last + 1, len(sheet.rows)):
        row = sheet.rows[first]
        lead = (row[0] or next(filter(None, row), None)) if row else None
        if lead is None or lead[0] not in initials or first <= last:
            continue
        found = _header(sheet, first, first + _height(sheet, first) - 1)
        claims = claim(found.headings, form)
        if claims.fit(form) and not found.repeats(header):
            yield found, claims
            header, last = found, found.last


def heading_initials(form: Form) -> set[str]:
    """The characters with which a row of headings of this form may begin."""
    return {label[0] for label in (*form.labels, *SERIAL)} | set(" \u3000\n\t*N")


def _most_claimed(headers: list[Header], form: Form) -> tuple[Header, Claims] | None:
    claimed = [(header, claim(header.headings, form)) for header in headers]
    return max(claimed, key=lambda pair: len(pair[1].fields), default=None)


def likely_header(sheet: Sheet) -> Header | None:
    """The header of a table that no contract describes: the first that is full, of words, each other than the rest.

    It must stand among the first 30 rows with something below it. None where no row is like that.
    """
    width = _usual_width(sheet.rows[:SAMPLE])
    for header in plain_headers(sheet):
        texts = [heading.text for heading in header.named]
        full = len(texts) >= FULL * width
        words = not any(_FIGURE.fullmatch(text) and not _YEAR.fullmatch(text) for text in texts)
        distinct = len(set(texts)) >= FULL * len(texts)
        if texts and full and words and distinct and any(map(any, sheet.rows[header.last + 1 :])):
            return header
    return None


def _pairs(sheet: Sheet, first: int, last: int) -> bool:
    """Whether there are such rows, and the upper one is no title: that stands alone in its row."""
    return first >= 0 and last < len(sheet.rows) and _filled(sheet.rows[first]) > 1 and any(sheet.rows[last])


def _height(sheet: Sheet, first: int) -> int:
    """How many rows belong to a header that begins here, as far as merged cells tell."""
    merges = [merge for merge in sheet.merges if merge[0][0] == first]
    tall = max((last_row - first + 1 for _, (last_row, _) in merges), default=1)
    if tall > 1:
        return min(tall, TALLEST, len(sheet.rows) - first)
    below = sheet.rows[first + 1] if first + 1 < len(sheet.rows) else []
    under = {c for (_, left), (_, right) in merges for c in range(left, right + 1)}
    here = {c for c, cell in enumerate(sheet.rows[first]) if cell}
    # Some columns headed here alone, others by a merged cell and by what stands below it.
    parted = under and here - under and _filled(below) > 1
    return 2 if parted and all(c in under for c, cell in enumerate(below) if cell) else 1


def _header(sheet: Sheet, first: int, last: int) -> Header:
    lines = [_filled_right(sheet, row, last) for row in range(first, last)] + [sheet.rows[last]]
    columns = zip(*lines, strict=True)
    parts = [tuple(dict.fromkeys(cell for cell in column if cell)) for column in columns]
    headings = tuple(Heading(position, texts) for position, texts in enumerate(parts))
    return Header(first, last, headings, tuple(sheet.rows[first : last + 1]), _unit_above(sheet.rows[:first]))


def _unit_above(rows: list[Row]) -> str | None:
    """The unit of the lowest line that gives one."""
    cells = [unicodedata.normalize("NFKC", cell) for row in rows for cell in row if cell and "单位" in cell]
    return next((found[1] for cell in reversed(cells) if (found := _UNIT_LINE.search(cell))), None)


def _filled_right(sheet: Sheet, number: int, last: int) -> Row:
    """A row of headings with each repeated over the columns that it stands above."""
    row = list(sheet.rows[number])
    spans = [(left, right) for (top, left), (_, right) in sheet.merges if top == number and right > left]
    for left, right in spans:
        # What spans the whole table is its title.
        text = row[left] if right - left + 1 < sheet.width else None
        row[left : right + 1] = [text] * (right - left + 1)
    if not spans:
        for column in range(1, len(row)):
            if row[column] is None and any(below[column] for below in sheet.rows[number + 1 : last + 1]):
                row[column] = row[column - 1]
    return row


def _usual_width(rows: list[Row]) -> float:
    counts = [count for count in map(_filled, rows) if count]
    wide = [count for count in counts if count > 1]
    # Titles, sections and notes fill one cell; a table of one column fills no more.
    return median(wide) if len(wide) > 0.2 * len(counts) else 1


def _filled(row: Row) -> int:
    return len(row) - row.count(None)
