"""Text tables in bulk: DuckDB reads them straight from the file.

It reads what is plain: UTF-8, every record as wide as the first ones, no empty line (it would leave that out). What is
not plain is first written anew, record by record, as the reader of small tables understands it.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from functools import partial
from itertools import chain, islice
from pathlib import Path

from orchestration.intake.bulk_table import HEAD, WIDEST, BulkTable, column
from orchestration.intake.formats import refuse_markup
from orchestration.intake.issues import Refusal
from orchestration.intake.limits import Limits, refuse_above
from orchestration.intake.sheets import Sheet
from orchestration.intake.text_tables import END, cells_up_to, dialect_of, encoding_of, row_of
from orchestration.sql import literal

PIECE = 4 * 1024**2
BEGINNING = 1024**2
ODD = (b"\n\n", b"\n\r\n", b"\r\r", b"\0")
# All that str.isspace takes for blank.
BLANK = "".join(sign for sign in map(chr, range(0x3001)) if sign.isspace())
# Texts from here on begin with Chinese characters or signs above them; none of those is blank.
CHINESE = "\u3400"


def text_table(path: Path, ending: str, limits: Limits) -> BulkTable | None:
    """A text table as it stands; None where it is not plain as far as a look at it tells.

    Raises Refusal: file_type_mismatch for markup.
    """
    try:
        beginning = _beginning(path, "utf-8-sig")
    except UnicodeDecodeError:
        return None
    refuse_markup(beginning, ending)
    dialect = dialect_of(beginning)
    head = _head(beginning, dialect, limits)
    line_end = _line_end(beginning, dialect)
    if head is None or dialect.skipinitialspace or line_end is None or _is_odd(path):
        return None
    return BulkTable(head, partial(_read_csv, path, dialect.delimiter, line_end, head.width))


def text_table_written_anew(path: Path, ending: str, limits: Limits, anew: Path) -> BulkTable | None:
    """A text table in any encoding, of rows of any width, as it stands in `anew` then; None for one of no use in bulk.

    Raises Refusal: file_encoding_unknown, file_truncated, file_type_mismatch for markup, file_unreadable (a quote that
    is never closed), file_too_large.
    """
    encoding = encoding_of(path)
    beginning = _beginning(path, encoding)
    refuse_markup(beginning, ending)
    dialect = dialect_of(beginning)
    head = _head(beginning, dialect, limits)
    if head is None:
        return None
    width = head.width
    while width <= WIDEST and (wider := _write_anew(path, encoding, dialect, width, limits, anew)) > width:
        width = wider
    if width > WIDEST:
        return None
    head = Sheet("csv", [row_of([cell or "" for cell in row], width) for row in head.rows])
    return BulkTable(head, partial(_read_csv, anew, ",", "\n", width))


def _beginning(path: Path, encoding: str) -> str:
    """The first characters, without a mark of byte order; one that is cut off at the end is left out."""
    with path.open("rb") as file:
        return codecs.getincrementaldecoder(encoding)().decode(file.read(BEGINNING))


def _head(beginning: str, dialect: type[csv.Dialect], limits: Limits) -> Sheet | None:
    """The first records; the last one of the beginning may be cut off."""
    with cells_up_to(max(limits.cell_characters, BEGINNING)):
        rows = list(islice(csv.reader(io.StringIO(beginning, newline=""), dialect), HEAD + 1))[:-1]
    width = max(map(len, rows), default=0)
    return Sheet("csv", [row_of(row, width) for row in rows]) if 1 < width <= WIDEST else None


def _line_end(beginning: str, dialect: type[csv.Dialect]) -> str | None:
    """What ends the first record; None for what DuckDB does not take for a line end."""
    lines = list(islice(io.StringIO(beginning, newline=""), HEAD))
    reader = csv.reader(lines, dialect)
    with cells_up_to(BEGINNING):
        next(reader, None)
    last = lines[reader.line_num - 1]
    return "\r\n" if last.endswith("\r\n") else "\n" if last.endswith("\n") else None


def _is_odd(path: Path) -> bool:
    """Whether DuckDB might misread it: empty lines, null characters, or what may be some."""
    longest = max(map(len, ODD))
    with path.open("rb") as file:
        # DuckDB does not see that a quote stands first where there is a mark before it.
        if file.read(4) == codecs.BOM_UTF8 + b'"':
            return True
        file.seek(0)
        before = b""
        while piece := file.read(PIECE):
            seen = before + piece
            if any(sign in seen for sign in ODD):
                return True
            before = seen[-longest + 1 :]
    return False


def _write_anew(path: Path, encoding: str, dialect: type[csv.Dialect], width: int, limits: Limits, anew: Path) -> int:
    """Write the same records in UTF-8, each filled up to that width; returns the width of the first that is wider."""
    with (
        path.open(encoding=encoding, newline="") as source,
        anew.open("w", encoding="utf-8", newline="") as target,
        cells_up_to(limits.cell_characters),
    ):
        writer = csv.writer(target, lineterminator="\n")
        records = csv.reader(chain(_without_nulls(source), [END]), dialect)
        number, record = 0, [""]
        try:
            for number, record in enumerate(records):
                if record == [END]:
                    break
                refuse_above(number, limits.bulk_rows, "rows")
                if len(record) > width:
                    return len(record)
                writer.writerow(record + [""] * (width - len(record)))
        except csv.Error as error:
            raise Refusal("file_too_large", f"> {limits.cell_characters:,} characters in a cell") from error
        if record != [END]:
            raise Refusal("file_unreadable", f'" … (row {number + 1})')
    return width


def _without_nulls(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        if "\0" in line:
            raise Refusal("file_encoding_unknown")
        yield line


def _read_csv(path: Path, delimiter: str, line_end: str, width: int, row: int) -> str:
    names = [column(position) for position in range(width)]
    types = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
    return f"""
        SELECT {", ".join(f"{_cell(name)} AS {name}" for name in names)}
        FROM read_csv({literal(path)}, auto_detect = false, header = false, skip = {row + 1}, columns = {{{types}}},
            delim = {literal(delimiter)}, new_line = {line_end!r}, quote = '"', escape = '"', nullstr = '')
    """


def _cell(name: str) -> str:
    # Two comparisons tell nearly every cell; the third looks at all its characters.
    plainly = f"({name} >= '!' AND {name} < '\x7f') OR {name} >= '{CHINESE}'"
    return f"CASE WHEN {plainly} THEN {name} WHEN trim({name}, {literal(BLANK)}) <> '' THEN {name} END"
