"""A submission as a form: its sheets, and the account of what came to stand where."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from orchestration.sample.body import add_rows, place_of
from orchestration.sample.columns import lay_out
from orchestration.sample.pages import Dressing, Page
from orchestration.sample.sheets import Sheet, as_text, letters
from orchestration.sample.submissions import Entry, Submission, World
from orchestration.sample.surroundings import above, add_header, below
from orchestration.sample.words import chance

_ELSEWHERE = "其他地区"
_OLD_ROWS = 8
_TEXT_ONLY = ("csv", "docx")
_NOT_IN_TEXT = {"code_number", "phone_number", "date_cell"}
_ENCODINGS = {"utf-8": "csv_utf_8", "utf-8-sig": "csv_bom", "gb18030": "csv_gb18030"}


@dataclass(frozen=True)
class Place:
    """Where a row stands: the sheet, the number of its table in the file, the row as a spreadsheet shows it."""

    sheet: str
    table: int
    row: int


@dataclass(frozen=True)
class Form:
    """A form ready to be written, and the account of it.

    `places` is in the order of `entries`; `letters` gives the column of each field; `rows_read` counts what lies below
    the headers down to the last row that is not blank; `private` is what must never be published.
    """

    sheets: tuple[Sheet, ...]
    entries: tuple[Entry, ...]
    places: tuple[Place, ...]
    letters: dict[str, str]
    rows_read: int
    ignored: dict[str, int]
    hidden: tuple[str, ...]
    unclaimed: tuple[tuple[str, str], ...]
    habits: frozenset[str]
    private: frozenset[str]


def sheet_name(suffix: str, title: str, number: int) -> str:
    """What the sheet is called where issues are reported: that of a csv is csv, a Word table is 表1, 表2, …"""
    return {"csv": "csv", "docx": f"表{number}"}.get(suffix, title)


def dress(submission: Submission, world: World) -> Form:
    """Dress the rows of a submission; the same submission gives the same form."""
    rng = chance(world.seed, submission.path, "form")
    habits = _habits_of_the_file(submission)
    columns = lay_out(submission, world, rng, habits)
    dressing = Dressing(submission, world, rng, columns, habits)
    sheets: list[Sheet] = []
    entries: list[Entry] = []
    places: list[Place] = []
    for number, (title, block) in enumerate(_blocks(submission, world), 1):
        name = sheet_name(submission.format.suffix, title, number)
        sheet, rows = _sheet(dressing, name, title, block)
        sheets.append(sheet)
        entries += block
        places += [Place(name, number, row) for row in rows]
    if len(sheets) > 1:
        habits.add("several_sheets")
    visible = [sheet.name for sheet in sheets]
    sheets += _other_sheets(dressing, sheets[0])
    return Form(
        sheets=tuple(sheets),
        entries=tuple(entries),
        places=tuple(places),
        letters={c.field.name: letters(i) for i, c in enumerate(columns) if c.field},
        rows_read=len(entries) + dressing.ignored.total(),
        ignored=dict(sorted(dressing.ignored.items())),
        hidden=tuple(sheet.name for sheet in sheets if sheet.hidden),
        unclaimed=tuple((name, c.heading) for name in visible for c in columns if c.extra),
        habits=frozenset(habits - _NOT_IN_TEXT if submission.format.suffix in _TEXT_ONLY else habits),
        private=frozenset(dressing.private),
    )


def _habits_of_the_file(submission: Submission) -> set[str]:
    by_folder = f"/{submission.contract.name}/" in submission.path
    habits = {"dataset_by_folder" if by_folder else "dataset_by_header"}
    if submission.supplement:
        habits.add("supplement")
    if submission.format.suffix == "csv":
        habits.add(_ENCODINGS[submission.format.encoding])
        if submission.layout.quoted:
            habits.add("csv_quoted")
    return habits


def _blocks(submission: Submission, world: World) -> list[tuple[str, list[Entry]]]:
    """The rows of each sheet under its title: all on one, or the most frequent places each on one of their own."""
    number, entries = submission.layout.sheets, list(submission.entries)
    if number == 1 or len(entries) < 2 * number:
        return [(submission.contract.title, entries)]
    counts = Counter(place_of(entry, submission, world) for entry in entries)
    first = sorted(counts, key=lambda place: (-counts[place], place))[: number - 1]
    blocks: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        place = place_of(entry, submission, world)
        blocks[place if place in first else _ELSEWHERE].append(entry)
    return [(place, blocks[place]) for place in (*first, _ELSEWHERE) if blocks[place]]


def _sheet(dressing: Dressing, name: str, title: str, entries: list[Entry]) -> tuple[Sheet, list[int]]:
    """The sheet, and the row of each entry; where there are sections the entries are put in their order."""
    layout, word = dressing.submission.layout, dressing.submission.format.suffix == "docx"
    page = Page(len(dressing.columns), 1 if layout.margin else 0)
    before, after = above(dressing), below(dressing)
    if not word:
        for cells in before:
            page.add(cells, merged=len(cells) == 1 and "\n" in as_text(cells[0]))
    if layout.margin:
        page.add()
    add_header(dressing, page)
    rows = add_rows(dressing, page, entries)
    if not word:
        if after and layout.blank_rows:
            dressing.ignore(page, "blank")
        for habit, text in after:
            dressing.habits.add(habit)
            dressing.ignore(page, "note", [text], merged=True)
    sheet = Sheet(
        name=name,
        rows=tuple(page.rows),
        merges=tuple(page.merges),
        above=(*("　".join(filter(None, map(as_text, cells))) for cells in before), title) if word else (),
        below=tuple(text for _, text in after) if word else (),
    )
    return sheet, rows


def _other_sheets(dressing: Dressing, first: Sheet) -> list[Sheet]:
    """A hidden sheet with an old version of the first rows, and empty ones, where the format has sheets."""
    layout, others = dressing.submission.layout, []
    if layout.hidden_sheet:
        dressing.habits.add("hidden_sheet")
        others.append(Sheet("旧表", first.rows[:_OLD_ROWS], hidden=True))
    for number in range(layout.empty_sheets):
        dressing.habits.add("empty_sheet")
        others.append(Sheet(f"Sheet{number + 2}", ()))
    return [] if dressing.submission.format.suffix in _TEXT_ONLY else others
