"""Reading workbooks: xlsx, xlsm, xlsb, xls and ods, all through calamine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from orchestration.intake.cells import texts
from orchestration.intake.compound import CompoundFile
from orchestration.intake.issues import Refusal
from orchestration.intake.limits import Limits, refuse_above, refuse_long_cells
from orchestration.intake.sheets import Merge, Row, Sheet
from orchestration.intake.unread_cells import put, restore_unread
from orchestration.intake.xls_errors import errors_of_xls


def read_workbook(path: Path, kind: str, limits: Limits, unread_parts: Sequence[str] = ()) -> list[Sheet]:
    """Every worksheet in the workbook's order; formulas give the values that were saved with them.

    `kind` is `xlsx`, `xlsb`, `xls` or `ods`, and the file's name ends in it: calamine tries one reader after the other
    on a file whose name does not tell, and then only says that none could read it, not that there is a password.
    `unread_parts` are the parts of an xlsx or ods with cells that calamine does not read (`unread_cells`). Raises
    Refusal: file_encrypted, file_truncated, file_unreadable, file_too_large.
    """
    from python_calamine import CalamineError, PasswordError, SheetTypeEnum, SheetVisibleEnum, load_workbook

    compound = CompoundFile(path.read_bytes()) if kind == "xls" else None
    try:
        workbook = load_workbook(path)
        worksheets = [each for each in workbook.sheets_metadata if each.typ == SheetTypeEnum.WorkSheet]
        refuse_above(len(worksheets), limits.sheets, "sheets")
        visible = [each.name for each in worksheets if each.visible == SheetVisibleEnum.Visible]
        rows: dict[str, list[Row]] = {}
        merges = {}
        for name in visible:
            sheet = workbook.get_sheet_by_name(name)
            rows[name] = _rows(sheet, limits)
            merges[name] = _merges(sheet)
    except PasswordError as error:
        raise Refusal("file_encrypted") from error
    except CalamineError as error:
        # The library's own words may quote a cell.
        raise Refusal("file_unreadable", type(error).__name__) from error
    if compound:
        names = [each.name for each in workbook.sheets_metadata]
        for name, errors in errors_of_xls(compound.stream("Workbook", "Book"), names):
            if name in rows:
                put(rows[name], errors, limits)
    if unread_parts:
        restore_unread(path, kind, unread_parts, rows, limits)
    return [
        Sheet(each.name, rows.get(each.name, []), merges.get(each.name, ()), hidden=each.name not in rows)
        for each in worksheets
    ]


def _rows(sheet: Any, limits: Limits) -> list[Row]:
    """The texts of a calamine sheet from A1 on: it hands over every row, but only columns from the first filled."""
    if sheet.end is None:
        return []
    last_row, last_column = sheet.end
    refuse_above(last_row + 1, limits.rows, "rows")
    refuse_above(last_column + 1, limits.columns, "columns")
    left: Row = [None] * sheet.start[1]
    rows = list(sheet.iter_rows())
    for column, values in enumerate(zip(*rows, strict=True)):
        said = texts(values)
        refuse_long_cells(said, limits)
        if said is not values:
            for row, cell in zip(rows, said, strict=True):
                row[column] = cell
    return [left + row for row in rows] if left else rows


def _merges(sheet: Any) -> tuple[Merge, ...]:
    """The merged ranges, cut off where the sheet's filled cells end."""
    if sheet.end is None:
        return ()
    last_row, last_column = sheet.end
    cut = (
        ((top, left), (min(bottom, last_row), min(right, last_column)))
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
    )
    return tuple(
        sorted((first, last) for first, last in cut if first != last and first[0] <= last[0] and first[1] <= last[1])
    )
