"""Forms as they arrive, written by the libraries of each format; and a small dataset to take them in for."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import docx
import odfdo
import xlsxwriter
import xlwt

from orchestration.contracts.labels import fold_heading
from orchestration.intake.forms import Form
from orchestration.intake.sheets import Merge, Row, Sheet

Rows = Sequence[Sequence[Any]]

FACTORIES = Form(
    dataset="factories",
    fields=("org_name", "uscc", "product", "sales", "phone"),
    titles={
        "org_name": "企业名称",
        "uscc": "统一社会信用代码",
        "product": "产品名称",
        "sales": "销售收入",
        "phone": "联系电话",
    },
    labels={
        fold_heading(label): field
        for field, labels in {
            "org_name": ("企业名称", "企业（集团）名称", "单位名称"),
            "uscc": ("统一社会信用代码", "信用代码"),
            "product": ("产品名称",),
            "sales": ("销售收入",),
            "phone": ("联系电话", "联系方式", "手机"),
        }.items()
        for label in labels
    },
    key=("uscc", "product"),
    own=("product", "sales"),
    required=("org_name", "uscc", "product"),
    money=("sales",),
    amounts=("sales",),
)
HEADER = ["序号", "企业名称", "统一社会信用代码", "产品名称", "销售收入（万元）", "联系电话"]


def sheet(
    *rows: Sequence[str | None], merges: Sequence[Merge] = (), name: str = "表", continues: bool = False
) -> Sheet:
    """A sheet as a reader hands it over; short rows are filled up."""
    width = max(map(len, rows), default=0)
    full: list[Row] = [[*row, *[None] * (width - len(row))] for row in rows]
    return Sheet(name, full, tuple(sorted(merges)), continues=continues)


def write_xlsx(
    path: Path, sheets: Mapping[str, Rows], merges: Mapping[str, Sequence[Merge]] = {}, hidden: Sequence[str] = ()
) -> Path:
    """A workbook; a merged range takes the text of its first cell, which the rows give too."""
    with xlsxwriter.Workbook(path) as workbook:
        for name, rows in sheets.items():
            worksheet = workbook.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, str):
                        worksheet.write_string(number, column, value)
                    elif value is not None:
                        worksheet.write(number, column, value)
            for (top, left), (bottom, right) in merges.get(name, ()):
                worksheet.merge_range(top, left, bottom, right, rows[top][left])
            if name in hidden:
                worksheet.hide()
    return path


def write_xls(path: Path, sheets: Mapping[str, Rows]) -> Path:
    """An old workbook."""
    workbook = xlwt.Workbook()
    for name, rows in sheets.items():
        worksheet = workbook.add_sheet(name)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if value is not None:
                    worksheet.write(number, column, value)
    workbook.save(str(path))
    return path


def write_ods(path: Path, sheets: Mapping[str, Rows]) -> Path:
    """An OpenDocument workbook."""
    document = odfdo.Document("spreadsheet")
    document.body.clear()
    for name, rows in sheets.items():
        table = odfdo.Table(name)
        for row in rows:
            line = odfdo.Row()
            line.set_values(list(row))
            table.append_row(line)
        document.body.append(table)
    document.save(path)
    return path


def write_docx(path: Path, *tables: Rows) -> Path:
    """A Word document with these tables."""
    document = docx.Document()
    for rows in tables:
        document.add_paragraph("附件")
        table = document.add_table(len(rows), max(map(len, rows)))
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                table.cell(number, column).text = str(value or "")
    document.save(str(path))
    return path


def with_part(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """Write the zip-based file anew with one part changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts[part])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path
