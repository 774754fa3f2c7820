"""How the cells of a workbook for submitters look; their text stays text whatever it begins with."""

from __future__ import annotations

import re
from typing import Any

from openpyxl.styles import Font, PatternFill  # type: ignore[import-untyped]
from openpyxl.worksheet.properties import PageSetupProperties  # type: ignore[import-untyped]

COLOURS = {"error": "FFF4B6B6", "warning": "FFFFE08A", "info": "FFBFDDF5"}
HEADER_FILL = PatternFill("solid", fgColor="FFDCE6F1")
FONT = "微软雅黑"
PLAIN, BOLD = Font(name=FONT, size=10), Font(name=FONT, size=10, bold=True)
GREY = Font(name=FONT, size=10, color="FF595959")
RED = Font(name=FONT, size=10, bold=True, color="FFC00000")
TITLE = Font(name=FONT, size=16, bold=True)
# What a spreadsheet takes for the beginning of a formula when a cell is edited.
NEUTRAL = ("=", "+", "-", "@", "\t", "\r")
# What is no character of XML 1.0 (§2.2), and so of no workbook.
NO_CHARACTER = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# A workbook writes characters by their numbers, `_x000D_` (ECMA-376 Part 1, ST_Xstring); openpyxl leaves that to us.
ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
LIKE_AN_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def severity_fill(severity: str) -> PatternFill:
    """The colour of `error`, `warning` or `info`."""
    return PatternFill("solid", fgColor=COLOURS[severity])


def printable(text: str) -> str:
    """Text as a workbook writes it: without the characters it cannot hold, and with nothing that reads as an escape."""
    return LIKE_AN_ESCAPE.sub("_x005F_", NO_CHARACTER.sub("�", text))


def set_text(cell: Any, text: str, **style: Any) -> None:
    """Write text into a cell, in a style (`font`, `fill`, `alignment` …)."""
    cell.value = printable(text)
    neutralise(cell)
    for name, value in style.items():
        setattr(cell, name, value)


def neutralise(cell: Any) -> None:
    """Let a text be a text, also when it is edited."""
    if isinstance(cell.value, str):
        cell.data_type = "s"
        # `_x003D_1+1` is shown, and edited, as `=1+1`.
        if ESCAPE.sub(lambda match: chr(int(match[1], 16)), cell.value).startswith(NEUTRAL):
            cell.quotePrefix = True
    elif cell.data_type == "f":
        # A formula of many cells or of a data table is an object.
        cell.value = None


def fit_paper(sheet: Any) -> None:
    """Print on A4, across, as wide as the paper."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
