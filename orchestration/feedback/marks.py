"""What is said at which cell of the annotated workbook."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from orchestration.feedback.judged import Fault
from orchestration.quality.registry import SEVERITIES, issue_types


@dataclass(frozen=True)
class Mark:
    """What is said at one cell; `severity` is that of its gravest fault."""

    sheet: str
    cell: str
    severity: str
    text: str


def marks(faults: Iterable[Fault], schemas: Path) -> tuple[Mark, ...]:
    """The marks of all faults that have a cell or a row; a fault of a whole row is said at its first cell."""
    cells: dict[tuple[str, str], list[Fault]] = defaultdict(list)
    for fault in faults:
        if fault.cell or fault.row:
            cells[fault.sheet, fault.cell or f"A{fault.row}"].append(fault)
    return tuple(_mark(sheet, cell, found, schemas) for (sheet, cell), found in sorted(cells.items()))


def _mark(sheet: str, cell: str, faults: Iterable[Fault], schemas: Path) -> Mark:
    gravest_first = sorted(faults, key=lambda fault: SEVERITIES.index(fault.severity))
    return Mark(sheet, cell, gravest_first[0].severity, "\n".join(_said(gravest_first, schemas)))


def _said(faults: Iterable[Fault], schemas: Path) -> Iterator[str]:
    for fault in faults:
        kind = issue_types(schemas)[fault.code]
        for lang, detail in (("zh", fault.detail), ("en", fault.detail_en)):
            yield " ".join(kind.render(lang, heading=fault.heading, value=fault.value, detail=detail))
