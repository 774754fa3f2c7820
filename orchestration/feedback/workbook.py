"""The annotated workbook: the submitter's own with each faulty cell coloured and commented, and a first sheet.

It is made in a child process (`orchestration.intake.children`), for a stranger's workbook is loaded for it. Text
stays text whatever it begins with; formulas become the values they last had; links, macros, pictures, charts and
names are dropped.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # type: ignore[import-untyped]
from openpyxl.comments import Comment  # type: ignore[import-untyped]
from openpyxl.formatting.formatting import ConditionalFormattingList  # type: ignore[import-untyped]
from openpyxl.packaging.core import DocumentProperties  # type: ignore[import-untyped]
from openpyxl.packaging.custom import CustomPropertyList  # type: ignore[import-untyped]
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side  # type: ignore[import-untyped]
from openpyxl.worksheet.properties import PageSetupProperties  # type: ignore[import-untyped]

from orchestration.feedback.judged import HIGHEST_HEADER, Judged
from orchestration.feedback.lines import Line
from orchestration.intake.archives import check_archive
from orchestration.intake.formats import ending_of, format_of
from orchestration.intake.limits import Limits
from orchestration.intake.reading import read
from orchestration.intake.whole_files import replace_file
from orchestration.quality.registry import SEVERITIES

FIRST_SHEET = "反馈 Feedback"
AUTHOR = "赋智数据 Fuzhi"
COLOURS = {"error": "FFF4B6B6", "warning": "FFFFE08A", "info": "FFBFDDF5"}
SEVERITY_WORDS = {"error": "错误 Error", "warning": "警告 Warning", "info": "提示 Note"}
MENDER_WORDS = {"submitter": "报送单位 you", "operator": "平台 platform", "reference": "代码表 code lists"}
OUTCOME_WORDS = {
    "published": "发布 Published",
    "superseded": "被取代 Superseded",
    "quarantined": "暂缓 Held back",
    "ignored": "非数据 No data",
}
SAMPLE_NOTICE = (
    "样例：本文件中的数据均属虚构，仅用于演示。 Sample: all data in this file are made up for demonstration."
)
# Documents are dated alike, so that the same faults give the same bytes.
DATE = datetime.datetime(2000, 1, 1)
MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
NEUTRAL = ("=", "+", "-", "@", "\t", "\r")
LONGEST_COMMENT = 1_000
NARROWEST, WIDEST = 8, 42
HEADER_FILL = PatternFill("solid", fgColor="FFDCE6F1")
FONT = "微软雅黑"
PLAIN, BOLD = Font(name=FONT, size=10), Font(name=FONT, size=10, bold=True)
GREY = Font(name=FONT, size=10, color="FF595959")
RED = Font(name=FONT, size=10, bold=True, color="FFC00000")
TITLE = Font(name=FONT, size=16, bold=True)
# Of the table of what to mend, in the order of its columns.
WIDTHS = (19, 54, 12, 26, 34, 46, 18)


@dataclass(frozen=True)
class Mark:
    """What is said at one cell; `severity` is that of its gravest fault."""

    sheet: str
    cell: str
    severity: str
    text: str


@dataclass(frozen=True)
class Job:
    """One workbook to make: from `source` in the store to `target`; `rebuild` where the original cannot be used."""

    source: Path
    target: Path
    judged: Judged
    lines: tuple[Line, ...]
    marks: tuple[Mark, ...]
    rebuild: bool = False


def make_workbook(job: Job, limits: Limits) -> str:
    """Write the workbook of one submission; `original` or `rebuilt`, as it was made. Raises Refusal as `read` does."""
    ending = ending_of(job.judged.name)
    original = not job.rebuild and format_of(job.source, ending) == "xlsx"
    book = _original(job.source, limits) if original else _rebuilt(job.source, ending, limits, job.judged.first_rows)
    for mark in job.marks:
        if mark.sheet in book.sheetnames:
            _mark(book[mark.sheet], mark)
    for sheet in book.worksheets:
        sheet.sheet_view.tabSelected = False
        first = job.judged.first_rows.get(sheet.title, 0)
        if sheet.freeze_panes is None and 1 < first <= HIGHEST_HEADER:
            sheet.freeze_panes = f"A{first}"
    _first_sheet(book, job.judged, job.lines)
    _write(book, job.target)
    return "original" if original else "rebuilt"


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
            if cell.fill.fgColor.rgb in COLOURS.values():
                cell.fill = PatternFill()
            _neutral(cell)
    return book


def _harmless(rule: Any) -> bool:
    return not any(sign in (text or "") for text in (rule.formula1, rule.formula2) for sign in "[(|")


def _rebuilt(path: Path, ending: str, limits: Limits, first_rows: Mapping[str, int]) -> openpyxl.Workbook:
    """A workbook of the rows as they were read, each cell at its place."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    _, sheets = read(path, ending, limits)
    for sheet in sheets:
        if sheet.hidden:
            continue
        page = book.create_sheet(sheet.name)
        widths: dict[int, int] = {}
        for number, row in enumerate(sheet.rows, start=1):
            # A title runs across the sheet and says nothing of a column.
            is_title = sum(map(bool, row)) < 2
            is_header = not is_title and number < first_rows.get(sheet.name, 0)
            for column, text in enumerate(row, start=1):
                if is_header:
                    page.cell(number, column).fill = HEADER_FILL
                if text is not None:
                    _set_text(page.cell(number, column), text, font=BOLD if is_header else PLAIN)
                    if not is_title:
                        widths[column] = max(widths.get(column, 0), _display_width(text))
        for column, width in widths.items():
            letter = openpyxl.utils.get_column_letter(column)
            page.column_dimensions[letter].width = min(max(width + 2, NARROWEST), WIDEST)
    return book


def _fit_paper(sheet: Any) -> None:
    """Print on A4, across, as wide as the paper."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _set_text(cell: Any, text: str, **style: Any) -> None:
    cell.value = ILLEGAL_CHARACTERS_RE.sub("�", text)
    _neutral(cell)
    for name, value in style.items():
        setattr(cell, name, value)


def _neutral(cell: Any) -> None:
    """Let a text be a text, also when it is edited."""
    if isinstance(cell.value, str):
        cell.data_type = "s"
        if cell.value.startswith(NEUTRAL):
            cell.quotePrefix = True
    elif cell.data_type == "f":
        # A formula of many cells or of a data table is an object.
        cell.value = None


def _mark(sheet: Any, mark: Mark) -> None:
    cell = sheet[mark.cell]
    if isinstance(cell, openpyxl.cell.MergedCell):
        merged = next(one for one in sheet.merged_cells.ranges if mark.cell in one)
        cell = sheet.cell(merged.min_row, merged.min_col)
    cell.fill = PatternFill("solid", fgColor=COLOURS[mark.severity])
    text = ILLEGAL_CHARACTERS_RE.sub("�", mark.text)[:LONGEST_COMMENT]
    if cell.comment and cell.comment.author == AUTHOR and text not in cell.comment.text:
        text = f"{cell.comment.text}\n{text}"[:LONGEST_COMMENT]
    high = 24 + 18 * sum(1 + _display_width(line) // 46 for line in text.split("\n"))
    cell.comment = Comment(text, AUTHOR, height=high, width=340)


def _first_sheet(book: openpyxl.Workbook, judged: Judged, lines: Iterable[Line]) -> None:
    sheet = book.create_sheet(FIRST_SHEET, 0)
    book.active = 0
    sheet.sheet_view.showGridLines = False
    for letter, width in zip("ABCDEFG", WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    _fit_paper(sheet)
    _set_text(sheet["A1"], "报送反馈 Feedback on your submission", font=TITLE)
    sheet.row_dimensions[1].height = 28
    row = 2
    if judged.made_up:
        _set_text(sheet.cell(row, 1), SAMPLE_NOTICE, font=RED)
        row += 1
    for label, text in (
        ("文件 File", judged.name),
        ("批次 Round", judged.round or ""),
        ("单位 Sender", judged.submitter or ""),
        ("名录 Dataset", f"{judged.title} {judged.title_en}"),
        ("工作表 Sheets", "、".join(judged.first_rows)),
    ):
        _set_text(sheet.cell(row, 1), label, font=GREY)
        _set_text(sheet.cell(row, 2), text, font=PLAIN)
        row += 1
    row = _counts(sheet, row, judged) + 1
    for severity, meaning in (
        ("error", "请更正，所在行暂缓发布 To be mended; the row is held back until then"),
        ("warning", "已采用，请核对 Taken in; please check"),
        ("info", "供参考 For your information"),
    ):
        fill = PatternFill("solid", fgColor=COLOURS[severity])
        _set_text(sheet.cell(row, 1), SEVERITY_WORDS[severity], fill=fill, font=PLAIN)
        _set_text(sheet.cell(row, 2), meaning, font=GREY)
        row += 1
    _to_mend(sheet, row + 1, list(lines))


def _counts(sheet: Any, row: int, judged: Judged) -> int:
    counts = {"读取行数 Rows read": judged.rows_read}
    counts |= {OUTCOME_WORDS[name]: number for name, number in (judged.outcomes or {}).items()}
    for label, number in counts.items():
        _set_text(sheet.cell(row, 1), label, font=GREY)
        cell = sheet.cell(row, 2, number)
        cell.number_format, cell.alignment, cell.font = "#,##0", Alignment(horizontal="left"), PLAIN
        row += 1
    return row


def _to_mend(sheet: Any, row: int, lines: list[Line]) -> None:
    if not lines:
        _set_text(sheet.cell(row, 1), "没有发现问题，谢谢。 Nothing to mend. Thank you.", font=BOLD)
        return
    header = ("级别 Severity", "问题 What is wrong", "次数 Count", "列 Column", "位置 Where", "建议 Advice", "处理 By")
    for column, heading in enumerate(header, start=1):
        _set_text(sheet.cell(row, column), heading, font=BOLD, fill=HEADER_FILL)
    sheet.print_title_rows = f"{row}:{row}"
    for number, line in enumerate(lines, start=row + 1):
        texts: tuple[str | int, ...] = (
            SEVERITY_WORDS[line.severity],
            f"{line.message}\n{line.message_en}",
            line.count,
            line.heading,
            line.places if line.places == line.places_en else f"{line.places}\n{line.places_en}",
            f"{line.advice}\n{line.advice_en}",
            MENDER_WORDS[line.mender],
        )
        for column, text in enumerate(texts, start=1):
            cell = sheet.cell(number, column)
            if isinstance(text, int):
                cell.value = text
            else:
                _set_text(cell, text)
            side = "center" if isinstance(text, int) else "left"
            cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal=side)
            cell.border, cell.font = Border(bottom=Side(style="thin", color="FFBFBFBF")), PLAIN
        sheet.cell(number, 1).fill = PatternFill("solid", fgColor=COLOURS[line.severity])
        sheet.row_dimensions[number].height = 6 + 16 * max(
            sum(1 + (_display_width(part) + 2) // width for part in str(text).split("\n"))
            for text, width in zip(texts, WIDTHS, strict=True)
        )


def gravest(severities: Iterable[str]) -> str:
    """The gravest of some severities."""
    return min(severities, key=SEVERITIES.index)


def _write(book: openpyxl.Workbook, target: Path) -> None:
    """Write the workbook with no trace of the clock: openpyxl dates the document and the parts of the archive."""
    book.properties = DocumentProperties(creator=AUTHOR, created=DATE, modified=DATE)
    written = io.BytesIO()
    book.save(written)
    with (
        replace_file(target) as file,
        zipfile.ZipFile(written) as parts,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in parts.namelist():
            content = parts.read(name)
            if name == "docProps/core.xml":
                content = MODIFIED.sub(rb"\g<1>2000-01-01T00:00:00Z", content)
            part = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            part.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(part, content)


def _display_width(text: str) -> int:
    return (len(text) + len(text.encode(errors="replace"))) // 2
