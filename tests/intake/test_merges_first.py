"""A large xlsx is read from a copy, and gives just what it gives without one."""

from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from orchestration.intake import merges_first
from orchestration.intake.archives import check_archive
from orchestration.intake.issues import Refusal
from orchestration.intake.limits import DEFAULT_LIMITS
from orchestration.intake.reading import read
from orchestration.intake.sheets import Sheet
from tests.intake.forms import with_part, write_xlsx

REAL = Path(__file__).parents[2].parent / "shared/real"
SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every xlsx is large enough for a copy."""
    monkeypatch.setattr(merges_first, "SMALL", 1)


def sheets_of(path: Path) -> list[Sheet] | str:
    try:
        return read(path, path.suffix[1:], DEFAULT_LIMITS)[1]
    except Refusal as refusal:
        return refusal.code


def both_ways(path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[list[Sheet] | str, list[Sheet] | str]:
    plain = sheets_of(path)
    monkeypatch.setattr(merges_first, "SMALL", 1)
    return plain, sheets_of(path)


def workbook(path: Path) -> Path:
    with xlsxwriter.Workbook(path) as book:
        for name, merge in (("甲", "A1:C1"), ("乙", None), ("丙", "B2:B4")):
            sheet = book.add_worksheet(name)
            sheet.write_row(1, 0, ["a", "b", 3])
            sheet.write_row(3, 0, ["d", None, 1.5])
            if merge:
                sheet.merge_range(merge, "合并")
    return path


def test_sheets_with_merged_cells_and_without(tmp_path: Path, copied: None) -> None:
    assert sheets_of(workbook(tmp_path / "a.xlsx")) == [
        Sheet(
            "甲",
            [["合并", None, None], ["a", "b", "3"], [None] * 3, ["d", None, "1.5"]],
            (((0, 0), (0, 2)),),
        ),
        Sheet("乙", [[None] * 3, ["a", "b", "3"], [None] * 3, ["d", None, "1.5"]]),
        Sheet("丙", [[None] * 3, ["a", "合并", "3"], [None] * 3, ["d", None, "1.5"]], (((1, 1), (3, 1)),)),
    ]


def test_a_copy_is_left_for_a_large_sheet_only(tmp_path: Path) -> None:
    small = write_xlsx(tmp_path / "small.xlsx", {"表": [["a"]]})
    check_archive(small, DEFAULT_LIMITS, tmp_path / "copy of small.xlsx")
    rows = [[f"{row} {column} 的值" for column in range(20)] for row in range(12_000)]
    large = write_xlsx(tmp_path / "large.xlsx", {"表": rows})
    check_archive(large, DEFAULT_LIMITS, tmp_path / "copy of large.xlsx")
    assert not (tmp_path / "copy of small.xlsx").exists()
    copy = openpyxl.load_workbook(tmp_path / "copy of large.xlsx", read_only=True)
    (last,) = copy["表"].iter_rows(min_row=12_000, min_col=20, values_only=True)
    assert last == ("11999 19 的值",)


@pytest.mark.parametrize(
    "tail",
    [
        b'<!-- <mergeCells><mergeCell ref="A1:B1"/></mergeCells> -->',
        b'<mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells><!-- </sheetData> -->',
        b'<!-- </sheetData> --><mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>',
        b"<headerFooter><oddHeader><![CDATA[</sheetData><mergeCells/>]]></oddHeader></headerFooter>",
        b'<mergeCells count="0"/>',
        b'<mergeCells count="2">\n<mergeCell ref="A2:A3"/>\n<mergeCell ref="B2:B3"></mergeCell>\n</mergeCells>',
    ],
)
def test_merged_cells_that_are_said_in_other_ways(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tail: bytes) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"表": [["a", "b"], ["c", "d"], ["e", "f"]]})
    with_part(path, SHEET, lambda xml: xml.replace(b"</sheetData>", b"</sheetData>" + tail))
    plain, copied = both_ways(path, monkeypatch)
    assert plain == copied
    assert isinstance(plain, list)


@pytest.mark.skipif(not REAL.exists(), reason="needs ../shared/real")
def test_real_workbooks_give_the_same_with_a_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    paths = sorted(REAL.rglob("*.xlsx"))
    plain = [sheets_of(path) for path in paths]
    monkeypatch.setattr(merges_first, "SMALL", 1)
    assert [path.name for path, before in zip(paths, plain, strict=True) if sheets_of(path) != before] == []
    assert sum(isinstance(each, list) for each in plain) > 30
