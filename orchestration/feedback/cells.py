"""How the cells of a workbook for submitters look; their text stays text whatever it begins with."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from copy import copy
from typing import Any
from weakref import WeakKeyDictionary

from openpyxl.styles import Font, PatternFill  # type: ignore[import-untyped]
from openpyxl.worksheet.page import PageMargins  # type: ignore[import-untyped]
from openpyxl.worksheet.properties import PageSetupProperties  # type: ignore[import-untyped]

from orchestration.display_width import display_width

COLOURS = {"error": "FFF4B6B6", "warning": "FFFFE08A", "info": "FFBFDDF5"}
FILLS = {severity: PatternFill("solid", fgColor=colour) for severity, colour in COLOURS.items()}
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
A3, A4 = 8, 9
# By workbook, and by what a cell looked like and is to look like: the numbers of its style.
_dressed: WeakKeyDictionary[Any, dict[Any, Any]] = WeakKeyDictionary()
# In characters: beyond these a text in 10 points is printed in less than 7.
WIDTH_ON_A4, WIDTH_ON_A3 = 215, 310
DEFAULT_WIDTH = 9
# In points, as much as a spreadsheet allows.
HIGHEST_ROW = 409


def printable(text: str) -> str:
    """Text as a workbook writes it: without the characters it cannot hold, and with nothing that reads as an escape."""
    if text.isprintable() and "_x" not in text:
        return text
    return LIKE_AN_ESCAPE.sub("_x005F_", NO_CHARACTER.sub("�", text))


def set_text(cell: Any, text: str, **style: Any) -> None:
    """Write text into a cell, in a style as for `dress`."""
    cell.value = printable(text)
    neutralise(cell)
    dress(cell, **style)


def dress(cell: Any, **style: Any) -> None:
    """Give a cell a style (`font`, `fill`, `alignment` …); the same objects again cost next to nothing.

    openpyxl compares whole styles, field by field, each time that one is set.
    """
    dressed = _dressed.setdefault(cell.parent.parent, {})
    look = (bytes(cell._style or b""), *style, *map(id, style.values()))
    if look not in dressed:
        # Cells that look alike share it.
        cell._style = copy(cell._style)
        for name, value in style.items():
            setattr(cell, name, value)
        # With the objects themselves, so that no other comes to have their ids.
        dressed[look] = cell._style, style
    cell._style = dressed[look][0]


def neutralise(cell: Any) -> None:
    """Let a text be a text, also when it is edited."""
    if isinstance(cell.value, str):
        cell.data_type = "s"
        # `_x003D_1+1` is shown, and edited, as `=1+1`.
        escaped = ESCAPE.match(cell.value)
        if (chr(int(escaped[1], 16)) if escaped else cell.value[:1]) in NEUTRAL:
            dress(cell, quotePrefix=True)
    elif cell.data_type == "f":
        # A formula of many cells or of a data table is an object.
        cell.value = None


def row_height(texts: Iterable[str], widths: Iterable[float]) -> int:
    """In points, of a row whose texts are wrapped in columns so wide: no spreadsheet fits it on opening."""
    lines = max(
        sum(1 + int((display_width(part) + 2) // width) for part in text.split("\n"))
        for text, width in zip(texts, widths, strict=True)
    )
    return min(6 + 16 * lines, HIGHEST_ROW)


def fit_paper(sheet: Any) -> None:
    """Print across, as wide as the paper: A4, or A3 and as many pages side by side as keep the text legible."""
    width = _width(sheet)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = A4 if width <= WIDTH_ON_A4 else A3
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = max(1, math.ceil(width / WIDTH_ON_A3)), 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    margins = dict.fromkeys(("left", "right", "top", "bottom"), 0.4)
    sheet.page_margins = PageMargins(**margins, header=0.2, footer=0.2)


def _width(sheet: Any) -> float:
    """Of all columns in use, in characters."""
    given: dict[int, float] = {}
    # It is sought among all the cells.
    last = sheet.max_column
    for column in sheet.column_dimensions.values():
        column.reindex()
        given |= dict.fromkeys(range(column.min, min(column.max, last) + 1), column.width)
    return sum(given.get(number, DEFAULT_WIDTH) for number in range(1, last + 1))
