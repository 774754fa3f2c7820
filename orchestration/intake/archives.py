"""Whether a zip-based file may be opened at all: its directory, its XML prologues, the reach of its cells.

A reader allocates what a file claims, so a file of 2 KB can ask for 400 GB. What is done here takes a fifth of the
time that the reader itself takes: each part is unpacked once, and looked through for one rare character before it is
looked through for what that character is a part of, which takes ten times as long.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from orchestration.intake.issues import Refusal
from orchestration.intake.limits import Limits, refuse_above
from orchestration.intake.merges_first import worth_a_copy, write_merges_first

PIECE = 1024**2
OVERLAP = 1024
PROLOGUE = 64 * 1024
# A ratio says something only of a part that is large unpacked.
SMALL = 1024**2
# The last row of a spreadsheet, for Excel, LibreOffice and calamine: a row of ods repeated beyond it would be cut off.
LAST_ROW = 1_048_576
# The part with all sheets of an ods.
ODS_CONTENT = "content.xml"
# The end of an xlsx cell with a formula and without a value.
_VALUELESS = re.compile(
    rb"(?:</(?:\w+:)?f|<(?:\w+:)?f(?:\s[^<>]*)?/)>\s*"
    rb"(?:<(?:\w+:)?v\b[^<>]*(?:/>|>\s*</(?:\w+:)?v>)\s*)?</(?:\w+:)?c>"
)
_REPEATED = re.compile(rb"""number-rows-repeated=["']([0-9]{7,20})["']""")
_DECLARATION = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
# Cells with one letter and up to six digits reach 26 × 999,999 at most, which any reader can allocate. The pattern
# begins with plain characters because the engine finds those five times faster.
_FAR_REFERENCE = re.compile(rb" r=.[A-Za-z](?:[A-Za-z]|[0-9]{7})")
_REFERENCE = re.compile(rb""" r=["']([A-Za-z]{1,3})([0-9]{1,7})["']""")
# A cell that is closed at once is only formatted; readers skip it, and forms have them up to the last column.
_FILLED_REFERENCE = re.compile(rb"""<(?:\w+:)?c\s[^>]*?r=["']([A-Za-z]{1,3})([0-9]{1,7})["'][^>]*(?<!/)>""")


def check_archive(path: Path, limits: Limits, copy: Path | None = None) -> list[str]:
    """Raise Refusal for a zip-based file that should not be opened; name the parts to read again.

    They hold, or may hold, cells that say something and that calamine reads as empty (`unread_cells`). `copy` is where
    to leave an xlsx anew if it is one that calamine then reads in less time (`merges_first`).

    file_too_large: too many parts, too much unpacked, a part that unpacks to `limits.ratio` times its size, cells
    too far apart. file_encrypted: an encrypted part. file_unreadable: a DOCTYPE or entity, a part twice, a broken
    part.
    """
    try:
        with zipfile.ZipFile(path) as archive, ExitStack() as stack:
            parts = archive.infolist()
            _check_directory(parts, limits)
            anew = stack.enter_context(zipfile.ZipFile(copy, "w")) if copy and worth_a_copy(parts) else None
            return [part.filename for part in parts if _check_part(archive, part, limits, anew)]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise Refusal("file_unreadable", "zip") from error


def _check_directory(parts: list[zipfile.ZipInfo], limits: Limits) -> None:
    refuse_above(len(parts), limits.entries, "zip entries")
    refuse_above(sum(part.file_size for part in parts), limits.unpacked_bytes, "bytes unpacked")
    if any(part.flag_bits & 1 for part in parts):
        raise Refusal("file_encrypted")
    if len({part.filename for part in parts}) < len(parts):
        raise Refusal("file_unreadable", "zip: duplicate names")
    for part in parts:
        if part.file_size > SMALL:
            refuse_above(part.file_size // max(part.compress_size, 1), limits.ratio, "times its packed size")


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, limits: Limits, anew: zipfile.ZipFile | None) -> bool:
    """Raise Refusal for a part of XML; write any part to `anew`; return whether it is to be read again."""
    if not part.filename.lower().endswith((".xml", ".rels")):
        if anew:
            anew.writestr(part.filename, archive.read(part))
        return False
    content = bytearray() if anew else None
    far = unread = False
    for number, piece in enumerate(_pieces(archive, part, content)):
        if number == 0:
            _refuse_declarations(piece[:PROLOGUE])
        far = far or bool(_FAR_REFERENCE.search(piece))
        unread = unread or _may_be_unread(piece)
        if part.filename == ODS_CONTENT:
            unread = unread or b":formula=" in piece or b'value-type="error"' in piece
            refuse_above(max(map(int, _REPEATED.findall(piece)), default=0), LAST_ROW, "rows")
    if far:
        _check_reach(archive, part, limits)
    if anew and content is not None:
        write_merges_first(anew, part.filename, content)
    return unread


def _may_be_unread(piece: bytes) -> bool:
    """Whether there may be error cells of an xlsx, all of which say #, or formulas without a value."""
    if b"#" in piece and b' t="e"' in piece:
        return True
    return b"f" in piece and (b"<f" in piece or b":f" in piece) and bool(_VALUELESS.search(piece))


def _check_reach(archive: zipfile.ZipFile, part: zipfile.ZipInfo, limits: Limits) -> None:
    """Compare the last row and the last column of a sheet with the limits: of all cells, else of those filled."""
    for references in (_REFERENCE, _FILLED_REFERENCE):
        rows = columns = 0
        for piece in _pieces(archive, part):
            found = references.findall(piece)
            rows = max([rows, *map(int, {row for _, row in found})])
            columns = max([columns, *map(column_number, {column for column, _ in found})])
        if rows <= limits.rows and columns <= limits.columns and rows * columns <= limits.cells:
            return
    refuse_above(rows, limits.rows, "rows")
    refuse_above(columns, limits.columns, "columns")
    refuse_above(rows * columns, limits.cells, "cells")


def _pieces(archive: zipfile.ZipFile, part: zipfile.ZipInfo, content: bytearray | None = None) -> Iterator[bytes]:
    """The part unpacked, in pieces that overlap, so that nothing short is lost between two; added up in `content`."""
    overlap = b""
    with archive.open(part) as stream:
        while piece := stream.read(PIECE):
            if content is not None:
                content += piece
            yield overlap + piece
            overlap = piece[-OVERLAP:]


def _refuse_declarations(prologue: bytes) -> None:
    # Without its zeros UTF-16 reads like ASCII.
    found = _DECLARATION.search(prologue.replace(b"\0", b""))
    if found:
        raise Refusal("file_unreadable", found.group(1).decode().upper())


def column_number(letters: bytes) -> int:
    """The number of a column, counted from 1, that a spreadsheet calls by these letters."""
    number = 0
    for character in letters.upper():
        number = number * 26 + character - ord("A") + 1
    return number
