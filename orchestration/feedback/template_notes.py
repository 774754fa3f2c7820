"""The sheet of the form to fill in that explains each column."""

from __future__ import annotations

import math
from typing import Any

from orchestration.contracts import Contract, Field
from orchestration.display_width import display_width
from orchestration.feedback.template_codes import LONGEST_LIST, CodeColumns
from orchestration.feedback.template_looks import FONT, LINE, OPTIONAL, SIDES, colour, how, marked_heading, wording

NOTES_SHEET = "填表说明 Notes"
NOTES_WIDTHS = (26, 15, 18, 24, 44, 46, 44, 24)
# No spreadsheet fits a row to its wrapped text on opening: height of a line, and what is left above and below.
LINE_HEIGHT, MARGIN = 15, 6


def write_notes(
    workbook: Any, sheet: Any, contract: Contract, kinds: dict[str, Any], lists: dict[str, CodeColumns]
) -> None:
    """Write the notes: what the dataset is, then a row for each column."""
    say = wording()
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
            {**FONT, **LINE, **SIDES["text"], "bold": True, "text_wrap": True, "bg_color": colour(field)}
        )
        texts = _note(field, contract, kinds, lists)
        lines = max(
            math.ceil(display_width(text) / (width - 5)) for text, width in zip(texts, NOTES_WIDTHS, strict=True)
        )
        sheet.set_row(row, lines * LINE_HEIGHT + MARGIN)
        for number, text in enumerate(texts):
            sheet.write_string(row, number, text, name if number == 0 else body)


def _note(field: Field, contract: Contract, kinds: dict[str, Any], lists: dict[str, CodeColumns]) -> tuple[str, ...]:
    say = wording()
    return (
        marked_heading(field),
        say["yes_no"][field.required],
        say["published"][field.public],
        _kind(field, kinds),
        f"{field.description}{how(field, 'zh')}",
        f"{field.description_en} {how(field, 'en')}".strip(),
        _allowed(field, contract, lists),
        _example(field, contract, lists),
    )


def _kind(field: Field, kinds: dict[str, Any]) -> str:
    kind = kinds[field.kind]
    return f"{kind['title']} {kind['title_en']}" + (wording()["unit"].format(unit=field.unit) if field.unit else "")


def _allowed(field: Field, contract: Contract, lists: dict[str, CodeColumns]) -> str:
    say = wording()
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
    return str(wording()["kinds"].get(field.kind, {}).get("example", ""))
