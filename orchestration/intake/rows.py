"""What each row below a header is: data, or ignored as blank, section, total, note or repeated header."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from orchestration.contracts.labels import fold
from orchestration.intake.headers import Header
from orchestration.intake.sheets import FORMULA, Row, Sheet

IGNORED = ("blank", "section", "total", "note", "header")
# A row with more cells filled than this is no section: a title, perhaps with its number and its count.
SECTION_CELLS = 3
_NUMBER = re.compile(r"\d+(\.0)?[.、]?|\(\d+\)")
_CHINESE_NUMBER = re.compile(r"\(?[一二三四五六七八九十百]+\)?[、.]?")
_GROUP = re.compile(r"\(?([一二三四五六七八九十百]+|[IVX]+)\)?[、.].*|第[一二三四五六七八九十百\d]+(批|类|组|部分).*")
_LETTER = re.compile(r"[^\W\d_]")
_COUNT = re.compile(r"(共|计|合计)?\d+(家|所|项|个|户|件|人|台|条)")
_TOTAL = re.compile(r"(.{0,12}?)(合计|总计|小计|共计)(:?|:?\(.*\)|:?\d+\D{0,3})")
_NOTE = re.compile(
    r"[*※★#(]*(注|备注|附注|说明|填表说明|填报说明|填写说明|注意|注意事项|注释|提示)\d*[:.、)].*", re.DOTALL
)
SIGNATURE = (
    r"\(?(填报|填表|制表|经办|审核|复核|审批|分管|主管|推荐|报送|申报|盖章|签章|签字|单位)?"
    r"(人|单位|部门|领导|负责人|日期|时间|盖章|签章|签字|公章|联系人|电话|联系电话|联系方式|手机|手机号)"
    r"(\((盖章|公章|签章|签字|签名)\))?\)?"
)
_SIGNED = re.compile(SIGNATURE + r"[:].*", re.DOTALL)
_SIGNED_BARE = re.compile(SIGNATURE)
_DAY = re.compile(r"\d{4}年\d{1,2}月(\d{1,2}日)?")
# The first characters of totals, notes and signatures: a row that begins otherwise needs no second look.
SUSPECT = frozenset("注备附说填提*※★#(（制经审复分主推报申盖签单人部领负日时公联电手 \t\n\r\u3000")


@dataclass(frozen=True)
class Layout:
    """What of a table decides over its rows.

    `serials` are the columns that count rows, `first` is the first other one with a heading, `columns` how many of
    those there are, `lines` the header's rows folded, `leads` the first cell of each, `reach` the last column of
    each cell that is merged over several, `initials` the characters with which the header's rows begin.
    """

    serials: frozenset[int]
    first: int
    columns: int
    lines: frozenset[tuple[str, ...]]
    leads: frozenset[str]
    reach: dict[tuple[int, int], int]
    initials: frozenset[str]

    @property
    def full(self) -> int:
        """How many cells a row has filled that lacks none."""
        return self.columns + len(self.serials)


@dataclass(frozen=True)
class Look:
    """A row as far as it says something: how many cells it has but for a serial number, and the first few of them."""

    number: int
    numbered: bool
    count: int
    cells: list[tuple[int, str]]

    @property
    def lead(self) -> str:
        """The text of the first cell that is no serial number."""
        return self.cells[0][1] if self.cells else ""


def kinds_of_rows(sheet: Sheet, header: Header) -> list[str | None]:
    """One entry per row below the header, down to the last that is not blank: None for data, else why it is ignored.

    A row is `blank` with nothing but a serial number in it, `header` where it repeats the header, `total` and `note`
    by what its first cell says, `section` where a title stands alone in it. A numbered row is none of these three
    (but for a plain 合计): with a single cell filled it lacks values, and that is for the judges to say.
    """
    layout, first = layout_of(sheet, header), header.last + 1
    rows = enumerate(sheet.rows[first:], first)
    doubtful = ((number, row) for number, row in rows if _is_doubtful(row, layout))
    kinds, end = kinds_of_doubtful(doubtful, max(first, len(sheet.rows)), layout)
    return [kinds.get(number) for number in range(first, end)]


def _is_doubtful(row: Row, layout: Layout) -> bool:
    """Whether a row might be something else than data; most rows need no second look."""
    lead = row[0] or next(filter(None, row), " ")
    filled = len(row) - row.count(None)
    return (
        filled <= SECTION_CELLS
        or lead[0] in layout.initials
        or "计" in lead
        or (lead[0] in SUSPECT and filled < layout.full)
    )


def kinds_of_doubtful(rows: Iterable[tuple[int, Row]], end: int, layout: Layout) -> tuple[dict[int, str], int]:
    """What the doubtful rows of a table are, by number, and the number past its last row that is not blank.

    `rows` are those that are not plainly data, with their numbers, in their order; `end` is the number past the last
    row of all. Whoever is not among the answers is data.
    """
    kinds: dict[int, str] = {}
    # The rows that are no data, and none but blank ones between them, down to the one at hand.
    tail: dict[int, Look] = {}
    previous = None
    for number, row in rows:
        look = _look(number, row, layout)
        kind = _kind(look, row, layout)
        if previous != number - 1 or (kind is None and not _is_signature(look, layout)):
            tail.clear()
        if kind is not None:
            kinds[number] = kind
        if kind != "blank" and (kind or _is_signature(look, layout)):
            tail[number] = look
        previous = number
    if previous == end - 1:
        _settle_bottom(kinds, tail)
    while kinds.get(end - 1) == "blank":
        end -= 1
        del kinds[end]
    return kinds, end


def layout_of(sheet: Sheet, header: Header) -> Layout:
    """What decides over the rows below a header."""
    serials = frozenset(heading.position for heading in header.named if heading.is_serial)
    others = [heading.position for heading in header.named if not heading.is_serial]
    reach = {first: last[1] for first, last in sheet.merges if last[1] > first[1]}
    # In a table of one column a value may well be the word that heads it.
    lines = frozenset(line for line in map(_folded, header.lines) if sum(map(bool, line)) > 1)
    leads = frozenset(next(filter(None, line), "") for line in lines)
    initials = frozenset(next(filter(None, line), " ")[0] for line in header.lines)
    return Layout(serials, min(others, default=0), len(others), lines, leads, reach, initials)


def _folded(row: Row) -> tuple[str, ...]:
    return tuple(fold(text or "") for text in row)


def _look(number: int, row: Row, layout: Layout) -> Look:
    filled = [(column, text) for column, text in enumerate(row) if text]
    counts = [column for column in layout.serials if _counts(row[column])]
    values = [(column, text) for column, text in filled if column not in counts]
    cells = [(column, _plain(text)) for column, text in values[: SECTION_CELLS + 1]]
    return Look(number, bool(counts), len(values), cells)


def _counts(serial: str | None) -> bool:
    # Serial numbers are often formulas, such as =ROW()-2.
    return serial == FORMULA or bool(_NUMBER.fullmatch(_plain(serial or "")))


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _kind(look: Look, row: Row, layout: Layout) -> str | None:
    if not look.cells:
        return "blank"
    if fold(look.lead) in layout.leads and _folded(row) in layout.lines:
        return "header"
    total = _TOTAL.fullmatch(look.lead)
    if total and not (look.numbered and total.group(1)):
        return "total"
    if look.numbered:
        return None
    if _is_short(look, layout) and (_NOTE.match(look.lead) or _SIGNED.match(look.lead)):
        return "note"
    return "section" if _is_section(look, layout) else None


def _is_short(look: Look, layout: Layout) -> bool:
    """Whether so little of the row is filled that its first cell speaks for all of it."""
    return look.count <= max(2, layout.columns // 2)


def _is_section(look: Look, layout: Layout) -> bool:
    titles = [
        (column, text)
        for column, text in look.cells
        if not (column in layout.serials and _CHINESE_NUMBER.fullmatch(text))
    ]
    if not titles or layout.columns < 2 or look.count > SECTION_CELLS:
        return not titles
    column, title = titles[0]
    if not _LETTER.search(title):
        return False
    leads = column in layout.serials or (column <= layout.first and layout.columns > 2)
    if len(titles) > 1:
        return leads and len(titles) == 2 and bool(_COUNT.fullmatch(titles[1][1]))
    return leads or (look.number, column) in layout.reach or bool(_GROUP.fullmatch(title))


def _settle_bottom(kinds: dict[int, str], tail: dict[int, Look]) -> None:
    """Below the last row of data a lonely line is a note, and so are signatures and the day of signing."""
    for number, look in tail.items():
        if kinds.get(number) is None or (kinds[number] == "section" and not _GROUP.fullmatch(look.lead)):
            kinds[number] = "note"


def _is_signature(look: Look, layout: Layout) -> bool:
    if look.numbered or look.count >= layout.columns:
        return False
    return bool(_SIGNED_BARE.fullmatch(look.lead)) or (look.count == 1 and bool(_DAY.fullmatch(look.lead)))
