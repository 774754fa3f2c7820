"""Any form: a table as hypothesis draws it, in the dress that forms wear, with what should come of every row and cell.

Drawn are the columns and their order, titles above (merged), a header of one row or of two, blank rows, sections,
subtotals, a total, the header again on a next page, and notes below.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from hypothesis import strategies as st

from orchestration.sample.sheets import Cell, Merge, Sheet
from tests.intake.forms import FACTORIES

# Headings, with the field that each gives; 序号 only counts, and two belong to no field.
HEADINGS = {
    "序号": None,
    "企业（集团）\n名称": "org_name",
    "信用代码": "uscc",
    "产 品 名 称": "product",
    "销售收入（万元）": "sales",
    "手机": "phone",
    "其他,说明": None,
    "投产日期": None,
}
KEY = ["信用代码", "产 品 名 称"]
TITLES = ["附件1：", "2024年新产品汇总表\n（第一批）", "填报单位（盖章）：济南市工业和信息化局", "单位：元"]
SECTIONS = ["一、济南市（3家）", "（二）青岛市", "淄博市"]
NOTES: list[list[Cell]] = [["注：金额按万元填写"], ["填报人：张", None, "电话：1"], ["2024年3月5日"]]
CHARACTERS = "甲乙山东科技有限公司鲁Ａ１éñßΩ—…“”、。aZbY019 \t,;\"'\n（）()/%#=+-@_<>&|:.\\"


@dataclass
class AnyForm:
    """A form before it is written: its rows from the very top, and what should come back.

    `header` is the last row of the header, from 0; `kinds` has an entry for each row below it, None for data.
    """

    headings: list[str]
    rows: list[list[Cell]] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    header: int = 0
    unit: str | None = None
    kinds: list[str | None] = field(default_factory=list)

    @property
    def width(self) -> int:
        return len(self.headings)

    @property
    def positions(self) -> dict[str, int]:
        """The column, from 0, of each field that the form has."""
        claimed = {HEADINGS[heading]: place for place, heading in enumerate(self.headings)}
        return {name: claimed[name] for name in FACTORIES.fields if name in claimed}

    def sheet(self, *, as_text: bool = False) -> Sheet:
        """The form for a writer; `as_text` for a format that has no numbers and dates."""
        filled = [[*row, *[None] * (self.width - len(row))] for row in self.rows]
        cells = [[text(cell) if as_text else cell for cell in row] for row in filled]
        return Sheet("表", tuple(map(tuple, cells)), tuple(self.merges))

    def add(self, cells: list[Cell], kind: str | None = None, *, merged: bool = False) -> None:
        """Add a row; merged, its first cell runs over the whole width."""
        if merged:
            self.merges.append(Merge(len(self.rows), 0, len(self.rows), self.width - 1))
        self.rows.append(cells)
        self.kinds.append(kind)


def text(cell: Cell) -> str | None:
    """What is typed where there is only text, and what a raw table holds of a typed cell."""
    if isinstance(cell, float):
        # No exponent and no more digits than the number has: drawn are cents.
        return f"{cell:.2f}".rstrip("0").rstrip(".")
    return str(cell) if cell is not None else None


def texts() -> st.SearchStrategy[str]:
    """Words of Chinese and Latin letters, with breaks, quotes and signs that part cells; never blank."""
    words = st.text(CHARACTERS, min_size=1, max_size=9).filter(lambda word: bool(word.strip()))
    digits = st.from_regex("[0-9]{1,20}", fullmatch=True)
    return words | digits | st.sampled_from(["91370100MA3C00001H", "2024年3月5日", "#REF", "1e5", "TRUE", "３２"])


def cells() -> st.SearchStrategy[Cell]:
    """Any cell: empty, text, a whole number, a number of cents, a day."""
    whole = st.integers(-(10**12), 10**12)
    cents = st.integers(-(10**9), 10**9).map(lambda number: number / 100).filter(lambda number: number % 1 != 0)
    days = st.dates(datetime.date(1901, 1, 1), datetime.date(2099, 12, 31))
    return st.none() | texts() | whole | cents | days


@st.composite
def any_form(draw: st.DrawFn) -> AnyForm:
    """A form of FACTORIES with one to six rows of data."""
    others = draw(st.lists(st.sampled_from([each for each in HEADINGS if each not in KEY]), unique=True, min_size=1))
    form = AnyForm(draw(st.permutations([*KEY, *others])))
    for title in draw(st.lists(st.sampled_from([None, *TITLES]), max_size=4)):
        form.add([title] if title else [], merged=title is not None and draw(st.booleans()))
        form.unit = "元" if title == "单位：元" else form.unit
    form.unit = ("万元" if "销售收入（万元）" in form.headings else form.unit) if "sales" in form.positions else None
    grouped = _header(draw, form)
    form.header, form.kinds = len(form.rows) - 1, []
    for number in range(1, draw(st.integers(1, 6)) + 1):
        _between(draw, form, can_repeat=not grouped and number > 1)
        _data(draw, form, number)
    if draw(st.booleans()):
        form.add(["合计"], "total")
    for note in draw(st.lists(st.sampled_from(NOTES), unique_by=str, max_size=3)):
        if draw(st.booleans()):
            form.add([], "blank")
        form.add(note[: form.width], "note", merged=len(note) == 1 and draw(st.booleans()))
    # Rows below the last one that is not blank are none of the table.
    form.rows += [[]] * draw(st.integers(0, 2))
    return form


def _header(draw: st.DrawFn, form: AnyForm) -> bool:
    """Add the header; whether it has two rows, some columns standing under a common heading."""
    claimed = sorted(form.positions.values())
    if form.width < 4 or not draw(st.booleans()):
        form.add(list(form.headings))
        return False
    first = draw(st.sampled_from(claimed))
    left, right = (first, first + 1) if first + 1 < form.width else (first - 1, first)
    inside = range(left, right + 1)
    top = len(form.rows)
    form.add([("基本信息" if column == left else None) if column in inside else heading
              for column, heading in enumerate(form.headings)])  # fmt: skip
    form.add([heading if column in inside else None for column, heading in enumerate(form.headings)])
    form.merges.append(Merge(top, left, top, right))
    form.merges += [Merge(top, column, top + 1, column) for column in range(form.width) if column not in inside]
    return True


def _between(draw: st.DrawFn, form: AnyForm, *, can_repeat: bool) -> None:
    kind = draw(st.sampled_from([None, None, "blank", "section", "total", "header"]))
    if kind == "blank":
        form.add([], "blank")
    elif kind == "section":
        # In a table of two columns a lone first cell may be a row that lacks its other value, unless it is numbered.
        titles = SECTIONS if len([each for each in form.headings if each != "序号"]) > 2 else SECTIONS[:1]
        form.add([draw(st.sampled_from(titles))], "section", merged=draw(st.booleans()))
    elif kind == "total":
        form.add(["小计"], "total")
    elif kind == "header" and can_repeat:
        form.add(list(form.headings), "header")


def _data(draw: st.DrawFn, form: AnyForm, number: int) -> None:
    row: list[Cell] = [
        number if heading == "序号" else draw(texts() if heading in KEY else cells()) for heading in form.headings
    ]
    form.add(row)
