"""The first sheet of an annotated workbook: what was read, and what to mend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import openpyxl  # type: ignore[import-untyped]
from openpyxl.styles import Alignment, Border, Side  # type: ignore[import-untyped]

from orchestration.feedback.cells import (
    BOLD,
    FILLS,
    GREY,
    HEADER_FILL,
    PLAIN,
    RED,
    TITLE,
    dress,
    fit_paper,
    row_height,
    set_text,
)
from orchestration.feedback.judged import Judged
from orchestration.feedback.lines import Line, of_file

FIRST_SHEET = "反馈 Feedback"
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
ONLY_FAULTY_ROWS = "只列有问题的行，行号与原文件一致 Only rows with issues, under the numbers of your file"
TOP = Alignment(wrap_text=True, vertical="top")
COUNT = Alignment(horizontal="left")
IN_TABLE = {side: Alignment(wrap_text=True, vertical="top", horizontal=side) for side in ("left", "center")}
LINE_BELOW = Border(bottom=Side(style="thin", color="FFBFBFBF"))
# Of the table of what to mend, in the order of its columns.
WIDTHS = (16, 50, 11, 22, 28, 42, 17)


def write_first_sheet(book: openpyxl.Workbook, judged: Judged, lines: Sequence[Line]) -> None:
    """Put the sheet before all others of a workbook and show it first."""
    sheet = book.create_sheet(FIRST_SHEET, 0)
    book.active = 0
    sheet.sheet_view.showGridLines = False
    for letter, width in zip("ABCDEFG", WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    fit_paper(sheet)
    set_text(sheet["A1"], "报送反馈 Feedback on your submission", font=TITLE)
    sheet.row_dimensions[1].height = 28
    row = 2
    if judged.made_up:
        set_text(sheet.cell(row, 1), SAMPLE_NOTICE, font=RED)
        row += 1
    about = of_file(lines)
    for line in about:
        _notice(sheet, row, line)
        row += 1
    for label, text in (
        ("文件 File", judged.name),
        ("批次 Round", judged.round or ""),
        ("单位 Sender", judged.submitter or ""),
        ("名录 Dataset", f"{judged.title} {judged.title_en}"),
        ("工作表 Sheets", "、".join(judged.first_rows)),
        ("所列 Shown", "" if judged.excerpt is None else ONLY_FAULTY_ROWS),
    ):
        if not text:
            continue
        set_text(sheet.cell(row, 1), label, font=GREY)
        set_text(sheet.cell(row, 2), text, font=PLAIN)
        row += 1
    row = _counts(sheet, row, judged) + 1
    for severity, meaning in (
        ("error", "请更正，所在行暂缓发布 To be mended; the row is held back until then"),
        ("warning", "已采用，请核对 Taken in; please check"),
        ("info", "供参考 For your information"),
    ):
        fill = FILLS[severity]
        set_text(sheet.cell(row, 1), SEVERITY_WORDS[severity], fill=fill, font=PLAIN)
        set_text(sheet.cell(row, 2), meaning, font=GREY)
        row += 1
    _to_mend(sheet, row + 1, [line for line in lines if line not in about], judged)


def _notice(sheet: Any, row: int, line: Line) -> None:
    """What is said of the file as a whole: across the sheet, before anything else."""
    fill = FILLS[line.severity]
    set_text(sheet.cell(row, 1), SEVERITY_WORDS[line.severity], font=BOLD, fill=fill, alignment=TOP)
    sheet.merge_cells(start_row=row, start_column=2, end_row=row, end_column=len(WIDTHS))
    said = "\n".join(" ".join(line.said(lang)) for lang in ("zh", "en"))
    set_text(sheet.cell(row, 2), said, font=BOLD, alignment=TOP)
    sheet.row_dimensions[row].height = row_height((said,), (sum(WIDTHS[1:]),))


def _counts(sheet: Any, row: int, judged: Judged) -> int:
    counts = {"读取行数 Rows read": judged.rows_read}
    counts |= {OUTCOME_WORDS[name]: number for name, number in (judged.outcomes or {}).items()}
    for label, number in counts.items():
        set_text(sheet.cell(row, 1), label, font=GREY)
        dress(sheet.cell(row, 2, number), number_format="#,##0", alignment=COUNT, font=PLAIN)
        row += 1
    return row


def _to_mend(sheet: Any, row: int, lines: list[Line], judged: Judged) -> None:
    if not lines and not judged.clean:
        return
    if not lines:
        set_text(sheet.cell(row, 1), "没有发现问题，谢谢。 Nothing to mend. Thank you.", font=BOLD)
        return
    header = ("级别 Severity", "问题 What is wrong", "次数 Count", "列 Column", "位置 Where", "建议 Advice", "处理 By")
    for column, heading in enumerate(header, start=1):
        set_text(sheet.cell(row, column), heading, font=BOLD, fill=HEADER_FILL)
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
                set_text(cell, text)
            side = IN_TABLE["center" if isinstance(text, int) else "left"]
            dress(cell, alignment=side, border=LINE_BELOW, font=PLAIN)
        dress(sheet.cell(number, 1), fill=FILLS[line.severity])
        sheet.row_dimensions[number].height = row_height(map(str, texts), WIDTHS)
