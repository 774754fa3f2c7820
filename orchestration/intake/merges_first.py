"""A copy of a large xlsx that calamine reads in less time: unpacked, and with the merged cells of a sheet first.

Calamine goes through the XML of every sheet twice, for its cells and then for its merged cells, which stand at the end
(ECMA-376-1, 18.3.1.99). It stops where it finds them, and it does not mind where that is.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence

# A small sheet is not worth a copy, and a huge one would take too much of the memory that is left to the reader.
SMALL = 8 * 1024**2
HUGE = 256 * 1024**2
_ROWS = b"<sheetData>"
_ROWS_END = b"</sheetData>"
_MERGES = re.compile(rb"<mergeCells[^<>]*/>|<mergeCells[^<>]*>.*?</mergeCells>", re.DOTALL)
_NO_MERGES = b"<mergeCells></mergeCells>"
# Where it cannot be told without a parser what is an element and what is not.
_UNPLAIN = re.compile(rb"<!|-->|\]\]>|:mergeCells")


def worth_a_copy(parts: Sequence[zipfile.ZipInfo]) -> bool:
    """Whether an xlsx with these parts of XML is read in less time with a copy than without."""
    return SMALL <= max((part.file_size for part in parts), default=0) <= HUGE


def write_merges_first(copy: zipfile.ZipFile, part: str, content: bytearray) -> None:
    """Write a part as it is, or, if it is a large sheet, with what it says of merged cells said before its rows too."""
    place, merges = _merges(content) if len(content) >= SMALL else (0, b"")
    with copy.open(part, "w") as stream:
        stream.write(memoryview(content)[:place])
        stream.write(merges)
        stream.write(memoryview(content)[place:])


def _merges(sheet: bytearray) -> tuple[int, bytes]:
    """Where the rows begin, and what the sheet says of merged cells behind them; nothing where that is not plain."""
    begin, end = sheet.find(_ROWS), sheet.rfind(_ROWS_END)
    if not 0 <= begin < end or _UNPLAIN.search(sheet, 0, begin) or _UNPLAIN.search(sheet, end):
        return 0, b""
    merges = _MERGES.search(sheet, end)
    return begin, merges[0] if merges else _NO_MERGES
