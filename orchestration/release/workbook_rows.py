"""The rows of a workbook's table as SpreadsheetML (ECMA-376), written in bulk by DuckDB.

XlsxWriter takes 10 µs for a cell, a hundred times as long as the CSV does. What it makes of the same rows is the same,
byte for byte (`tests/release/test_workbook_rows.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from xlsxwriter.utility import xl_col_to_name

from orchestration import engine
from orchestration.contracts import Field
from orchestration.release.formats import Part
from orchestration.sql import literal, quoted

# A cell holds so many characters, counted in UTF-16: one above U+FFFF counts twice.
LONGEST = 32_767
HALF = LONGEST // 2
ABOVE = r"\x{10000}-\x{10FFFF}"
# Excel keeps 15 digits of a number, and its calendar begins in 1900 with a leap day that never was.
GREATEST_EXACT = 10**15
FIRST_DAY, DAY_ZERO = "1900-03-01", "1899-12-30"
# Controls are written as `_x0008_`, and what looks like that as `_x005F_x0008_`.
CONTROLS = [code for code in range(0x20) if code not in (0x09, 0x0A, 0x0D)] + [0xFFFE, 0xFFFF]
CONTROL = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x{FFFE}\x{FFFF}]"
BLANK = r"[\t\n \x{85}\x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}]"
BLANK_AT_AN_END = f"^{BLANK}|{BLANK}$"
AWKWARD = rf"[\r&<>]|_x[0-9a-fA-F]{{4}}_|{CONTROL}|{BLANK_AT_AN_END}"
# Of no column: a name of a contract has no blanks.
ROW = '"row of the sheet"'
BATCH = 2_000


@dataclass(frozen=True)
class Look:
    """What there is in some rows: how many, how many texts that a cell cannot hold whole, whether a date of Excel's.

    `awkward` are the columns with a text that is not written as it is.
    """

    rows: int
    cut: int
    dated: bool
    awkward: frozenset[str]


def look_through(parquet: Path, columns: tuple[Field, ...], part: Part) -> Look:
    """Look through one part of the table before it is written."""
    texts = _texts(columns)
    too_long = " + ".join(f"count(*) FILTER ({_too_long(_one_line_break(name))})" for name in texts)
    dates = [f"max({quoted(column.name)}) >= DATE '{FIRST_DAY}'" for column in columns if column.type == "date"]
    awkward = ", ".join(f"bool_or(regexp_matches({text}, '{AWKWARD}') OR length({text}) > {HALF})" for text in texts)
    with engine.connect() as connection:
        row = connection.execute(
            f"SELECT count(*), {too_long}, {' OR '.join(dates) or 'false'}, {awkward} FROM {_rows(parquet, part)}"
        ).fetchone()
    rows, cut, dated, *found = row or ()
    return Look(rows, cut, bool(dated), frozenset(name for name, is_so in zip(texts, found, strict=True) if is_so))


def sheet_rows(parquet: Path, columns: tuple[Field, ...], part: Part, look: Look, date_style: int) -> Iterator[str]:
    """The `row` elements of one part of the table, from row 2 of the sheet on; `date_style` is the format of dates."""
    table = f"SELECT *, file_row_number - {part.start - 2} AS {ROW} FROM {_rows(parquet, part)}"
    # Step by step: each names the text more than once.
    for step in (_one_line_break, _cut, _escaped_escapes, _escaped_controls, _escaped_markup) if look.awkward else ():
        changed = ", ".join(f"{step(name)} AS {name}" for name in sorted(look.awkward))
        table = f"SELECT * REPLACE ({changed}) FROM ({table})"
    cells = ", ".join(
        _cell(xl_col_to_name(number), column, quoted(column.name) in look.awkward, date_style)
        for number, column in enumerate(columns)
    )
    with engine.connect() as connection:
        found = connection.execute(f"SELECT concat('<row r=\"', {ROW}, '\">', {cells}, '</row>') FROM ({table})")
        while batch := found.fetchmany(BATCH):
            yield from (row for (row,) in batch)


def _rows(parquet: Path, part: Part) -> str:
    stop = "" if part.stop is None else f" AND file_row_number < {part.stop}"
    return (
        f"(FROM read_parquet({literal(parquet)}, file_row_number = true) WHERE file_row_number >= {part.start}{stop})"
    )


def _texts(columns: tuple[Field, ...]) -> list[str]:
    return [quoted(column.name) for column in columns if column.type == "string"]


def _cell(letter: str, column: Field, awkward: bool, date_style: int) -> str:
    """SQL for the element of one cell; null, which `concat` passes over, where there is no value."""
    value = quoted(column.name)
    opening = f"'<c r=\"{letter}' || {ROW} || '\""
    number = f"{opening}><v>' || {value} || '</v></c>'"
    text = f"{opening} t=\"inlineStr\"><is><t>' || {value} || '</t></is></c>'"
    match column.type:
        case "integer":
            exact = f"{value} BETWEEN {1 - GREATEST_EXACT} AND {GREATEST_EXACT - 1}"
            return f"CASE WHEN {exact} THEN {number} ELSE {text} END"
        case "number":
            return f"{opening}><v>' || printf('%.16G', {value}) || '</v></c>'"
        case "date":
            days = f"({value} - DATE '{DAY_ZERO}')"
            day = f"{opening} s=\"{date_style}\"><v>' || {days} || '</v></c>'"
            return f"CASE WHEN {value} < DATE '{FIRST_DAY}' THEN {text} ELSE {day} END"
        case "boolean":
            return f"{opening} t=\"b\"><v>' || {value}::INTEGER || '</v></c>'"
    if not awkward:
        return text
    kept = f'{opening} t="inlineStr"><is><t xml:space="preserve">\' || {value} || \'</t></is></c>\''
    return f"CASE WHEN regexp_matches({value}, '{BLANK_AT_AN_END}') THEN {kept} ELSE {text} END"


def _one_line_break(text: str) -> str:
    # A cell has one kind; a carriage return would show as `_x000D_`.
    return f"replace(replace({text}, chr(13) || chr(10), chr(10)), chr(13), chr(10))"


def _too_long(text: str) -> str:
    # Where it is less than half as long it fits, whatever is in it.
    above = f"length(regexp_replace({text}, '[^{ABOVE}]', '', 'g'))"
    return f"(length({text}) > {HALF} AND length({text}) + {above} > {LONGEST})"


def _cut(text: str) -> str:
    # With a character that counts twice, at as many as fit for certain.
    longest = f"CASE WHEN regexp_matches({text}, '[{ABOVE}]') THEN {HALF} ELSE {LONGEST} END"
    return f"CASE WHEN {_too_long(text)} THEN left({text}, {longest}) ELSE {text} END"


def _escaped_escapes(text: str) -> str:
    return rf"regexp_replace({text}, '(_x[0-9a-fA-F]{{4}}_)', '_x005F\1', 'g')"


def _escaped_controls(text: str) -> str:
    escaped = text
    for code in CONTROLS:
        escaped = f"replace({escaped}, chr({code}), '_x{code:04X}_')"
    return rf"CASE WHEN regexp_matches({text}, '{CONTROL}') THEN {escaped} ELSE {text} END"


def _escaped_markup(text: str) -> str:
    for sign, written in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = f"replace({text}, '{sign}', '{written}')"
    return text
