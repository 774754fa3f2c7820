"""Workbooks: every cell at its true place, hidden sheets unread, errors and dates as they show."""

import datetime
from pathlib import Path

import pytest
import xlsxwriter
import xlwt

from orchestration.intake.issues import Refusal
from orchestration.intake.limits import DEFAULT_LIMITS, Limits
from orchestration.intake.reading import read
from orchestration.intake.sheets import Sheet, letter
from tests.intake.forms import write_ods, write_xls, write_xlsx


def sheets(path: Path, limits: Limits = DEFAULT_LIMITS) -> list[Sheet]:
    return read(path, path.suffix[1:], limits)[1]


def test_cells_keep_their_place_when_the_table_begins_in_the_middle(tmp_path: Path) -> None:
    rows = [[], [], [None, None, "名称", 1], [None, None, "甲", 2.5]]
    expected = [[None] * 4, [None] * 4, [None, None, "名称", "1"], [None, None, "甲", "2.5"]]
    for path in (
        write_xlsx(tmp_path / "a.xlsx", {"表": rows}),
        write_xls(tmp_path / "a.xls", {"表": rows}),
        write_ods(tmp_path / "a.ods", {"表": rows}),
    ):
        assert [sheet.rows for sheet in sheets(path)] == [expected], path.suffix


def test_dates_in_either_epoch(tmp_path: Path) -> None:
    for epoch in (False, True):
        path = tmp_path / f"{epoch}.xlsx"
        with xlsxwriter.Workbook(path, {"date_1904": epoch}) as workbook:
            sheet = workbook.add_worksheet()
            sheet.write_datetime(0, 0, datetime.datetime(2024, 3, 5), workbook.add_format({"num_format": "yyyy/m/d"}))
            sheet.write_number(0, 1, 45356)
        assert sheets(path)[0].rows == [["2024-03-05", "45356"]]


def test_a_hidden_sheet_is_named_and_not_read(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"表": [["a"]], "旧表": [["b"]]}, hidden=["旧表"])
    assert sheets(path) == [Sheet("表", [["a"]]), Sheet("旧表", [], hidden=True)]


def test_merged_ranges_end_with_the_filled_cells(tmp_path: Path) -> None:
    merges = [((0, 0), (0, 9)), ((1, 0), (8, 0)), ((20, 0), (20, 1))]
    rows = [["题", *[None] * 9], ["甲", "b", "c"], *[[]] * 18, ["尾"]]
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("表")
        for (top, left), (bottom, right) in merges[:2]:
            sheet.merge_range(top, left, bottom, right, rows[top][left])
        sheet.write(1, 1, "b")
        sheet.write(1, 2, "c")
    assert sheets(path)[0].rows == [["题", None, None], ["甲", "b", "c"]]
    assert sheets(path)[0].merges == (((0, 0), (0, 2)),)


def test_a_protected_xls_is_encrypted(tmp_path: Path) -> None:
    workbook = xlwt.Workbook()
    workbook.add_sheet("表").write(0, 0, "a")
    workbook.save(str(tmp_path / "a.xls"))
    content = (tmp_path / "a.xls").read_bytes()
    # FILEPASS (MS-XLS 2.4.117) takes the place of the record behind BOF.
    bof = content.index(b"\x09\x08\x10\x00")
    (tmp_path / "b.xls").write_bytes(content[: bof + 20] + b"\x2f\x00" + content[bof + 22 :])
    with pytest.raises(Refusal) as caught:
        sheets(tmp_path / "b.xls")
    assert caught.value.code == "file_encrypted"


def test_limits(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"表": [["a", "b", "cccc"]] * 3, "二": [["a"]]})
    for limits, detail in (
        (Limits(rows=2), "3 > 2 rows"),
        (Limits(columns=2), "3 > 2 columns"),
        (Limits(cell_characters=3), "4 > 3 characters in a cell"),
        (Limits(sheets=1), "2 > 1 sheets"),
        (Limits(file_bytes=100), f"{path.stat().st_size:,} > 100 bytes"),
    ):
        with pytest.raises(Refusal) as caught:
            sheets(path, limits)
        assert (caught.value.code, caught.value.detail) == ("file_too_large", detail)


@pytest.mark.parametrize(
    ("column", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16383, "XFD")]
)
def test_letters(column: int, letters: str) -> None:
    assert letter(column) == letters
