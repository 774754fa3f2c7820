"""Whatever table is written, under whatever titles, with blank rows, sections and notes: its rows come back."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.intake.limits import DEFAULT_LIMITS
from orchestration.intake.reading import read
from orchestration.intake.sheets import Row, letter
from orchestration.intake.tables import Table, tables_of
from tests.intake.forms import FACTORIES, write_xlsx

HEADINGS = {
    "序号": None,
    "企业（集团）\n名称": "org_name",
    "信用代码": "uscc",
    "产 品 名 称": "product",
    "销售收入（万元）": "sales",
    "手机": "phone",
    "其他,说明": None,
}
KEY = ["序号", "信用代码", "产 品 名 称"]
CHARACTERS = "甲乙山东科技有限公司aZ019 \t,;\"'\n（）()/%#=+@—:"
TEXT = st.text(CHARACTERS, min_size=1, max_size=8).filter(lambda text: bool(text.strip()))
TITLES: list[Row] = [["附件1："], ["2024年汇总表\n（第一批）"], ["填报单位：济南"], []]
NOTES: list[list[Row]] = [[], [["注：金额按万元"]], [[], ["填报人：张", None, "电话：1"], ["2024年3月"]]]
BLANK: Row = []


@dataclass(frozen=True)
class Form:
    """A table as it is written, and what should come back: each row's kind and, for data, its values by field."""

    rows: list[Row]
    header: int
    headings: list[str]
    kinds: list[str | None]
    values: list[dict[str, str | None]]


@st.composite
def forms(draw: st.DrawFn) -> Form:
    others = draw(st.lists(st.sampled_from([each for each in HEADINGS if each not in KEY]), unique=True))
    headings = draw(st.permutations([*KEY, *others]))
    titles = draw(st.lists(st.sampled_from(TITLES), max_size=4))
    rows: list[Row] = []
    kinds: list[str | None] = []
    values = []
    for number in range(1, draw(st.integers(1, 6)) + 1):
        before = draw(st.sampled_from([None, "blank", "section"]))
        if before:
            kinds.append(before)
            rows.append(BLANK if before == "blank" else ["一、济南市（3家）"])
        cells = {each: draw(TEXT if each in KEY else st.none() | TEXT) for each in headings} | {"序号": str(number)}
        kinds.append(None)
        rows.append([cells[each] for each in headings])
        values.append({field: cells[each] for each, field in HEADINGS.items() if field and each in cells})
    notes = draw(st.sampled_from(NOTES))
    kinds += ["note" if row else "blank" for row in notes]
    return Form([*titles, headings, *rows, *notes, BLANK], len(titles), headings, kinds, values)


def check(table: Table, form: Form) -> None:
    """The table is the form: its header, its rows, each value under its field, at its cell."""
    assert (table.header.first, table.header.last) == (form.header, form.header)
    assert table.kinds == form.kinds
    assert [heading.parts[0] for heading in table.header.named] == form.headings
    positions = {field: position for position, field in table.claims.fields.items()}
    data = [row for row, kind in zip(table.rows, table.kinds, strict=True) if kind is None]
    assert [{field: row[positions[field]] for field in positions} for row in data] == form.values
    assert {letter(position): field for position, field in table.claims.fields.items()} == {
        letter(position): HEADINGS[heading] for position, heading in enumerate(form.headings) if HEADINGS[heading]
    }
    ignored = [kind for kind in table.kinds if kind]
    assert len(table.rows) == len(data) + len(ignored)


@settings(max_examples=60, deadline=None)
@given(forms())
def test_a_workbook_gives_back_its_rows(tmp_path_factory: pytest.TempPathFactory, form: Form) -> None:
    path = write_xlsx(tmp_path_factory.mktemp("form") / "a.xlsx", {"表": form.rows})
    _, sheets = read(path, "xlsx", DEFAULT_LIMITS)
    check(tables_of(sheets, {"factories": FACTORIES}, None)[1][0], form)


@settings(max_examples=200, deadline=None)
@given(forms(), st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]), st.sampled_from([",", "\t", ";"]))
def test_a_text_table_gives_back_its_rows(
    tmp_path_factory: pytest.TempPathFactory, form: Form, encoding: str, delimiter: str
) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([cell or "" for cell in row] for row in form.rows)
    path: Path = tmp_path_factory.mktemp("form") / "a.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    _, sheets = read(path, "csv", DEFAULT_LIMITS)
    check(tables_of(sheets, {"factories": FACTORIES}, None)[1][0], form)
