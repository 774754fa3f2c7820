"""Cells that calamine reads as empty say what they are: an error, or a formula that was saved without its value."""

import re
from pathlib import Path

import odfdo
import openpyxl
import pytest
import xlsxwriter
import xlwt
from openpyxl.worksheet.formula import ArrayFormula

from orchestration.intake.issues import Refusal
from orchestration.intake.limits import DEFAULT_LIMITS, Limits
from orchestration.intake.reading import read
from orchestration.intake.sheets import FORMULA, Row
from orchestration.intake.tables import tables_of
from tests.intake.forms import FACTORIES, HEADER, with_part, write_ods, write_xlsx


def rows_of(path: Path, limits: Limits = DEFAULT_LIMITS) -> list[list[Row]]:
    return [sheet.rows for sheet in read(path, path.suffix[1:], limits)[1]]


def xlsx_with(path: Path, cells: str) -> Path:
    """A workbook whose first row is a, b and whose other rows are given as XML."""
    part = "xl/worksheets/sheet1.xml"
    return with_part(
        write_xlsx(path, {"表": [["a", "b"]]}),
        part,
        lambda xml: xml.replace(b"</sheetData>", f"{cells}</sheetData>".encode()),
    )


def ods_with(path: Path, cells: str) -> Path:
    """An ods whose first row is a, b and whose second row has these cells."""
    document = write_ods(path, {"表": [["a", "b"], ["x"]]})
    row = re.compile(rb"<table:table-cell [^>]*><text:p>x</text:p></table:table-cell>")

    def change(xml: bytes) -> bytes:
        changed = row.sub(cells.encode(), xml)
        assert changed != xml
        return changed

    return with_part(document, "content.xml", change)


def test_errors_in_cells_of_an_xlsx_are_text(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        first, second = workbook.add_worksheet("甲"), workbook.add_worksheet("乙")
        first.write_row(0, 0, ["a", "b"])
        second.write_row(0, 0, ["c", "d"])
        second.write_formula(1, 0, "=#REF!", None, "#REF!")
        second.write_formula(2, 1, "=1/0", None, "#DIV/0!")
        second.write_formula(2, 0, '="x"&"y"', None, "xy")
    assert rows_of(path) == [[["a", "b"]], [["c", "d"], ["#REF!", None], ["xy", "#DIV/0!"]]]


def test_formulas_that_openpyxl_wrote_have_no_value(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    for row in (["a", "b"], [1, "=A2*2"], ["=A2", "=B2"], [None, None], [3, None]):
        sheet.append(row)
    sheet["C5"] = ArrayFormula("C5:C6", "=A1:A2")
    workbook.save(tmp_path / "a.xlsx")
    assert rows_of(tmp_path / "a.xlsx") == [
        [
            ["a", "b", None],
            ["1", FORMULA, None],
            [FORMULA, FORMULA, None],
            [None, None, None],
            ["3", None, FORMULA],
            [None, None, FORMULA],
        ]
    ]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c r="B2"><f>1+1</f></c>', FORMULA),
        ('<c r="B2"><f>1+1</f><v/></c>', FORMULA),
        ('<c r="B2"><f>1+1</f><v> </v></c>', FORMULA),
        ('<c r="B2" t="str"><f>1+1</f></c>', FORMULA),
        ('<c r="B2"><f t="shared" si="0"/></c>', FORMULA),
        ('<c r="B2"><f t="shared" ref="B2:B9" si="0">1+1</f><v></v></c>', FORMULA),
        ('<c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "#DIV/0!"),
        ('<c r="B2" t="e"><f t="shared" si="0"/><v>#N/A</v></c>', "#N/A"),
        ('<c r="B2"><f>1+1</f><v>2</v></c>', "2"),
        ('<c r="B2"><f t="shared" si="0"/><v>2</v></c>', "2"),
        # An empty text is a value.
        ('<c r="B2" t="str"><f>""</f><v></v></c>', None),
        ('<c r="B2" t="str"><f>""</f><v/></c>', None),
        # What holds no formula at all is only empty.
        ('<c r="B2"><f/></c>', None),
        ('<c r="B2"><v></v></c>', None),
        ('<c r="B2" s="1"/>', None),
    ],
)
def test_a_cell_with_or_without_a_value(tmp_path: Path, cell: str, text: str | None) -> None:
    path = xlsx_with(
        tmp_path / "a.xlsx", f'<row r="2"><c r="A2"><v>1</v></c>{cell}</row><row r="3"><c r="A3"><v>2</v></c></row>'
    )
    assert rows_of(path) == [[["a", "b"], ["1", text], ["2", None]]]


def test_cells_that_do_not_say_where_they_are_follow_each_other(tmp_path: Path) -> None:
    path = xlsx_with(tmp_path / "a.xlsx", "<row><c><v>1</v></c><c><f>A2</f></c></row><row><c><f>A2</f></c></row>")
    assert rows_of(path) == [[["a", "b"], ["1", FORMULA], [FORMULA, None]]]


def test_formulas_alone_are_a_sheet(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.active["B2"] = "=1+1"
    workbook.save(tmp_path / "a.xlsx")
    assert rows_of(tmp_path / "a.xlsx") == [[[None, None], [None, FORMULA]]]


def test_an_array_formula_that_claims_the_whole_sheet_is_refused(tmp_path: Path) -> None:
    path = xlsx_with(tmp_path / "a.xlsx", '<row r="2"><c r="A2"><f t="array" ref="A2:XFD1048576">1</f></c></row>')
    with pytest.raises(Refusal) as caught:
        rows_of(path)
    assert (caught.value.code, caught.value.detail) == ("file_too_large", "16,384 > 1,000 columns")


@pytest.mark.parametrize(
    ("cells", "row"),
    [
        ('<table:table-cell table:formula="of:=1+1"/>', [FORMULA, None]),
        ('<table:table-cell table:formula="of:=IF(1>0;2;3)" office:value-type="float"/>', [FORMULA, None]),
        ('<table:table-cell table:number-columns-repeated="2" table:formula="of:=1"/>', [FORMULA, FORMULA]),
        ('<table:table-cell/><table:table-cell table:formula="of:=1"/>', [None, FORMULA]),
        (
            '<table:table-cell table:formula="of:=1+1" office:value-type="float" office:value="2"/>',
            ["2", None],
        ),
        # As LibreOffice saves the empty text that a formula gives, and the error of one.
        (
            '<table:table-cell office:value-type="float" office:value="3"/>'
            '<table:table-cell table:formula="of:=1"><text:p/></table:table-cell>',
            ["3", None],
        ),
        (
            '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value=""'
            ' calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>',
            ["#DIV/0!", None],
        ),
    ],
)
def test_cells_of_an_ods_with_or_without_a_value(tmp_path: Path, cells: str, row: Row) -> None:
    assert rows_of(ods_with(tmp_path / "a.ods", cells)) == [[["a", "b"], row]]


def test_rows_of_an_ods_that_are_repeated(tmp_path: Path) -> None:
    def change(xml: bytes) -> bytes:
        cell = b'<table:table-cell table:formula="of:=1"/>'
        row = b'<table:table-row table:number-rows-repeated="2">%s</table:table-row>' % cell
        return xml.replace(b"</table:table>", row + row + b"</table:table>")

    path = with_part(write_ods(tmp_path / "a.ods", {"表": [["a", "b"]]}), "content.xml", change)
    assert rows_of(path) == [[["a", "b"], *[[FORMULA, None]] * 4]]


def test_formulas_without_values_in_two_sheets_of_an_ods(tmp_path: Path) -> None:
    document = odfdo.Document("spreadsheet")
    document.body.clear()
    for name in ("甲", "乙"):
        table, row = odfdo.Table(name), odfdo.Row()
        row.append_cell(odfdo.Cell(name))
        row.append_cell(odfdo.Cell(formula="of:=1+1"))
        table.append_row(row)
        document.body.append(table)
    document.save(tmp_path / "a.ods")
    assert rows_of(tmp_path / "a.ods") == [[["甲", FORMULA]], [["乙", FORMULA]]]


def test_errors_in_cells_of_an_xls_are_text(tmp_path: Path) -> None:
    workbook = xlwt.Workbook()
    for name in ("甲", "乙"):
        sheet = workbook.add_sheet(name)
        for column, value in enumerate(["a", "b", "c"]):
            sheet.write(0, column, value)
    sheet.write(1, 0, xlwt.Formula("1/0"))
    sheet.write(1, 1, True)
    sheet.row(2).set_cell_error(1, "#REF!")
    sheet.row(2).set_cell_number(0, 5)
    sheet.row(3).set_cell_error(2, 0x2A)
    workbook.save(str(tmp_path / "a.xls"))
    content = (tmp_path / "a.xls").read_bytes()
    # xlwt saves an empty text as the result of a formula; an error is 02 00 <number> 00 00 00 FF FF (MS-XLS 2.5.133).
    formula = content.index(b"\x06\x00", content.index(b"\x05\x02\x08\x00") - 60)
    result = formula + 10
    assert content[result : result + 8] == b"\3\0\0\0\0\0\xff\xff"
    (tmp_path / "a.xls").write_bytes(content[:result] + b"\2\0\7\0\0\0\xff\xff" + content[result + 8 :])
    assert rows_of(tmp_path / "a.xls") == [
        [["a", "b", "c"]],
        [["a", "b", "c"], ["#DIV/0!", "TRUE", None], ["5", "#REF!", None], [None, None, "#N/A"]],
    ]


def test_serial_numbers_that_are_formulas_make_no_row_of_data(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.append(HEADER)
    workbook.active.append(["=ROW()-1", "甲公司", "913", "减速机", "=2*3", "1990000"])
    for _ in range(3):
        workbook.active.append(["=ROW()-1"])
    workbook.save(tmp_path / "a.xlsx")
    _, (table,) = tables_of(read(tmp_path / "a.xlsx", "xlsx", DEFAULT_LIMITS)[1], {"factories": FACTORIES}, None)
    assert table.kinds == [None]
    assert table.rows == [[FORMULA, "甲公司", "913", "减速机", FORMULA, "1990000"]]
