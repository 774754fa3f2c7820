"""Opening the sample's files with the libraries that others use, apart from the intake."""

import csv
import datetime
import re
from functools import cache
from pathlib import Path

import docx
from python_calamine import CalamineWorkbook, SheetVisibleEnum

Cell = str | float | datetime.date | bool
CSV_SHEET = "csv"


@cache
def sheets(path: Path, encoding: str = "") -> dict[str, list[list[Cell]]]:
    """Every visible sheet or table of a file under its name, row by row from the first."""
    if path.suffix == ".csv":
        return {CSV_SHEET: text_rows(path, encoding)}
    if path.suffix == ".docx":
        tables = docx.Document(str(path)).tables
        return {f"表{number}": _word_rows(table) for number, table in enumerate(tables, 1)}
    book = CalamineWorkbook.from_path(str(path))
    visible = [sheet.name for sheet in book.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in visible}


def hidden_sheets(path: Path) -> list[str]:
    """The names of the sheets that a reader does not see."""
    if path.suffix in (".csv", ".docx"):
        return []
    book = CalamineWorkbook.from_path(str(path))
    return [sheet.name for sheet in book.sheets_metadata if sheet.visible != SheetVisibleEnum.Visible]


def text_rows(path: Path, encoding: str) -> list[list[Cell]]:
    with path.open(encoding=encoding, newline="") as file:
        return [list(row) for row in csv.reader(file, strict=True)]


def _word_rows(table: docx.table.Table) -> list[list[Cell]]:
    # One walk over all cells: a row's own list builds the whole table anew.
    cells, width = table._cells, len(table.columns)
    return [[cell.text for cell in cells[start : start + width]] for start in range(0, len(cells), width)]


def cell(rows: list[list[Cell]], place: str) -> Cell:
    """The cell at a place such as AB12."""
    letters, number = re.fullmatch(r"([A-Z]+)(\d+)", place).groups()
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return rows[int(number) - 1][column - 1]
