"""Which cells of an xlsx show an error, such as `#REF!`: calamine reads them as empty."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

from orchestration.intake.sheets import Row

# No text stands between a cell's own tag and its value but a formula, so nothing here can run across cells.
_ERROR = re.compile(
    rb"""<(?:\w+:)?c (?=[^>]*?\bt="e")[^>]*?\br="([A-Z]+)([0-9]+)"[^>]*>"""
    rb"""(?:<(?:\w+:)?f\b[^>]*/>|<(?:\w+:)?f\b[^>]*>[^<]*</(?:\w+:)?f>)?<(?:\w+:)?v>(#[^<]{1,30})</"""
)


def restore_errors(path: Path, parts: Sequence[str], sheets: dict[str, list[Row]]) -> None:
    """Put the errors of those parts of the xlsx into the rows of the sheets, given by their names."""
    with zipfile.ZipFile(path) as archive:
        names = _sheet_names(archive)
        for part in parts:
            rows = sheets.get(names.get(part.replace("\\", "/"), ""), [])
            for column, row, error in _ERROR.findall(archive.read(part)):
                _put(rows, int(row) - 1, _column(column), error.decode())


def _put(rows: list[Row], row: int, column: int, error: str) -> None:
    # Outside the rows: calamine ends a sheet at its last cell that is not empty to it.
    if row < len(rows) and column < len(rows[row]):
        rows[row][column] = error


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


def _column(letters: bytes) -> int:
    number = 0
    for character in letters:
        number = number * 26 + character - ord("A") + 1
    return number - 1
