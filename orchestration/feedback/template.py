"""The form to fill in: a workbook made from a contract, with drop-downs, checks, notes and the code lists."""

from __future__ import annotations

import csv
import datetime
import io
import math
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import xlsxwriter
import yaml
from xlsxwriter.utility import xl_col_to_name, xl_range_abs

from orchestration.contracts import Contract, Field
from orchestration.display_width import display_width
from orchestration.errors import UserError
from orchestration.settings import Settings

NOTES_SHEET = "填表说明 Notes"
CODES_SHEET = "代码表 Codes"
# Rows made ready; whoever needs more copies the last one down.
ROWS = 1000
TITLE, UNIT_AND_DAY, HINT, MARKS, HEADER, FIRST = range(6)
LAST = FIRST + ROWS - 1
# A drop-down longer than this is slower than typing the name.
LONGEST_LIST = 50
# What Excel allows of an input message, its title, and the name of a sheet.
MESSAGE, MESSAGE_TITLE, SHEET_NAME = 255, 32, 31
# The day on which Excel's calendar agrees with everybody's: any day after it is a date.
FIRST_DAY = datetime.date(1900, 3, 1)
# Workbooks carry a day of making; ours must not differ from one making to the next.
MADE = datetime.datetime(1980, 1, 1)
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
FONT = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter"}
SIDES: dict[str, dict[str, Any]] = {
    "text": {"align": "left", "indent": 1},
    "date": {"align": "center"},
    "number": {"align": "right", "indent": 1},
}
LINE = {"border": 1, "border_color": "#BFBFBF"}
# One colour per meaning: what must be filled in, what may be, what is never published.
REQUIRED, OPTIONAL, PRIVATE = "#F8D9A8", "#DCE6F1", "#D9D9D9"
NUMBER_FORMATS = {"year": "0", "integer": "#,##0", "money": "#,##0.00", "percent": "0.00", "number": "General"}
WIDTHS = {"text": 36, "name": 28, "uscc": 23, "set": 26, "list": 24, "email": 22, "phone": 16, "code": 14, "date": 13}
NARROWEST = 11
NOTES_WIDTHS = (26, 15, 18, 24, 44, 46, 44, 24)
# No spreadsheet fits a row to its wrapped text on opening: height of a line, and what is left above and below.
LINE_HEIGHT, MARGIN = 15, 6


@dataclass(frozen=True)
class Code:
    """One code that stands; `parent` is the code it lies within, empty where the list has none."""

    code: str
    name: str
    parent: str


@dataclass(frozen=True)
class CodeColumns:
    """Where a code list stands in the sheet of codes: the columns of its names and, if it has one, of its parents."""

    codes: tuple[Code, ...]
    names: int
    parents: int | None

    @property
    def range(self) -> str:
        """The cells of the names, as a formula reads them."""
        return f"'{CODES_SHEET}'!" + str(xl_range_abs(1, self.names, len(self.codes), self.names))


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
        lists = _write_codes(workbook, contract, settings.dbt_project / "seeds")
        _write_form(workbook, form, contract, lists)
        _write_notes(workbook, notes, contract, kinds, lists)
    return content.getvalue()


@cache
def _wording() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("template.yaml").read_text("utf-8"))
    return content


def _sheet_name(title: str) -> str:
    return re.sub(r"[\[\]:*?/\\']", " ", title).strip()[:SHEET_NAME]


def _heading(field: Field) -> str:
    # Headings are compared without signs, so intake reads `企业名称 *` as 企业名称.
    return f"{field.heading} *" if field.required else field.heading


def _colour(field: Field) -> str:
    if not field.public:
        return PRIVATE
    return REQUIRED if field.required else OPTIONAL


def _write_form(workbook: Any, sheet: Any, contract: Contract, lists: dict[str, CodeColumns]) -> None:
    say, last = _wording(), len(contract.fields)
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
    say, heading = _wording(), _heading(field)
    is_number = field.kind in NUMBER_FORMATS
    side = SIDES["number" if is_number else "date" if field.kind == "date" else "text"]
    head = {**FONT, **LINE, "bold": True, **side, "text_wrap": True, "bg_color": _colour(field)}
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
    explained = [field.description, _how(field, "zh")]
    if field.kind == "set":
        explained.append("、".join(field.categories))
    common = {
        "input_title": _clipped(field.heading, MESSAGE_TITLE),
        "input_message": _clipped("\n".join(filter(None, explained)), MESSAGE),
        "error_title": _wording()["not_valid"],
        "error_message": _clipped(_how(field, "zh") or field.description, MESSAGE),
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


def _write_notes(
    workbook: Any, sheet: Any, contract: Contract, kinds: dict[str, Any], lists: dict[str, CodeColumns]
) -> None:
    say = _wording()
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    title = workbook.add_format({**FONT, "bold": True, "font_size": 14})
    wrapped = workbook.add_format({**FONT, "text_wrap": True})
    head = workbook.add_format({**FONT, **LINE, **SIDES["text"], "bold": True, "bg_color": OPTIONAL, "text_wrap": True})
    for number, width in enumerate(NOTES_WIDTHS):
        sheet.set_column(number, number, width)
    last = len(say["notes_columns"]) - 1
    titled = say["notes_title"].format(title=contract.title, title_en=contract.title_en)
    sheet.merge_range(0, 0, 0, last, titled, title)
    sheet.set_row(0, 30)
    rules = (f"{rule.message} {rule.message_en}" for rule in contract.rules)
    about = (f"{contract.description} {contract.description_en}", *rules, say["promise"], say["promise_en"])
    for row, text in enumerate(about, start=1):
        sheet.set_row(row, 34)
        sheet.merge_range(row, 0, row, last, text, wrapped)
    start = len(about) + 2
    sheet.set_row(start, 22)
    for number, text in enumerate(say["notes_columns"]):
        sheet.write_string(start, number, text, head)
    sheet.freeze_panes(start + 1, 1)
    sheet.repeat_rows(start)
    body = workbook.add_format({**FONT, **LINE, **SIDES["text"], "text_wrap": True})
    for row, field in enumerate(contract.fields, start=start + 1):
        name = workbook.add_format(
            {**FONT, **LINE, **SIDES["text"], "bold": True, "text_wrap": True, "bg_color": _colour(field)}
        )
        texts = _note(field, contract, kinds, lists)
        lines = max(
            math.ceil(display_width(text) / (width - 5)) for text, width in zip(texts, NOTES_WIDTHS, strict=True)
        )
        sheet.set_row(row, lines * LINE_HEIGHT + MARGIN)
        for number, text in enumerate(texts):
            sheet.write_string(row, number, text, name if number == 0 else body)


def _note(field: Field, contract: Contract, kinds: dict[str, Any], lists: dict[str, CodeColumns]) -> tuple[str, ...]:
    say = _wording()
    return (
        _heading(field),
        say["yes_no"][field.required],
        say["published"][field.public],
        _kind(field, kinds),
        f"{field.description}{_how(field, 'zh')}",
        f"{field.description_en} {_how(field, 'en')}".strip(),
        _allowed(field, contract, lists),
        _example(field, contract, lists),
    )


def _kind(field: Field, kinds: dict[str, Any]) -> str:
    kind = kinds[field.kind]
    return f"{kind['title']} {kind['title_en']}" + (_wording()["unit"].format(unit=field.unit) if field.unit else "")


def _how(field: Field, language: str) -> str:
    return str(_wording()["kinds"].get(field.kind, {}).get(language, ""))


def _allowed(field: Field, contract: Contract, lists: dict[str, CodeColumns]) -> str:
    say = _wording()
    if field.categories:
        return "、".join(field.categories)
    if field.codes:
        codes = lists[field.name].codes
        if len(codes) <= LONGEST_LIST:
            return "、".join(code.name for code in codes)
        within = say["of_parent"].format(parent=contract.field(field.within).title) if field.within else ""
        return "；".join(filter(None, (within, say["long_list"])))
    bounds = {"minimum": say["least"], "maximum": say["most"], "maxLength": say["longest"]}
    if field.kind not in ("integer", "number", "money", "percent"):
        # A year or a day is not written with commas.
        bounds = {name: text.replace(":,", "") for name, text in bounds.items()}
    given = [text.format(**{name: field.constraint(name)}) for name, text in bounds.items() if _given(field, name)]
    return "，".join(given)


def _given(field: Field, name: str) -> bool:
    return field.constraint(name) is not None


def _example(field: Field, contract: Contract, lists: dict[str, CodeColumns]) -> str:
    if field.categories:
        return "、".join(field.categories[: 2 if field.kind == "set" else 1])
    if field.codes:
        codes = lists[field.name].codes
        if field.within:
            first = lists[field.within].codes[0].code
            codes = tuple(code for code in codes if code.parent == first)
        return codes[0].name
    return str(_wording()["kinds"].get(field.kind, {}).get("example", ""))


def _write_codes(workbook: Any, contract: Contract, seeds: Path) -> dict[str, CodeColumns]:
    """Write the sheet of words and codes; where those of each field stand in it."""
    sheet = workbook.add_worksheet(CODES_SHEET)
    head = workbook.add_format({**FONT, **LINE, "bold": True, "bg_color": OPTIONAL})
    cell = workbook.add_format({**FONT, "num_format": "@"})
    sheet.freeze_panes(1, 0)
    listed = {field.name: _codes(field, seeds) for field in contract.fields if field.codes or field.kind == "choice"}
    names = {name: {code.code: code.name for code in codes} for name, codes in listed.items()}
    found: dict[str, CodeColumns] = {}
    column = 0
    for name, codes in listed.items():
        field = contract.field(name)
        blocks = [(field.title, [code.name for code in codes])]
        if field.within:
            blocks.insert(0, (contract.field(field.within).title, [names[field.within][code.parent] for code in codes]))
        found[name] = CodeColumns(codes, column + len(blocks) - 1, column if field.within else None)
        if field.codes:
            blocks.append((_wording()["code"], [code.code for code in codes]))
        for heading, texts in blocks:
            sheet.set_column(column, column, min(max(map(display_width, [heading, *texts])), 50) + 2)
            sheet.write_string(0, column, heading, head)
            sheet.write_column(1, column, texts, cell)
            column += 1
    if not found:
        sheet.hide()
    return found


def _codes(field: Field, seeds: Path) -> tuple[Code, ...]:
    """What a field may say: its categories, or the codes of its list that stand, those of one parent together."""
    if not field.codes:
        return tuple(Code("", category, "") for category in field.categories)
    with (seeds / f"{field.codes}.csv").open(encoding="utf-8", newline="") as file:
        lines = [line for line in csv.DictReader(file) if not line["valid_to"]]
    codes = (Code(line["code"], line["name"], line.get("parent") or "") for line in lines)
    return tuple(sorted(codes, key=lambda code: (code.parent, code.code)))


def _clipped(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
