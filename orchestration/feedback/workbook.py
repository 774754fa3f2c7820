"""The annotated workbook: the submitter's own with each faulty cell coloured and commented, and a first sheet.

It is made in a child process (`orchestration.intake.children`), for a stranger's workbook is loaded for it. Text
stays text whatever it begins with; formulas become the values they last had; links, macros, pictures, charts and
names are dropped.
"""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]
from openpyxl.comments import Comment  # type: ignore[import-untyped]
from openpyxl.formatting.formatting import ConditionalFormattingList  # type: ignore[import-untyped]
from openpyxl.packaging.core import DocumentProperties  # type: ignore[import-untyped]
from openpyxl.packaging.custom import CustomPropertyList  # type: ignore[import-untyped]
from openpyxl.styles import Alignment, PatternFill  # type: ignore[import-untyped]
from openpyxl.writer.excel import ExcelWriter  # type: ignore[import-untyped]

from orchestration.display_width import display_width
from orchestration.feedback.cells import (
    BOLD,
    COLOURS,
    FILLS,
    HEADER_FILL,
    PLAIN,
    dress,
    fit_paper,
    neutralise,
    printable,
    row_height,
    set_text,
)
from orchestration.feedback.first_sheet import FIRST_SHEET, write_first_sheet
from orchestration.feedback.judged import HIGHEST_HEADER, Judged
from orchestration.feedback.lines import Line
from orchestration.feedback.marks import Mark
from orchestration.intake.archives import check_archive
from orchestration.intake.formats import ending_of, format_of
from orchestration.intake.limits import Limits
from orchestration.intake.reading import read
from orchestration.intake.sheets import Row
from orchestration.intake.whole_files import replace_file

AUTHOR = "赋智数据 Fuzhi"
# Documents are dated alike, so that the same faults give the same bytes.
DATE = datetime.datetime(2000, 1, 1)
LONGEST_COMMENT = 1_000
NARROWEST, WIDEST = 8, 42
NO_FILL = PatternFill()
WRAPPED, ACROSS = (Alignment(vertical="top", wrap_text=wrap) for wrap in (True, False))


@dataclass(frozen=True)
class Job:
    """One workbook to make: from `source` in the store to `target`; `rebuild` where the original cannot be used.

    `basis` is the digest of all that the answer follows from.
    """

    source: Path
    target: Path
    judged: Judged
    lines: tuple[Line, ...]
    marks: tuple[Mark, ...]
    basis: str = ""
    rebuild: bool = False


def make_workbook(job: Job, limits: Limits) -> str:
    """Write the workbook of one submission, and say how it was made. Raises Refusal as `read` does.

    `original`: the submitter's own; `rebuilt`: of the rows as they were read; `excerpt`: of those with faults.
    """
    book, made_as = _book(job, limits)
    for mark in job.marks:
        if mark.sheet in book.sheetnames:
            _mark(book[mark.sheet], mark)
    for sheet in book.worksheets:
        sheet.sheet_view.tabSelected = False
        first = job.judged.first_rows.get(sheet.title, 0)
        fit_paper(sheet)
        # The answer names cells: on paper, too, they must be found.
        sheet.print_options.headings = sheet.print_options.gridLines = True
        if 1 < first <= HIGHEST_HEADER:
            sheet.freeze_panes = sheet.freeze_panes or f"A{first}"
            sheet.print_title_rows = sheet.print_title_rows or f"1:{first - 1}"
    write_first_sheet(book, job.judged, job.lines)
    _write(book, job.target)
    return made_as


def _book(job: Job, limits: Limits) -> tuple[openpyxl.Workbook, str]:
    ending, first_rows = ending_of(job.judged.name), job.judged.first_rows
    if job.judged.excerpt is not None:
        book = _rebuilt(job.judged.excerpt.items(), first_rows)
        for page in book.worksheets:
            # Every row is hidden but those that are written.
            page.sheet_format.zeroHeight = True
        return book, "excerpt"
    if not job.rebuild and format_of(job.source, ending) == "xlsx":
        return _original(job.source, limits), "original"
    _, sheets = read(job.source, ending, limits)
    return _rebuilt(((one.name, enumerate(one.rows, 1)) for one in sheets if not one.hidden), first_rows), "rebuilt"


def _original(path: Path, limits: Limits) -> openpyxl.Workbook:
    """The submitter's workbook without anything that acts: values and looks only."""
    check_archive(path, limits)
    with path.open("rb") as file:
        book = openpyxl.load_workbook(file, data_only=True, keep_vba=False, keep_links=False)
    for chart in book.chartsheets:
        book.remove(chart)
    if FIRST_SHEET in book.sheetnames:
        del book[FIRST_SHEET]
    book.template = False
    book.custom_doc_props = CustomPropertyList()
    book.defined_names.clear()
    marked = {number for number, fill in enumerate(book._fills) if fill.fgColor.rgb in COLOURS.values()}
    for sheet in book.worksheets:
        sheet.defined_names.clear()
        sheet.tables.clear()
        sheet._images, sheet._charts, sheet._pivots, sheet._hyperlinks = [], [], [], []
        sheet.conditional_formatting = ConditionalFormattingList()
        kept = [rule for rule in sheet.data_validations.dataValidation if _harmless(rule)]
        sheet.data_validations.dataValidation = kept
        # Only the cells that there are: asking for rows would make all those in between.
        for cell in sheet._cells.values():
            if isinstance(cell, openpyxl.cell.MergedCell):
                continue
            cell._hyperlink = None
            # What an earlier feedback marked and is sent back mended.
            if cell.comment and cell.comment.author == AUTHOR:
                cell.comment = None
            if cell._style and cell._style.fillId in marked:
                dress(cell, fill=NO_FILL)
            neutralise(cell)
    return book


def _harmless(rule: Any) -> bool:
    return not any(sign in (text or "") for text in (rule.formula1, rule.formula2) for sign in "[(|")


def _rebuilt(
    sheets: Iterable[tuple[str, Iterable[tuple[int, Row]]]], first_rows: Mapping[str, int]
) -> openpyxl.Workbook:
    """A workbook of sheets with rows as they were read, each at its number, each cell at its place."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        page = book.create_sheet(name)
        widths: dict[int, int] = {}
        wrapped: dict[int, list[Any]] = {}
        for number, row in rows:
            # A title runs across the sheet and says nothing of a column.
            is_title = sum(map(bool, row)) < 2
            is_header = not is_title and number < first_rows.get(name, 0)
            for column, text in enumerate(row, start=1):
                if is_header:
                    dress(page.cell(number, column), fill=HEADER_FILL)
                if text is not None:
                    cell = page.cell(number, column)
                    set_text(cell, text, font=BOLD if is_header else PLAIN, alignment=ACROSS if is_title else WRAPPED)
                    if not is_title:
                        wrapped.setdefault(number, []).append(cell)
                        longest = max(map(display_width, text.split("\n")))
                        widths[column] = max(widths.get(column, 0), longest)
        for column, width in widths.items():
            letter = openpyxl.utils.get_column_letter(column)
            widths[column] = page.column_dimensions[letter].width = min(max(width + 3, NARROWEST), WIDEST)
        for number, cells in wrapped.items():
            height = row_height((cell.value for cell in cells), (widths[cell.column] for cell in cells))
            page.row_dimensions[number].height = height
    return book


def _mark(sheet: Any, mark: Mark) -> None:
    cell = sheet[mark.cell]
    if isinstance(cell, openpyxl.cell.MergedCell):
        merged = next(one for one in sheet.merged_cells.ranges if mark.cell in one)
        cell = sheet.cell(merged.min_row, merged.min_col)
    dress(cell, fill=FILLS[mark.severity])
    text = printable(mark.text[:LONGEST_COMMENT])
    if cell.comment and cell.comment.author == AUTHOR and text not in cell.comment.text:
        text = f"{cell.comment.text}\n{text}"[:LONGEST_COMMENT]
    high = 24 + 18 * sum(1 + display_width(line) // 46 for line in text.split("\n"))
    cell.comment = Comment(text, AUTHOR, height=high, width=340)


def _write(book: openpyxl.Workbook, target: Path) -> None:
    """Write the workbook with no trace of the clock: `book.save` would date it."""
    book.properties = DocumentProperties(creator=AUTHOR, created=DATE, modified=DATE)
    with replace_file(target) as file, _Undated(file, "w") as archive:
        ExcelWriter(book, archive).write_data()


class _Undated(zipfile.ZipFile):
    """An archive whose parts have the first date that there is."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_: Any, **__: Any) -> None:
        part = zipfile.ZipInfo(zinfo_or_arcname, (1980, 1, 1, 0, 0, 0))
        part.compress_type = zipfile.ZIP_DEFLATED
        super().writestr(part, data)

    def write(self, filename: Any, arcname: Any = None, *_: Any, **__: Any) -> None:
        self.writestr(arcname, Path(filename).read_bytes())
