"""What to mend, one line per kind of fault and column: how often, where, and what to do."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from orchestration.feedback.judged import Fault, Judged
from orchestration.quality.registry import SEVERITIES, issue_types

# So many cells or ranges are named; who needs all of them finds them coloured in the workbook, or in the JSON.
PLACES = 8
CELL = re.compile(r"([A-Z]+)([1-9]\d*)")


@dataclass(frozen=True)
class Line:
    """Faults of one kind in one column: the words in both languages, and the places with repeats collapsed."""

    code: str
    scope: str
    severity: str
    mender: str
    heading: str
    count: int
    places: str
    places_en: str
    message: str
    message_en: str
    advice: str
    advice_en: str

    def said(self, lang: str) -> tuple[str, str]:
        """The message and the advice in `zh` or `en`."""
        return (self.message, self.advice) if lang == "zh" else (self.message_en, self.advice_en)

    def where(self, lang: str) -> str:
        """The places in `zh` or `en`."""
        return self.places if lang == "zh" else self.places_en


def lines(judged: Judged, schemas: Path) -> list[Line]:
    """The faults by kind, column and detail: those of the whole file first, then the gravest, the most frequent."""
    kinds: dict[tuple[str, str, str], Fault] = {}
    listed: dict[tuple[str, str, str], list[Fault]] = defaultdict(list)
    more: Counter[tuple[str, str, str]] = Counter()
    for fault in judged.faults:
        kinds.setdefault(_kind(fault), fault)
        listed[_kind(fault)].append(fault)
    for unlisted in judged.unlisted:
        kinds.setdefault(_kind(unlisted.fault), unlisted.fault)
        more[_kind(unlisted.fault)] += unlisted.count
    found = [_line(first, listed[kind], more[kind], schemas) for kind, first in kinds.items()]
    return sorted(found, key=_order)


def _kind(fault: Fault) -> tuple[str, str, str]:
    return fault.code, fault.heading, fault.detail


def _order(line: Line) -> tuple[bool, int, int, str, str]:
    return line.scope != "file", SEVERITIES.index(line.severity), -line.count, line.code, line.heading


def of_file(lines: Iterable[Line]) -> list[Line]:
    """Those that are about the file as a whole, which the answer says before all else."""
    return [line for line in lines if line.scope == "file"]


def _line(first: Fault, listed: list[Fault], more: int, schemas: Path) -> Line:
    kind = issue_types(schemas)[first.code]
    message, advice = kind.render("zh", heading=first.heading, detail=first.detail)
    message_en, advice_en = kind.render("en", heading=first.heading, detail=first.detail_en)
    places = _places(listed)
    return Line(
        code=first.code,
        scope=kind.scope,
        severity=first.severity,
        mender=kind.mender,
        heading=first.heading,
        count=len(listed) + more,
        places=collapse(places, "zh", more) or "整个文件",
        places_en=collapse(places, "en", more) or "the file",
        message=message,
        message_en=message_en,
        advice=advice,
        advice_en=advice_en,
    )


def _places(group: Iterable[Fault]) -> dict[str, list[str]]:
    """By sheet the cells, and `7` for a whole row."""
    places: dict[str, list[str]] = {}
    for fault in group:
        if fault.sheet:
            cells = places.setdefault(fault.sheet, [])
            if fault.cell or fault.row:
                cells.append(fault.cell or str(fault.row))
    return places


def collapse(places: Mapping[str, Iterable[str]], lang: str, unlisted: int = 0) -> str:
    """`Sheet: B3, B7–B12 … and 4 more`, in `zh` or `en`; cells below each other become one range.

    `unlisted` is how many more there are of which the places are not given.
    """
    ranges = [
        (sheet, part, size) for sheet, cells in places.items() for part, size in _ranges(cells, lang) or [("", 0)]
    ]
    text, told = "", None
    for sheet, part, _ in ranges[:PLACES]:
        if sheet != told:
            text += ("； " if text else "") + sheet + (": " if part else "")
        elif part:
            text += ", "
        text, told = text + part, sheet
    more = unlisted + sum(size for *_, size in ranges[PLACES:])
    if more:
        text += f" …… 另有{more:,}处" if lang == "zh" else f" … and {more:,} more"
    return text.strip()


def _ranges(cells: Iterable[str], lang: str) -> list[tuple[str, int]]:
    found = sorted({_split(cell) for cell in cells}, key=lambda cell: (len(cell[0]), cell))
    ranges: list[tuple[str, int, int]] = []
    for letters, row in found:
        if ranges and ranges[-1][0] == letters and ranges[-1][2] == row - 1:
            ranges[-1] = (letters, ranges[-1][1], row)
        else:
            ranges.append((letters, row, row))
    return [(_named(letters, top, last, lang), last - top + 1) for letters, top, last in ranges]


def _named(letters: str, top: int, last: int, lang: str) -> str:
    named = f"{letters}{top}" if top == last else f"{letters}{top}–{letters}{last}"
    if letters:
        return named
    return f"第{named}行" if lang == "zh" else f"row {named}" if top == last else f"rows {named}"


def _split(cell: str) -> tuple[str, int]:
    match = CELL.fullmatch(cell)
    return (match[1], int(match[2])) if match else ("", int(cell))
