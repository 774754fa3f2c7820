"""The workbook of a package, for people who read in Excel: the table under Chinese headings, and a sheet about it.

It is the Excel-safe copy: text stays text whatever it begins with, and what Excel cannot hold is written as text or
cut, and said. The canonical tables are the Parquet and the CSV.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import xlsxwriter

from orchestration.contracts import Field
from orchestration.display_width import display_width
from orchestration.release.formats import WHOLE, Part
from orchestration.release.package import Package
from orchestration.release.tables import display_widths
from orchestration.release.wording import LANGUAGES, say, say_both, say_meaning, say_part, say_type
from orchestration.release.workbook_rows import look_through, sheet_rows
from orchestration.release.writing import ReleaseError

TABLE_SHEET = "数据 Data"
ABOUT_SHEET = "说明 About"
NARROWEST, WIDEST, WIDEST_NUMBER = 8, 50, 16
HEADER = {"bold": True, "bg_color": "#DCE6F1", "bottom": 1, "valign": "vcenter"}
# Never a formula, a link or a number that the contract does not know of.
OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def headings(columns: tuple[Field, ...]) -> list[str]:
    """The heading of each column of the workbook: its Chinese title, with the unit in brackets.

    Raises ReleaseError where two columns would have the same one.
    """
    found = [column.heading for column in columns]
    twice = {heading for heading in found if found.count(heading) > 1}
    if twice:
        raise ReleaseError(f"two published columns have the same heading: {', '.join(sorted(twice))}")
    return found


def write_workbook(parquet: Path, package: Package, target: Path, part: Part = WHOLE) -> None:
    """Write the published Parquet, or one part of its rows, as a workbook; same input, same bytes.

    The rows are never in memory as a whole; what XlsxWriter sets aside lies beside `target` until the workbook is
    complete. Raises ReleaseError where two columns share a heading.
    """
    options = {**OPTIONS, "constant_memory": True, "tmpdir": str(target.parent)}
    with xlsxwriter.Workbook(str(target), options) as workbook:
        created = datetime.datetime.combine(package.created, datetime.time())
        workbook.set_properties({"title": package.title("zh"), "created": created})
        cut = _write_table(workbook, parquet, package.columns, part)
        _write_about(workbook, package, cut, part)


def _write_table(workbook: Any, parquet: Path, columns: tuple[Field, ...], part: Part) -> int:
    """Write the table's sheet; the number of cells that had to be cut."""
    sheet = workbook.add_worksheet(TABLE_SHEET)
    left, right, centre = (workbook.add_format({**HEADER, "align": side}) for side in ("left", "right", "center"))
    sheet.freeze_panes(1, 0)
    _set_print(sheet)
    sheet.repeat_rows(0)
    names, widths = headings(columns), display_widths(parquet, columns)
    for number, (column, heading, width) in enumerate(zip(columns, names, widths, strict=True)):
        is_number = column.type in ("integer", "number")
        widest = WIDEST_NUMBER if is_number else WIDEST
        # Three more than the heading: the arrow of the filter stands over it.
        fitting = max(min(width + 1, widest), display_width(heading) + 3, NARROWEST)
        sheet.set_column(number, number, fitting)
        header = right if is_number else centre if column.type == "date" else left
        sheet.write_string(0, number, heading, header)
    look = look_through(parquet, columns, part)
    dates = workbook.add_format({"num_format": "yyyy-mm-dd", "align": "center"})
    # What XlsxWriter does when it comes to the next row, and has no public name for: it writes the header, gives a
    # format its number when it is first used, and keeps the last row.
    sheet._write_single_row(look.rows)
    date_style = dates._get_xf_index() if look.dated else 0
    sheet._check_dimensions(look.rows, 0)
    sheet.row_data_fh.writelines(sheet_rows(parquet, columns, part, look, date_style))
    sheet.autofilter(0, 0, look.rows, len(columns) - 1)
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{look.rows + 1}"})
    return look.cut


def _write_about(workbook: Any, package: Package, cut: int, part: Part) -> None:
    sheet = workbook.add_worksheet(ABOUT_SHEET)
    header = workbook.add_format(HEADER)
    bold = workbook.add_format({"bold": True})
    _set_print(sheet)
    for number, width in enumerate((26, 22, 30, 16, 60, 90)):
        sheet.set_column(number, number, width)
    lines = list(_about(package, cut, part))
    warning = workbook.add_format({"bold": True, "font_color": "#C00000"})
    for row, (label, text) in enumerate(lines):
        sheet.write_string(row, 0, label, bold)
        sheet.write_string(row, 1, text, warning if label == say_both("about.sample") else None)
    start = len(lines) + 1
    for number, word in enumerate(("heading", "name", "type", "codes", "description", "description_en")):
        sheet.write_string(start, number, say_both(f"dictionary.{word}"), header)
    for row, column in enumerate(package.columns, start=start + 1):
        kind = f"{say_type(column, 'zh')} {say_type(column, 'en')}"
        cells = (
            column.heading,
            column.name,
            kind,
            column.codes or "",
            *(say_meaning(column, one) for one in LANGUAGES),
        )
        for number, text in enumerate(cells):
            sheet.write_string(row, number, text)


def _about(package: Package, cut: int, part: Part) -> Iterator[tuple[str, str]]:
    """The lines above the data dictionary: label and text, Chinese before English."""
    contract = package.contract
    for language in LANGUAGES:
        if package.sample:
            yield say_both("about.sample"), say("sample_notice", language)
    yield say_both("about.title"), f"{package.title('zh')} {package.title('en')}"
    yield say_both("about.version"), package.version
    yield say_both("about.created"), package.created.isoformat()
    yield say_both("about.rows"), f"{package.rows:,}"
    if part.count > 1:
        for language in LANGUAGES:
            yield "", say_part(part, language).rstrip(": ")
    yield say_both("about.licence"), contract.licence
    yield say_both("about.publisher"), f"{contract.owner} {contract.owner_en}"
    for source in package.sources:
        yield say_both("about.source"), f"{source.title} {source.title_en}"
    for language in LANGUAGES:
        yield say_both("about.notes"), say("workbook_copy", language)
        if cut:
            yield "", say("workbook_cut", language, cells=f"{cut:,}")
        if package.code_lists:
            yield "", say("code_lists", language)


def _set_print(sheet: Any) -> None:
    """Print on A4, across, as wide as the paper."""
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
