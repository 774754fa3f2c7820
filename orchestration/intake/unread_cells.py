"""Cells that calamine reads as empty although they are not: errors such as `#REF!`, and formulas without a value.

A program that writes formulas but does not calculate, as openpyxl, leaves cells without a value until a spreadsheet
has saved the file anew. To take them for empty would lose what the submitter sees.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from xml.etree import ElementTree

from orchestration.intake.archives import column_number
from orchestration.intake.limits import Limits, refuse_above
from orchestration.intake.sheets import FORMULA, Row

# First and last cell, as (row, column) from 0, and what they say.
Unread = tuple[tuple[int, int], tuple[int, int], str]

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_EXTENDED_TYPE = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
_VALUES = tuple(f"{_OFFICE}{kind}value" for kind in ("", "string-", "date-", "time-", "boolean-"))
_REFERENCE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
# One cell holds such a formula for its whole range; of a shared formula every cell has its own piece.
_FOR_A_RANGE = ("array", "dataTable")


def restore_unread(
    path: Path, kind: str, parts: Sequence[str], sheets: Mapping[str, list[Row]], limits: Limits
) -> None:
    """Put such cells of an xlsx or ods into the rows of the sheets, given by their names.

    `parts` are those that `check_archive` names. Rows are added where calamine saw the end too early. Raises Refusal:
    file_too_large.
    """
    found: dict[str, list[Unread]] = {}
    with zipfile.ZipFile(path) as archive:
        for sheet, unread in _of_ods(archive) if kind == "ods" else _of_xlsx(archive, parts):
            found.setdefault(sheet, []).append(unread)
    for sheet in found.keys() & sheets.keys():
        put(sheets[sheet], found[sheet], limits)


def put(rows: list[Row], unread: Sequence[Unread], limits: Limits) -> None:
    """Write into the cells what they say, where nothing was read. Raises Refusal: file_too_large."""
    height = max(len(rows), *(bottom + 1 for _, (bottom, _), _ in unread))
    width = max(len(rows[0]) if rows else 0, *(right + 1 for _, (_, right), _ in unread))
    refuse_above(height, limits.rows, "rows")
    refuse_above(width, limits.columns, "columns")
    refuse_above(height * width, limits.cells, "cells")
    rows.extend([] for _ in range(height - len(rows)))
    for row in rows:
        row.extend([None] * (width - len(row)))
    for (top, left), (bottom, right), text in unread:
        for row in rows[top : bottom + 1]:
            row[left : right + 1] = [cell or text for cell in row[left : right + 1]]


def _of_xlsx(archive: zipfile.ZipFile, parts: Iterable[str]) -> Iterator[tuple[str, Unread]]:
    names = _sheet_names(archive)
    for part in parts:
        sheet = names.get(part.replace("\\", "/"))
        if sheet is None:
            continue
        number = 0
        with archive.open(part) as stream:
            for _, element in ElementTree.iterparse(stream):
                if _local(element) == "row":
                    # Rows and cells may leave out where they are (ECMA-376-1, 18.3.1.4 and 18.3.1.73).
                    number = int(element.get("r", number + 1))
                    yield from ((sheet, unread) for unread in _row_of_xlsx(element, number - 1))
                    element.clear()


def _row_of_xlsx(row: ElementTree.Element, number: int) -> Iterator[Unread]:
    column = -1
    for cell in row:
        place = _REFERENCE.fullmatch(cell.get("r", ""))
        column = column_number(place[1].encode()) - 1 if place else column + 1
        parts = {_local(child): child for child in cell}
        if text := _said_in_xlsx(cell.get("t"), parts):
            yield (number, column), _last_cell(parts.get("f"), number, column), text


def _said_in_xlsx(kind: str | None, parts: Mapping[str, ElementTree.Element]) -> str | None:
    value = (parts["v"].text or "").strip() if "v" in parts else ""
    if value or "is" in parts:
        return value if kind == "e" else None
    formula = parts.get("f")
    # That a formula gives an empty text is a value too.
    if formula is None or (kind == "str" and "v" in parts):
        return None
    return FORMULA if formula.text or formula.get("si") else None


def _last_cell(formula: ElementTree.Element | None, row: int, column: int) -> tuple[int, int]:
    if formula is not None and formula.get("t") in _FOR_A_RANGE:
        last = _REFERENCE.fullmatch(formula.get("ref", "").rpartition(":")[2])
        if last:
            return max(row, int(last[2]) - 1), max(column, column_number(last[1].encode()) - 1)
    return row, column


def _sheet_names(archive: zipfile.ZipFile) -> dict[str, str]:
    """The names of the sheets by the part each one is kept in."""
    targets = {}
    for relation in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels")):
        targets[relation.get("Id")] = posixpath.normpath(posixpath.join("/xl", relation.get("Target", "")))[1:]
    names = {}
    for element in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():
        if element.tag.endswith("}sheet"):
            relation_id = next((value for key, value in element.items() if key.endswith("}id")), None)
            names[targets.get(relation_id, "")] = element.get("name", "")
    return names


def _of_ods(archive: zipfile.ZipFile) -> Iterator[tuple[str, Unread]]:
    sheet, number = "", 0
    with archive.open("content.xml") as stream:
        for event, element in ElementTree.iterparse(stream, ("start", "end")):
            if event == "start" and element.tag == f"{_TABLE}table":
                sheet, number = element.get(f"{_TABLE}name", ""), 0
            elif event == "end" and element.tag == f"{_TABLE}table-row":
                times = int(element.get(f"{_TABLE}number-rows-repeated", 1))
                yield from ((sheet, unread) for unread in _row_of_ods(element, number, number + times - 1))
                number += times
                element.clear()


def _row_of_ods(row: ElementTree.Element, first: int, last: int) -> Iterator[Unread]:
    column = 0
    for cell in row:
        times = int(cell.get(f"{_TABLE}number-columns-repeated", 1))
        if text := _said_in_ods(cell):
            yield (first, column), (last, column + times - 1), text
        column += times


def _said_in_ods(cell: ElementTree.Element) -> str | None:
    shown = cell.findall(f"{_TEXT}p")
    if cell.get(_EXTENDED_TYPE) == "error":
        return "".join(shown[0].itertext()) if shown else None
    # LibreOffice shows the empty text that a formula gives as an empty paragraph.
    has_value = shown or any(value in cell.attrib for value in _VALUES)
    return FORMULA if f"{_TABLE}formula" in cell.attrib and not has_value else None


def _local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]
