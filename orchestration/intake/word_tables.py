"""Reading the tables of a Word document (docx), each as a sheet.

The XML is walked as it is: python-docx's own list of a row's cells builds the whole table anew for every row.
"""

from __future__ import annotations

import zipfile
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from orchestration.intake.issues import Refusal
from orchestration.intake.limits import Limits, refuse_above, refuse_long_cells
from orchestration.intake.sheets import Merge, Row, Sheet

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TABLE, _ROW, _CELL, _PARAGRAPH = f"{_W}tbl", f"{_W}tr", f"{_W}tc", f"{_W}p"
_TEXT, _TAB, _BREAK, _RETURN = f"{_W}t", f"{_W}tab", f"{_W}br", f"{_W}cr"
# What Word keeps but does not show: deleted and moved text, and the second copy of a text box.
_UNSEEN = (
    f"{_W}del",
    f"{_W}moveFrom",
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
)
# What may stand between a table and its rows, or a row and its cells, without showing: controls and tracked changes.
_WRAPPERS = (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}moveTo", f"{_W}customXml")


@dataclass(frozen=True)
class Cell:
    """One cell as Word keeps it: where it begins on the table's grid, how many grid columns it takes, its text."""

    start: int
    span: int
    text: str | None
    continues_above: bool


def read_word_tables(path: Path, limits: Limits) -> list[Sheet]:
    """Every table in the document's order, named `表1`, `表2`, …; a table inside a cell is one of its own.

    Numbers that Word counts up by itself are no text and read as empty. Raises Refusal: file_unreadable,
    file_too_large.
    """
    from docx.oxml.parser import parse_xml

    with zipfile.ZipFile(path) as archive:
        parts = [name for name in archive.namelist() if name.startswith("word/document") and name.endswith(".xml")]
        if not parts:
            raise Refusal("file_unreadable", "docx: word/document.xml")
        content = archive.read(min(parts))
    try:
        document = parse_xml(content)
    except SyntaxError as error:  # lxml's XMLSyntaxError is one; its words may quote the text
        raise Refusal("file_unreadable", "docx: XML") from error
    for unseen in list(document.iter(*_UNSEEN)):
        unseen.getparent().remove(unseen)
    return [
        _sheet(f"表{number}", table, limits, continues=number > 1)
        for number, table in enumerate(document.iter(_TABLE), start=1)
    ]


def _sheet(name: str, table: Any, limits: Limits, continues: bool) -> Sheet:
    lines = [_cells(table, row) for row in _inside(table, _ROW)]
    edges = _edges(lines)
    places = [_places(line, edges) for line in lines]
    width = max((last + 1 for line in places for _, last in line), default=0)
    refuse_above(len(lines), limits.rows, "rows")
    refuse_above(width, limits.columns, "columns")
    rows: list[Row] = []
    reach: dict[tuple[int, int], tuple[int, int]] = {}
    begun: dict[int, int] = {}
    for number, (line, placed) in enumerate(zip(lines, places, strict=True)):
        row: Row = [None] * width
        for cell, (column, last) in zip(line, placed, strict=True):
            if not (cell.continues_above and column in begun):
                begun[column] = number
                row[column] = cell.text
            reach[begun[column], column] = (number, last)
        rows.append(row)
    refuse_long_cells(chain.from_iterable(rows), limits)
    merges: list[Merge] = [(first, last) for first, last in reach.items() if first != last]
    return Sheet(name, rows, tuple(sorted(merges)), continues=continues)


def _cells(table: Any, row: Any) -> list[Cell]:
    cells = []
    start = row.grid_before
    for cell in _inside(row, _CELL):
        cells.append(Cell(start, cell.grid_span, _text(table, cell), cell.vMerge == "continue"))
        start += cell.grid_span
    return cells


def _text(table: Any, cell: Any) -> str | None:
    """The cell's paragraphs, one a line, without those of a table that stands in it."""
    paragraphs = [p for p in cell.iter(_PARAGRAPH) if next(p.iterancestors(_TABLE)) is table]
    text = "\n".join("".join(map(_piece, p.iter(_TEXT, _TAB, _BREAK, _RETURN))) for p in paragraphs).strip("\n")
    return text if text and not text.isspace() else None


def _piece(element: Any) -> str:
    if element.tag == _TEXT:
        return element.text or ""
    # A tab inside `w:tabs` is a setting, not a character.
    return "\n" if element.tag != _TAB else "\t" if element.getparent().tag == f"{_W}r" else ""


def _edges(lines: list[list[Cell]]) -> list[int]:
    """Where on the grid the columns begin that a reader sees.

    Word draws a grid line at every cell edge of any row, so a table that was shifted by hand has more grid columns
    than columns. The rows with the usual number of cells say where those begin.
    """
    sizes = Counter(map(len, lines))
    usual = max(sizes, key=lambda size: (sizes[size], size), default=0)
    starts = Counter(tuple(cell.start for cell in line) for line in lines if len(line) == usual)
    return list(starts.most_common(1)[0][0]) if starts else []


def _places(line: list[Cell], edges: list[int]) -> list[tuple[int, int]]:
    """First and last column of each cell: by count in a row as long as usual, else by its place on the grid."""
    if len(line) == len(edges):
        return [(column, column) for column in range(len(line))]
    places: list[tuple[int, int]] = []
    for cell in line:
        column = max(bisect_right(edges, cell.start) - 1, places[-1][1] + 1 if places else 0)
        places.append((column, max(column, bisect_left(edges, cell.start + cell.span) - 1)))
    return places


def _inside(parent: Any, tag: str) -> Iterator[Any]:
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _inside(child, tag)
