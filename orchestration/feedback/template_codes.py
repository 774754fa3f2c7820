"""The sheet of words and codes of the form to fill in, from which its drop-downs are filled."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xlsxwriter.utility import xl_range_abs

from orchestration.contracts import Contract, Field
from orchestration.display_width import display_width
from orchestration.feedback.template_looks import FONT, LINE, OPTIONAL, wording

CODES_SHEET = "代码表 Codes"
# A drop-down longer than this is slower than typing the name.
LONGEST_LIST = 50


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


def write_codes(workbook: Any, contract: Contract, seeds: Path) -> dict[str, CodeColumns]:
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
            blocks.append((wording()["code"], [code.code for code in codes]))
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
