"""What intake sees in one file, for the one who wonders: nothing is stored, nothing is judged."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from orchestration.contracts import Contract
from orchestration.intake.children import in_children
from orchestration.intake.formats import ending_of
from orchestration.intake.forms import Form, form_of
from orchestration.intake.issues import Refusal
from orchestration.intake.limits import DEFAULT_LIMITS, Limits
from orchestration.intake.peek_text import render
from orchestration.intake.reading import issues_of_file, read
from orchestration.intake.rows import IGNORED
from orchestration.intake.seen import Peek, SeenColumn, SeenSheet
from orchestration.intake.sheets import Sheet, letter
from orchestration.intake.tables import Table, issues_of, plain_tables, tables_of

__all__ = ["Peek", "peek", "render"]


def peek(path: Path, contracts: Mapping[str, Contract], limits: Limits = DEFAULT_LIMITS) -> Peek:
    """Look into a file as intake would, in a child process; it may belong to no dataset at all.

    `refusal` is set where it cannot be read or no table is found in it, `unmatched` where it has a table that is
    none of a dataset, with the reason. Raises OSError where the file itself cannot be opened.
    """
    path.open("rb").close()
    forms = {name: form_of(contract) for name, contract in sorted(contracts.items())}
    (seen,) = in_children(partial(_look, forms=forms, limits=limits), [path], limits)
    return Peek(path.name, refusal=seen.issue) if isinstance(seen, Refusal) else seen


def _look(path: Path, forms: Mapping[str, Form], limits: Limits) -> Peek:
    kind, sheets = read(path, ending_of(path.name), limits)
    unmatched = None
    try:
        form, tables = tables_of(sheets, forms, None)
        dataset, issues = form.dataset, [*issues_of_file(path, kind), *issues_of(sheets, form, tables)]
    except Refusal as refusal:
        unmatched = refusal.issue
        dataset, issues, tables = None, [], plain_tables(sheets)
        if not tables:
            return Peek(path.name, kind, sheets=tuple(_sheet(sheet, None) for sheet in sheets), refusal=unmatched)
    by_sheet: dict[str, list[Table | None]] = {}
    for table in tables:
        by_sheet.setdefault(table.sheet.name, []).append(table)
    return Peek(
        path.name,
        kind,
        dataset,
        tuple(_sheet(sheet, table) for sheet in sheets for table in by_sheet.get(sheet.name, [None])),
        tuple(issues),
        unmatched=unmatched,
    )


def _sheet(sheet: Sheet, table: Table | None) -> SeenSheet:
    if table is None:
        return SeenSheet(sheet.name, sheet.hidden)
    header = table.header
    columns = tuple(
        SeenColumn(letter(heading.position), heading.text, table.claims.fields.get(heading.position), heading.unit)
        for heading in header.named
    )
    numbered = list(enumerate(table.kinds, start=header.last + 2))
    ignored = {reason: tuple(number for number, kind in numbered if kind == reason) for reason in IGNORED}
    return SeenSheet(
        sheet.name,
        sheet.hidden,
        tuple(range(header.first + 1, header.last + 2)),
        columns,
        table.kinds.count(None),
        {reason: numbers for reason, numbers in ignored.items() if numbers},
    )
