"""Which cells of an xls show an error, such as `#REF!`: calamine reads them as empty."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Sequence

from orchestration.intake.unread_cells import Unread

# Records of a workbook (MS-XLS 2.3), and the errors by their numbers (2.5.10).
_FORMULA, _END, _SHEET, _BOOLEAN_OR_ERROR, _BEGIN = 0x0006, 0x000A, 0x0085, 0x0205, 0x0809
_ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}  # fmt: skip
# A record of an error as a value or as the result of a formula; few files have one, and only those are walked through.
_LIKELY = re.compile(rb"\x05\x02\x08\x00.{7}\x01|\x06\x00.{8}\x02...{2}.\xff\xff", re.DOTALL)


def errors_of_xls(stream: bytes, sheets: Sequence[str]) -> Iterator[tuple[str, list[Unread]]]:
    """The error cells of each sheet that has some; `sheets` are the names of all, in the order of the stream."""
    if not _LIKELY.search(stream):
        return
    places = [
        struct.unpack_from("<I", body)[0] for kind, body in _records(stream, 0) if kind == _SHEET and len(body) > 4
    ]
    for name, place in zip(sheets, places, strict=False):
        found = [cell for kind, body in _records(stream, place) for cell in _error(kind, body)]
        if found:
            yield name, found


def _records(stream: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """The records of a sheet, or of the workbook's own part, that begins there; charts inside it included."""
    depth = 0
    while start + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, start)
        yield kind, stream[start + 4 : start + 4 + length]
        depth += (kind == _BEGIN) - (kind == _END)
        if depth <= 0:
            return
        start += 4 + length


def _error(kind: int, body: bytes) -> Iterator[Unread]:
    if kind == _BOOLEAN_OR_ERROR and len(body) >= 8 and body[7]:
        number = body[6]
    elif kind == _FORMULA and len(body) >= 14 and body[6] == 2 and body[12:14] == b"\xff\xff":
        number = body[8]
    else:
        return
    row, column = struct.unpack_from("<HH", body)
    yield (row, column), (row, column), _ERRORS.get(number, "#VALUE!")
