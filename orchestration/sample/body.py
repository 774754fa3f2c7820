"""The rows of a form, each cell in the spelling of its hand, with sections, blank rows and totals between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from orchestration.contracts import Field
from orchestration.sample.columns import Column
from orchestration.sample.faults import Fault
from orchestration.sample.pages import Dressing, Page
from orchestration.sample.sheets import AutoNumber, Cell, as_text
from orchestration.sample.spelling import spell
from orchestration.sample.submissions import Entry, Submission, World
from orchestration.sample.surroundings import add_header
from orchestration.sample.words import fill

_NUMERALS = "零一二三四五六七八九"
_BLANK_EVERY = 9
_HEADER_EVERY = 15


def place_of(entry: Entry, submission: Submission, world: World) -> str:
    """The place that a form sorts a row under: the county, or the city on a form of the whole province."""
    enterprise = entry.row.enterprise
    if submission.submitter.city is None:
        return world.lists["cities"].by_code[enterprise.city].name
    return world.lists["counties"].by_code[enterprise.county].name


def add_rows(dressing: Dressing, page: Page, entries: list[Entry]) -> list[int]:
    """Add the rows with what stands between them; their numbers are returned, from 1."""
    submission, world, layout = dressing.submission, dressing.world, dressing.submission.layout
    sizes: Counter[str] = Counter()
    if layout.sections:
        dressing.habits.add("section_rows")
        entries.sort(key=lambda entry: (entry.row.enterprise.city, entry.row.enterprise.county))
        sizes.update(place_of(entry, submission, world) for entry in entries)
    header_every = min(_HEADER_EVERY, max(2, len(entries) // 2))
    rows: list[int] = []
    sections: list[str] = []
    for serial, entry in enumerate(entries, 1):
        place = place_of(entry, submission, world)
        if layout.sections and place not in sections:
            sections.append(place)
            counter = world.words["datasets"][submission.contract.name].get("counter", world.words["counter"])
            text = f"{numeral(len(sections))}、{place}（{sizes[place]}{counter}）"
            dressing.ignore(page, "section", [text], merged=True)
        if layout.blank_rows and serial % _BLANK_EVERY == 0:
            dressing.habits.add("blank_rows")
            dressing.ignore(page, "blank")
        if layout.header_repeated and serial > 1 and serial % header_every == 1:
            dressing.habits.add("header_repeated")
            dressing.ignored["header"] += 1
            add_header(dressing, page)
        page.add([_cell(dressing, column, entry, serial) for column in dressing.columns[page.start :]])
        rows.append(len(page.rows))
    if layout.total:
        dressing.habits.add("total_row")
        if layout.blank_rows:
            dressing.ignore(page, "blank")
        word = "合　计" if layout.blank_rows else "合计"
        sums = [_sum(dressing, column, entries) for column in dressing.columns[page.start + 1 :]]
        dressing.ignore(page, "total", [word, *sums])
    return rows


def numeral(number: int) -> str:
    """A number up to 99 as Chinese numerals: 12 is 十二."""
    tens, ones = divmod(number, 10)
    return ("" if tens < 2 else _NUMERALS[tens]) + ("十" if tens else "") + (_NUMERALS[ones] if ones else "")


def _cell(dressing: Dressing, column: Column, entry: Entry, serial: int) -> Cell:
    if column.serial:
        return AutoNumber() if dressing.submission.layout.serials == "word" else serial
    if column.extra:
        return fill(dressing.rng.choice(column.extra), dressing.rng, {})
    if column.field is None:
        return None
    f = column.field
    fault = next((fault for fault in entry.faults if fault.field == f.name), None)
    if fault is not None:
        dressing.private |= set(fault.private)
        return _faulty_cell(dressing, f, fault)
    value = entry.row.values[f.name]
    cell = spell(f, value, dressing.submission.layout.hand, dressing.world.lists, dressing.rng, dressing.habits)
    if entry.row.hides(f) and value is not None:
        plain = as_text(value) if isinstance(value, Decimal) else str(value)
        dressing.private |= {text for text in (plain, as_text(cell).strip()) if _telling(text)}
    return cell


def _faulty_cell(dressing: Dressing, f: Field, fault: Fault) -> Cell:
    if fault.value is None:
        return fault.cell
    hand = dressing.submission.layout.hand
    return spell(f, fault.value, hand, dressing.world.lists, dressing.rng, dressing.habits)


def _telling(text: str) -> bool:
    """Whether a text is long enough, and no mere figure, so that where it turns up it was leaked."""
    return len(text) >= 3 and not (text.isdigit() and len(text) < 11)


def _sum(dressing: Dressing, column: Column, entries: Sequence[Entry]) -> Cell:
    if column.field is None or column.field.kind not in ("integer", "money"):
        return None
    values = [entry.row.values[column.field.name] for entry in entries]
    total = sum((value for value in values if isinstance(value, Decimal)), Decimal(0))
    return spell(column.field, total, dressing.submission.layout.hand, {}, dressing.rng, set())
