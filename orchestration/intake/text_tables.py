"""Reading text tables: csv and its relatives, in the encodings that forms come in.

Here a cell becomes an object of Python; large tables are read in bulk (`bulk_text.py`) by the same rules.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

from orchestration.intake.issues import Refusal
from orchestration.intake.limits import Limits, refuse_above
from orchestration.intake.sheets import Row, Sheet

DELIMITERS = ",\t;"
SAMPLE = 100
LONGEST_SAMPLE = 1024**2
# A row that no file holds: where a quote is left open it ends up inside a value instead of standing at the end.
END = "\0"
# Two-byte characters of GB18030: in Chinese text the second byte is nearly always a high one.
_PAIR = re.compile(rb"[\x81-\xfe]([\x40-\x7e\x80-\xfe])")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def decode(data: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 with a byte order mark, or GB18030 (GB 18030-2022, which holds GBK).

    Raises Refusal: file_encoding_unknown, file_truncated (cut off inside a character).
    """
    marked = next((encoding for bom, encoding in _BOMS if data.startswith(bom)), None)
    try:
        text = data.decode(marked or "utf-8")
    except UnicodeDecodeError as error:
        if marked or _cut_off(error):
            raise _undecodable(error) from error
        text = _decode_gb18030(data)
    if "\0" in text:
        raise Refusal("file_encoding_unknown")
    return text


def encoding_of(path: Path) -> str:
    """The encoding of a large file, by the same rules; the file is read through.

    Raises Refusal: file_encoding_unknown, file_truncated.
    """
    with path.open("rb") as file:
        beginning = file.read(LONGEST_SAMPLE)
        marked = next((encoding for bom, encoding in _BOMS if beginning.startswith(bom)), None)
        error = _first_error(file, marked or "utf-8")
        if error is None:
            return marked or "utf-8"
        if marked or _cut_off(error):
            raise _undecodable(error)
        _refuse_unlike_gb18030(beginning)
        error = _first_error(file, "gb18030")
        if error is not None:
            raise _undecodable(error)
    return "gb18030"


def _first_error(file: BinaryIO, encoding: str) -> UnicodeDecodeError | None:
    """The first place where a file is not in that encoding; None where all of it is."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while piece := file.read(LONGEST_SAMPLE):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        return error
    return None


def _decode_gb18030(data: bytes) -> str:
    _refuse_unlike_gb18030(data[:LONGEST_SAMPLE])
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError as error:
        raise _undecodable(error) from error


def _refuse_unlike_gb18030(beginning: bytes) -> None:
    """Take as GB18030 only what reads as Chinese then: Latin-1 and Big5 decode too, but to characters nobody uses."""
    seconds = _PAIR.findall(beginning)
    if sum(second >= b"\xa1" for second in seconds) < len(seconds) * 0.7:
        raise Refusal("file_encoding_unknown")


def _undecodable(error: UnicodeDecodeError) -> Refusal:
    return Refusal("file_truncated") if _cut_off(error) else Refusal("file_encoding_unknown")


def _cut_off(error: UnicodeDecodeError) -> bool:
    return error.end == len(error.object) and error.reason != "invalid start byte"


def read_text_table(text: str, limits: Limits) -> list[Sheet]:
    """The one sheet of a text table, named `csv`; commas, tabs or semicolons, quotes as in RFC 4180.

    A row is a record: line breaks inside quotes do not end it, and short rows are filled up with empty cells.
    Raises Refusal: file_unreadable (a quote that is never closed), file_too_large.
    """
    dialect = dialect_of(text)
    try:
        with cells_up_to(limits.cell_characters):
            rows = list(islice(_records(text, dialect), limits.rows + 2))
    except csv.Error as error:
        # The only error that the reader knows when it is not strict, now that there are no null characters.
        raise Refusal("file_too_large", f"> {limits.cell_characters:,} characters in a cell") from error
    if len(rows) > limits.rows + 1:
        # How many more there are is not worth reading them.
        raise Refusal("file_too_large", f"> {limits.rows:,} rows")
    if rows.pop() != [END]:
        raise Refusal("file_unreadable", f'" … (row {len(rows) + 1})')
    width = max(map(len, rows), default=0)
    refuse_above(width, limits.columns, "columns")
    refuse_above(width * len(rows), limits.cells, "cells")
    return [Sheet("csv", [row_of(row, width) for row in rows])]


def _records(text: str, dialect: type[csv.Dialect]) -> Iterator[list[str]]:
    # StringIO splits at \n, \r and \r\n only; str.splitlines would split inside values.
    return csv.reader(chain(io.StringIO(text, newline=""), [END]), dialect)


def row_of(row: list[str], width: int) -> Row:
    """The cells of a record, filled up to that many; one of nothing but blank space is empty."""
    cells: Row = [value if value and not value.isspace() else None for value in row]
    return cells + [None] * (width - len(row)) if len(row) < width else cells


def dialect_of(text: str) -> type[csv.Dialect]:
    """The delimiter that tears fewest quotes apart, makes most rows of the sample equally wide, and then widest."""
    sample = "".join(islice(io.StringIO(text[:LONGEST_SAMPLE], newline=""), SAMPLE))

    def agreement(delimiter: str) -> tuple[bool, int, int, int]:
        rows = csv.reader(io.StringIO(sample, newline=""), _csv(delimiter))
        widths = Counter(len(row) for row in rows if len(row) > 1)
        count, width = max(((count, width) for width, count in widths.items()), default=(0, 0))
        return count > 0, -_torn_quotes(sample, delimiter), count, width

    # Under the wrong delimiter a whole row is one cell.
    with cells_up_to(len(sample) + 1):
        delimiter = max(DELIMITERS, key=agreement)
    blank_before_quote = re.search(f'{delimiter} "[^"\r\n{delimiter}]', sample)
    return _csv(delimiter, skip=blank_before_quote is not None)


def _torn_quotes(sample: str, delimiter: str) -> int:
    """How many quotes are left when those are taken away that enclose a whole cell."""
    edge = f"[{delimiter}\r\n]"
    enclosed = rf'(?:(?<={edge})|\A) ?"(?:[^"]|"")*+"(?={edge}|\Z)'
    return re.sub(enclosed, "", sample).count('"')


def _csv(separator: str, skip: bool = False) -> type[csv.Dialect]:
    class Dialect(csv.excel):
        delimiter = separator
        # A blank before a quote would make the quote part of the value, and split the row at the commas inside.
        skipinitialspace = skip

    return Dialect


@contextmanager
def cells_up_to(characters: int) -> Iterator[None]:
    """Let the csv module read longer or only shorter cells; it keeps one limit for the whole process."""
    before = csv.field_size_limit(characters)
    try:
        yield
    finally:
        csv.field_size_limit(before)
