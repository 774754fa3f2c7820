"""Sheets as files: one function per format. The same sheets give the same bytes, so no file holds the time."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import docx
import xlsxwriter
import xlwt
from docx.enum.section import WD_ORIENT
from docx.table import Table as WordTable
from odfdo import Document, Element, Table

from orchestration.sample.layouts import Format
from orchestration.sample.sheets import AutoNumber, Cell, Sheet, as_text

_DATED = datetime(2024, 1, 1)
_ZIP_DATED = (2024, 1, 1, 0, 0, 0)
_DATE_FORMAT = "yyyy-mm-dd"
_HIDDEN = (
    '<style:style style:name="hidden" style:family="table">'
    '<style:table-properties table:display="false"/></style:style>'
)


def write(sheets: Sequence[Sheet], form: Format, *, quoted: bool = False) -> bytes:
    """The sheets in a format; a csv has one sheet and no merges, `quoted` puts each of its values in quotes."""
    if form.suffix == "csv":
        return csv_bytes(sheets[0], form.encoding, quoted)
    return _WRITERS[form.suffix](sheets)


def csv_bytes(sheet: Sheet, encoding: str, quoted: bool) -> bytes:
    """A csv with CRLF, as Excel saves it; a blank row keeps its commas."""
    text = StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL)
    writer.writerows([as_text(cell) for cell in row] for row in sheet.rows)
    return text.getvalue().encode(encoding)


def xlsx_bytes(sheets: Sequence[Sheet]) -> bytes:
    """A workbook of Excel 2007 and later."""
    target = BytesIO()
    book = xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"created": _DATED})
    day = book.add_format({"num_format": _DATE_FORMAT})
    wrapped = book.add_format({"text_wrap": True, "align": "center", "valign": "vcenter"})
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        for y, row in enumerate(sheet.rows):
            for x, cell in enumerate(row):
                if isinstance(cell, str):
                    page.write_string(y, x, cell)
                elif isinstance(cell, date):
                    page.write_datetime(y, x, cell, day)
                elif isinstance(cell, int | float | Decimal):
                    page.write_number(y, x, cell)
        for merge in sheet.merges:
            value = sheet.rows[merge.top][merge.left]
            page.merge_range(merge.top, merge.left, merge.bottom, merge.right, value, wrapped)
        if sheet.hidden:
            page.hide()
    book.close()
    return target.getvalue()


def xls_bytes(sheets: Sequence[Sheet]) -> bytes:
    """A workbook of Excel 97, which keeps every number as a double."""
    book = xlwt.Workbook(encoding="utf-8")
    day = xlwt.easyxf(num_format_str=_DATE_FORMAT)
    for sheet in sheets:
        page = book.add_sheet(sheet.name)
        covered = {(y, x) for m in sheet.merges for y in range(m.top, m.bottom + 1) for x in range(m.left, m.right + 1)}
        for merge in sheet.merges:
            value = sheet.rows[merge.top][merge.left]
            page.write_merge(merge.top, merge.bottom, merge.left, merge.right, value)
        for y, row in enumerate(sheet.rows):
            for x, cell in enumerate(row):
                if cell is None or (y, x) in covered:
                    continue
                if isinstance(cell, date):
                    page.write(y, x, cell, day)
                else:
                    page.write(y, x, cell)
        page.visibility = 1 if sheet.hidden else 0
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def ods_bytes(sheets: Sequence[Sheet]) -> bytes:
    """A spreadsheet of OpenDocument."""
    document = Document("spreadsheet")
    document.body.clear()
    document.meta.creation_date = _DATED
    document.meta.date = _DATED
    document.insert_style(_HIDDEN, automatic=True)
    for sheet in sheets:
        table = _ods_table(sheet)
        for merge in sheet.merges:
            table.set_span((merge.left, merge.top, merge.right, merge.bottom))
        document.body.append(table)
    target = BytesIO()
    document.save(target)
    return _undated(target.getvalue())


def _ods_table(sheet: Sheet) -> Table:
    """The table, written out and parsed once: an object for each cell takes ten times as long."""
    style = ' table:style-name="hidden"' if sheet.hidden else ""
    width = max((len(row) for row in sheet.rows), default=0)
    columns = f'<table:table-column table:number-columns-repeated="{width}"/>' if width else ""
    rows = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in sheet.rows)
    table = Element.from_tag(f"<table:table table:name={quoteattr(sheet.name)}{style}>{columns}{rows}</table:table>")
    if not isinstance(table, Table):
        raise TypeError("odfdo made no table of a table:table")
    return table


def _ods_cell(cell: Cell) -> str:
    """A cell of OpenDocument 1.3, part 3, 9.1.4, as odfdo writes it."""
    if cell is None or isinstance(cell, AutoNumber):
        return "<table:table-cell/>"
    if isinstance(cell, str):
        kind, attributes = "string", f"office:string-value={quoteattr(cell)}"
    elif isinstance(cell, date):
        kind, attributes = "date", f'office:date-value="{cell}"'
    else:
        kind, attributes = "float", f'office:value="{cell}" calcext:value="{cell}"'
    types = f'office:value-type="{kind}" calcext:value-type="{kind}"'
    return f"<table:table-cell {types} {attributes}><text:p>{escape(str(cell))}</text:p></table:table-cell>"


def docx_bytes(tables: Sequence[Sheet]) -> bytes:
    """A Word document: the paragraphs above each table, the table, the paragraphs below."""
    document = docx.Document()
    document.core_properties.created = document.core_properties.modified = _DATED
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    for sheet in tables:
        for text in sheet.above:
            document.add_paragraph(text)
        table = document.add_table(len(sheet.rows), len(sheet.rows[0]), style="Table Grid")
        _fill_word_table(table, sheet)
        for text in sheet.below:
            document.add_paragraph(text)
    target = BytesIO()
    document.save(target)
    return _undated(target.getvalue())


def _fill_word_table(table: WordTable, sheet: Sheet) -> None:
    cells = [row.cells for row in table.rows]
    for boxes, row in zip(cells, sheet.rows, strict=True):
        for box, cell in zip(boxes, row, strict=True):
            if isinstance(cell, AutoNumber):
                box.paragraphs[0].style = "List Number"
            elif cell is not None:
                box.paragraphs[0].add_run(as_text(cell))
    for merge in sheet.merges:
        cells[merge.top][merge.left].merge(cells[merge.bottom][merge.right])


def _undated(package: bytes) -> bytes:
    """A zip with the same members in the same order, all of one date."""
    target = BytesIO()
    with ZipFile(BytesIO(package)) as source, ZipFile(target, "w") as copy:
        for member in source.infolist():
            info = ZipInfo(member.filename, _ZIP_DATED)
            info.create_system = 0
            info.compress_type = ZIP_STORED if member.filename == "mimetype" else ZIP_DEFLATED
            copy.writestr(info, source.read(member))
    return target.getvalue()


_WRITERS: dict[str, Callable[[Sequence[Sheet]], bytes]] = {
    "xlsx": xlsx_bytes,
    "xls": xls_bytes,
    "ods": ods_bytes,
    "docx": docx_bytes,
}
