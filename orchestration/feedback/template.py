"""The form to fill in: a workbook made from a contract, with drop-downs, checks, notes and the code lists."""

from __future__ import annotations

import datetime
import io
import re
from pathlib import Path
from typing import Any

import xlsxwriter
import yaml
from xlsxwriter.utility import xl_col_to_name, xl_range_abs

from orchestration.contracts import Contract, Field
from orchestration.display_width import display_width
from orchestration.errors import UserError
from orchestration.feedback.template_codes import CODES_SHEET, LONGEST_LIST, CodeColumns, write_codes
from orchestration.feedback.template_looks import (
    FONT,
    LINE,
    OPTIONAL,
    SIDES,
    colour,
    how,
    marked_heading,
    wording,
)
from orchestration.feedback.template_notes import NOTES_SHEET, write_notes
from orchestration.settings import Settings

# Rows made ready; whoever needs more copies the last one down.
ROWS = 1000
TITLE, UNIT_AND_DAY, HINT, MARKS, HEADER, FIRST = range(6)
LAST = FIRST + ROWS - 1
# What Excel allows of an input message, its title, and the name of a sheet.
MESSAGE, MESSAGE_TITLE, SHEET_NAME = 255, 32, 31
# The day on which Excel's calendar agrees with everybody's: any day after it is a date.
FIRST_DAY = datetime.date(1900, 3, 1)
# Workbooks carry a day of making; ours must not differ from one making to the next.
MADE = datetime.datetime(1980, 1, 1)
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
NUMBER_FORMATS = {"year": "0", "integer": "#,##0", "money": "#,##0.00", "percent": "0.00", "number": "General"}
WIDTHS = {"text": 36, "name": 28, "uscc": 23, "set": 26, "list": 24, "email": 22, "phone": 16, "code": 14, "date": 13}
NARROWEST = 11


def write_template(contract: Contract, settings: Settings, target: Path, *, force: bool = False) -> None:
    """Write the form of a dataset to `target`.

    Raises UserError where `target` is no .xlsx, cannot be written, or is there already and `force` is not given.
    """
    if target.suffix.lower() != ".xlsx":
        raise UserError(f"{target}: the form is an Excel workbook, so its name must end in .xlsx")
    if target.exists() and not force:
        raise UserError(f"{target} is there already; --force replaces it")
    content = template(contract, settings)
    try:
        target.write_bytes(content)
    except OSError as error:
        raise UserError(f"{target} cannot be written: {error.strerror}") from error


def template(contract: Contract, settings: Settings) -> bytes:
    """The workbook for submitters to fill in; same contract and code lists, same bytes.

    Its sheets: the form (named by the dataset's title), the notes on each column, and the code lists with the codes
    that stand. Raises OSError where the kinds or a code list cannot be read from the project.
    """
    kinds: dict[str, Any] = yaml.safe_load((settings.schemas / "shared" / "kinds.yaml").read_text("utf-8"))
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, OPTIONS) as workbook:
        workbook.set_properties({"title": contract.title, "created": MADE})
        form = workbook.add_worksheet(_sheet_name(contract.title))
        notes = workbook.add_worksheet(NOTES_SHEET)
        lists = write_codes(workbook, contract, settings.dbt_project / "seeds")
        _write_form(workbook, form, contract, lists)
        write_notes(workbook, notes, contract, kinds, lists)
    return content.getvalue()


def _sheet_name(title: str) -> str:
    return re.sub(r"[\[\]:*?/\\']", " ", title).strip()[:SHEET_NAME]


def _write_form(workbook: Any, sheet: Any, contract: Contract, lists: dict[str, CodeColumns]) -> None:
    say, last = wording(), len(contract.fields)
    sheet.freeze_panes(FIRST, 2)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    # On A3 across: as wide as two sheets, each with the first columns and the header.
    sheet.set_paper(8)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
    sheet.fit_to_pages(2, 0)
    sheet.repeat_rows(MARKS, HEADER)
    sheet.repeat_columns(0, 1)
    title = workbook.add_format({**FONT, "bold": True, "font_size": 16})
    plain = workbook.add_format({**FONT, "font_size": 11})
    hint = workbook.add_format({**FONT, "font_color": "#595959", "text_wrap": True})
    sheet.set_row(TITLE, 34)
    sheet.set_row(UNIT_AND_DAY, 24)
    sheet.set_row(HINT, 50)
    sheet.set_row(HEADER, 34)
    sheet.merge_range(
        TITLE, 0, TITLE, last, say["title"].format(title=contract.title, title_en=contract.title_en), title
    )
    unit, day = say["unit_and_day"]
    sheet.merge_range(UNIT_AND_DAY, 0, UNIT_AND_DAY, 2, unit, plain)
    sheet.merge_range(UNIT_AND_DAY, 3, UNIT_AND_DAY, 5, day, plain)
    sheet.merge_range(HINT, 0, HINT, 5, say["hint"], hint)
    _write_serial(workbook, sheet)
    for number, field in enumerate(contract.fields, start=1):
        _write_column(workbook, sheet, number, field, contract, lists)


def _write_serial(workbook: Any, sheet: Any) -> None:
    head = workbook.add_format({**FONT, **LINE, "bold": True, "align": "center", "bg_color": OPTIONAL})
    cell = workbook.add_format({**FONT, **LINE, "align": "center", "font_color": "#7F7F7F"})
    sheet.set_column(0, 0, 6)
    sheet.write_string(HEADER, 0, "序号", head)
    for row in range(FIRST, LAST + 1):
        sheet.write_number(row, 0, row - FIRST + 1, cell)


def _write_column(
    workbook: Any, sheet: Any, number: int, field: Field, contract: Contract, lists: dict[str, CodeColumns]
) -> None:
    say, heading = wording(), marked_heading(field)
    is_number = field.kind in NUMBER_FORMATS
    side = SIDES["number" if is_number else "date" if field.kind == "date" else "text"]
    head = {**FONT, **LINE, "bold": True, **side, "text_wrap": True, "bg_color": colour(field)}
    sheet.set_column(number, number, max(WIDTHS.get(field.kind, NARROWEST), display_width(heading) + 5))
    marks = [say["required"] if field.required else say["optional"], *([] if field.public else [say["private"]])]
    mark = {**FONT, "font_size": 9, **side, "font_color": "#595959"}
    sheet.write_string(MARKS, number, " · ".join(marks), workbook.add_format(mark))
    sheet.write_string(HEADER, number, heading, workbook.add_format(head))
    # Text where it is no number and no date: a code keeps its zeros and all its digits.
    shown = NUMBER_FORMATS.get(field.kind, "yyyy-mm-dd" if field.kind == "date" else "@")
    long = field.kind in ("text", "name", "set", "list")
    cell = workbook.add_format({**FONT, **LINE, "num_format": shown, **side, "text_wrap": long})
    for row in range(FIRST, LAST + 1):
        sheet.write_blank(row, number, None, cell)
    sheet.data_validation(FIRST, number, LAST, number, _validation(field, number, contract, lists))


def _validation(field: Field, number: int, contract: Contract, lists: dict[str, CodeColumns]) -> dict[str, Any]:
    """What Excel says beside the cell, offers in it and refuses in it; never stricter than the pipeline's rules."""
    explained = [field.description, how(field, "zh")]
    if field.kind == "set":
        explained.append("、".join(field.categories))
    common = {
        "input_title": _clipped(field.heading, MESSAGE_TITLE),
        "input_message": _clipped("\n".join(filter(None, explained)), MESSAGE),
        "error_title": wording()["not_valid"],
        "error_message": _clipped(how(field, "zh") or field.description, MESSAGE),
    }
    return {**common, **_criteria(field, number, contract, lists)}


def _criteria(field: Field, number: int, contract: Contract, lists: dict[str, CodeColumns]) -> dict[str, Any]:
    if field.kind == "choice":
        return {"validate": "list", "source": _choices(lists[field.name])}
    if field.kind == "boolean":
        return {"validate": "list", "source": ["是", "否"]}
    if field.kind == "code":
        source = _code_source(field, contract, lists)
        # A code or another spelling of the name is as good as the name: asked about, not refused.
        return {"validate": "list", "source": source, "error_type": "warning"} if source else {"validate": "any"}
    if field.kind == "date":
        return {"validate": "date", "criteria": ">=", "value": FIRST_DAY}
    if field.kind in NUMBER_FORMATS:
        return {"validate": "integer" if field.type == "integer" else "decimal", **_bounds(field)}
    if field.kind in ("text", "name") and field.constraint("maxLength"):
        return {"validate": "length", "criteria": "<=", "value": field.constraint("maxLength")}
    return {"validate": "any"}


def _choices(columns: CodeColumns) -> str:
    return f"={columns.range}"


def _code_source(field: Field, contract: Contract, lists: dict[str, CodeColumns]) -> str | None:
    """The names to offer: all of a short list, those within the parent given of a long one, else none."""
    columns = lists[field.name]
    if len(columns.codes) <= LONGEST_LIST:
        return _choices(columns)
    if field.within is None or columns.parents is None:
        return None
    parent = xl_col_to_name([one.name for one in contract.fields].index(field.within) + 1)
    given, rows = f"${parent}{FIRST + 1}", len(columns.codes)
    parents = f"'{CODES_SHEET}'!" + str(xl_range_abs(1, columns.parents, rows, columns.parents))
    top = f"'{CODES_SHEET}'!" + str(xl_range_abs(1, columns.names, 1, columns.names))
    return f"=OFFSET({top},MATCH({given},{parents},0)-1,0,COUNTIF({parents},{given}),1)"


def _bounds(field: Field) -> dict[str, Any]:
    least, most = field.constraint("minimum"), field.constraint("maximum")
    if least is not None and most is not None:
        return {"criteria": "between", "minimum": least, "maximum": most}
    if most is not None:
        return {"criteria": "<=", "value": most}
    return {"criteria": ">=", "value": -(10**15) if least is None else least}


def _clipped(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
