"""What differs between two releases, as a table on the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from orchestration.release.changes import HEADER
from orchestration.release.diff import Difference, first_lines
from orchestration.release.notes import named, reasons
from orchestration.release.wording import Language, say
from orchestration.visible import visible

SHOWN = 10
LONGEST = 40


def show(difference: Difference, changes: Path, language: Language, console: Console) -> None:
    """Show counts, columns and the first lines of `changes`, the `changes.csv` of the difference."""
    console.print(f"[bold]{difference.dataset}[/bold] {difference.before} → {difference.after}", highlight=False)
    if difference.same:
        console.print(say("changes.same", language))
        return
    for line in reasons(difference.reasons, difference.titles, language):
        console.print(f"  {escape(visible(line))}", highlight=False, soft_wrap=True)
    for old, new in difference.changes.renamed:
        names = {name: named(one, difference.titles, language) for name, one in (("old", old), ("new", new))}
        console.print(f"  {escape(visible(say('changes.looks_renamed', language, **names)))}", highlight=False)
    for table in _tables(difference, changes, language):
        console.print(table)
    rows = asdict(difference.changes.rows)
    lines = rows["added"] + rows["removed"] + sum(count for _, count in difference.changes.cells)
    if lines > SHOWN:
        console.print(say("changes.more", language, shown=str(SHOWN), lines=f"{lines:,}"), highlight=False)


def _tables(difference: Difference, changes: Path, language: Language) -> Iterator[Table]:
    if difference.changes.cells:
        cells = Table(box=SIMPLE_HEAD)
        cells.add_column(say("changes.column", language))
        cells.add_column(say("changes.count", language), justify="right")
        for name, count in difference.changes.cells:
            cells.add_row(escape(visible(named(name, difference.titles, language))), f"{count:,}")
        yield cells
    lines = first_lines(changes, SHOWN)
    if lines:
        first = Table(*HEADER, box=SIMPLE_HEAD)
        for line in lines:
            first.add_row(*(escape(_short(visible(value))) for value in line))
        yield first


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
