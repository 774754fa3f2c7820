"""Whatever form is written, in whatever format: its rows come back, its cells stand where they are said to stand."""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import docx
import openpyxl
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from openpyxl.utils import column_index_from_string

from orchestration.intake.limits import DEFAULT_LIMITS
from orchestration.intake.parsing import parse, source_of
from orchestration.sample.layouts import CSV, CSV_BOM, CSV_GB18030, DOCX, ODS, XLSX, Format
from orchestration.sample.writers import write
from tests.intake.any_form import AnyForm, any_form, text
from tests.intake.forms import FACTORIES

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
# The same examples in every run.
REPEATABLE = settings(derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@settings(REPEATABLE, max_examples=120)
@given(any_form())
def test_a_workbook_gives_back_its_rows_and_places(form: AnyForm) -> None:
    check(form, XLSX, "表", cells_of_xlsx)


@pytest.mark.parametrize("encoding", [CSV, CSV_BOM, CSV_GB18030], ids=lambda each: each.encoding)
@settings(REPEATABLE, max_examples=120)
@given(any_form())
def test_a_csv_gives_back_its_rows_and_places(encoding: Format, form: AnyForm) -> None:
    check(form, encoding, "csv", lambda content: cells_of_csv(content, encoding.encoding))


@settings(REPEATABLE, max_examples=120)
@given(any_form())
def test_a_spreadsheet_of_opendocument_gives_back_its_rows_and_places(form: AnyForm) -> None:
    check(form, ODS, "表", cells_of_ods)


@settings(REPEATABLE, max_examples=80)
@given(any_form())
def test_a_word_table_gives_back_its_rows_and_places(form: AnyForm) -> None:
    check(form, DOCX, "表1", cells_of_docx)


Grid = list[list[str | None]]


def check(form: AnyForm, kind: Format, sheet: str, reader: Callable[[bytes], Grid]) -> None:
    """Write the form, take it in, and hold the raw table against the form and against another reader's cells."""
    content = write([form.sheet(as_text=kind.suffix in ("csv", "docx"))], kind)
    with tempfile.TemporaryDirectory() as folder:
        file = hashlib.sha256(content).hexdigest()
        Path(folder, file).write_bytes(content)
        parsed = parse(source_of(file, f"表.{kind.suffix}", None), {"factories": FACTORIES}, DEFAULT_LIMITS,
                       Path(folder), Path(folder, "raw"))  # fmt: skip
        raw = pq.read_table(Path(folder, "raw", "factories", f"{file}.1.parquet")).to_pylist()
    (table,) = parsed.tables
    assert [row["_ignored"] for row in raw] == form.kinds
    assert parsed.rows_read == len(raw) == form.kinds.count(None) + sum(map(bool, form.kinds))
    assert {row["_first_row"] for row in raw} == {form.header + 2}
    assert {row["_sheet"] for row in raw} == {table.sheet} == {sheet}
    assert {row["sales__unit"] for row in raw} == {form.unit}
    letters = {origin.field: origin.letter for origin in table.columns}
    columns = {name: column_index_from_string(letters[name]) - 1 for name in letters}
    assert columns == form.positions
    grid = reader(content)
    for number, row in enumerate(raw):
        if row["_ignored"]:
            continue
        place = row["_first_row"] + number - 1
        values = {name: row[name] for name in columns}
        assert values == {name: held(kind, form.rows[place][column]) for name, column in columns.items()}
        assert values == {name: grid[place][column] or None for name, column in columns.items()}
        assert {row[name] for name in FACTORIES.fields if name not in columns} <= {None}


def held(kind: Format, cell: object) -> str | None:
    """What the format holds of a cell: Word has no line breaks at the ends of one."""
    found = text(cell)
    return found.strip("\n") if found and kind is DOCX else found


def cells_of_xlsx(content: bytes) -> Grid:
    sheet = openpyxl.load_workbook(io.BytesIO(content))["表"]
    return [[shown(value) for value in row] for row in sheet.iter_rows(values_only=True)]


def shown(value: object) -> str | None:
    return text(value.date() if isinstance(value, datetime.datetime) else value)


def cells_of_csv(content: bytes, encoding: str) -> Grid:
    return [list(row) for row in csv.reader(io.StringIO(content.decode(encoding), newline=""))]


def cells_of_docx(content: bytes) -> Grid:
    (table,) = docx.Document(io.BytesIO(content)).tables
    return [[cell.text.strip("\n") for cell in row.cells] for row in table.rows]


def cells_of_ods(content: bytes) -> Grid:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        document = ElementTree.fromstring(parts.read("content.xml"))
    grid: Grid = []
    for row in document.iter(f"{TABLE}table-row"):
        cells: list[str | None] = []
        for cell in row:
            cells += [ods_text(cell)] * int(cell.get(f"{TABLE}number-columns-repeated", "1"))
        grid += [cells] * int(row.get(f"{TABLE}number-rows-repeated", "1"))
    return grid


def ods_text(cell: ElementTree.Element) -> str | None:
    match cell.get(f"{OFFICE}value-type"):
        case "float":
            return text(float(cell.get(f"{OFFICE}value", "")))
        case "date":
            return cell.get(f"{OFFICE}date-value", "")[:10]
    return "\n".join("".join(pieces(paragraph)) for paragraph in cell.findall(f"{TEXT}p"))


def pieces(element: ElementTree.Element) -> list[str]:
    """The text of a paragraph: blanks beyond the first, tabs and breaks are elements (OpenDocument 1.2, 6.1)."""
    found = [element.text or ""]
    for child in element:
        match child.tag.removeprefix(TEXT):
            case "s":
                found.append(" " * int(child.get(f"{TEXT}c", "1")))
            case "tab":
                found.append("\t")
            case "line-break":
                found.append("\n")
            case _:
                found += pieces(child)
        found.append(child.tail or "")
    return found
