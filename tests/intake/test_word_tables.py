"""Tables in Word documents, with what Word does to them: spans, broken tables, tracked changes, nesting."""

from pathlib import Path

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from orchestration.intake.limits import Limits
from orchestration.intake.sheets import Sheet
from orchestration.intake.word_tables import read_word_tables
from tests.intake.forms import write_docx

W = nsdecls("w")


def document(tmp_path: Path, *tables: str) -> list[Sheet]:
    """Read a document with tables given as the XML of their rows, without the namespace."""
    file = docx.Document()
    for rows in tables:
        file.element.body.insert(0, parse_xml(f"<w:tbl {W}><w:tblGrid/>{rows}</w:tbl>"))
    file.save(str(tmp_path / "a.docx"))
    return read_word_tables(tmp_path / "a.docx", Limits())


def row(*cells: str, properties: str = "") -> str:
    return f"<w:tr>{properties}{''.join(cells)}</w:tr>"


def cell(*paragraphs: str, span: int = 1, merge: str = "") -> str:
    merged = {"": "", "restart": '<w:vMerge w:val="restart"/>', "continue": "<w:vMerge/>"}[merge]
    text = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs or ("",))
    return f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/>{merged}</w:tcPr>{text}</w:tc>'


def test_each_table_is_a_sheet_and_continues_the_one_before(tmp_path: Path) -> None:
    path = write_docx(tmp_path / "a.docx", [["a", "b"], ["1", ""]], [["2", "3"]])
    assert read_word_tables(path, Limits()) == [
        Sheet("表1", [["a", "b"], ["1", None]]),
        Sheet("表2", [["2", "3"]], continues=True),
    ]


def test_cells_merged_over_columns_and_rows(tmp_path: Path) -> None:
    (sheet,) = document(
        tmp_path,
        row(cell("企业", merge="restart"), cell("联系方式", span=2))
        + row(cell(merge="continue"), cell("联系人"), cell("电话"))
        + row(cell("甲"), cell("张"), cell("1")),
    )
    assert sheet.rows == [["企业", "联系方式", None], [None, "联系人", "电话"], ["甲", "张", "1"]]
    assert sheet.merges == (((0, 0), (1, 0)), ((0, 1), (0, 2)))


def test_a_row_whose_edges_were_shifted_by_hand_keeps_its_columns(tmp_path: Path) -> None:
    (sheet,) = document(
        tmp_path,
        row(cell("a", span=2), cell("b", span=2), cell("c", span=2))
        + row(cell("1", span=2), cell("2", span=2), cell("3", span=2))
        + row(cell("4", span=3), cell("5", span=2), cell("6"))
        + row(cell("7", span=2), cell("8", span=4)),
    )
    assert sheet.rows == [["a", "b", "c"], ["1", "2", "3"], ["4", "5", "6"], ["7", "8", None]]
    assert sheet.merges == (((3, 1), (3, 2)),)


def test_a_row_that_begins_further_right(tmp_path: Path) -> None:
    (sheet,) = document(
        tmp_path,
        row(cell("a"), cell("b"), cell("c"))
        + row(cell("1"), cell("2"), cell("3"))
        + row(cell("4"), cell("5"), properties='<w:trPr><w:gridBefore w:val="1"/></w:trPr>'),
    )
    assert sheet.rows[2] == [None, "4", "5"]


def test_the_text_of_a_cell(tmp_path: Path) -> None:
    runs = (
        "<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>一</w:t><w:tab/><w:t>二</w:t><w:br/></w:r>"
        "<w:hyperlink><w:r><w:t>三</w:t></w:r></w:hyperlink>"
        "<w:ins><w:r><w:t>四</w:t></w:r></w:ins><w:del><w:r><w:delText>x</w:delText></w:r></w:del>"
        "<w:moveFrom><w:r><w:t>y</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>五</w:t></w:r></w:moveTo></w:p>"
        "<w:p><w:r><w:t>六</w:t></w:r></w:p><w:p/>"
    )
    (sheet,) = document(tmp_path, row(f"<w:tc>{runs}</w:tc>", cell(" ")))
    assert sheet.rows == [["一\t二\n三四五\n六", None]]


def test_numbers_that_word_counts_up_are_no_text(tmp_path: Path) -> None:
    numbered = '<w:tc><w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr></w:p></w:tc>'
    (sheet,) = document(tmp_path, row(cell("序号"), cell("名称")) + row(numbered, cell("甲")))
    assert sheet.rows == [["序号", "名称"], [None, "甲"]]


def test_rows_and_cells_in_controls_and_tracked_changes_are_read(tmp_path: Path) -> None:
    def control(content: str) -> str:
        return f"<w:sdt><w:sdtContent>{content}</w:sdtContent></w:sdt>"

    inserted = control(row(cell("1"), control(cell("2"))))
    (sheet,) = document(tmp_path, row(cell("a"), cell("b")) + inserted)
    assert sheet.rows == [["a", "b"], ["1", "2"]]


def test_a_table_inside_a_cell_is_one_of_its_own(tmp_path: Path) -> None:
    inner = f"<w:tbl><w:tblGrid/>{row(cell('c'), cell('d'))}</w:tbl>"
    first, second = document(tmp_path, row(cell("a"), f"<w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p>{inner}<w:p/></w:tc>"))
    assert (first.rows, second.rows) == ([["a", "b"]], [["c", "d"]])
