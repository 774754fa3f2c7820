"""From a file to its sheets, whatever kind of file it is."""

from __future__ import annotations

import tempfile
from pathlib import Path

from orchestration.intake.archives import check_archive
from orchestration.intake.formats import format_of, holds_macros, refuse_markup
from orchestration.intake.issues import Issue, Refusal
from orchestration.intake.limits import Limits, refuse_above
from orchestration.intake.sheets import Sheet
from orchestration.intake.text_tables import decode, read_text_table
from orchestration.intake.word_tables import read_word_tables
from orchestration.intake.workbooks import read_workbook


def read(path: Path, ending: str, limits: Limits) -> tuple[str, list[Sheet]]:
    """What kind of file it is (`xlsx`, `xlsb`, `xls`, `ods`, `docx`, `parquet`, `csv`), and its sheets.

    `ending` is that of the submitter's name for the file. Raises Refusal with a code of a file; file_no_table where
    no visible sheet has anything in it.
    """
    refuse_above(path.stat().st_size, limits.file_bytes, "bytes")
    kind = format_of(path, ending)
    if kind == "text":
        kind, sheets = "csv", _read_text(path, ending, limits)
    elif kind == "parquet":
        from orchestration.intake.bulk_parquet import read_parquet_table

        sheets = read_parquet_table(path, limits)
    elif kind == "docx":
        check_archive(path, limits)
        sheets = read_word_tables(path, limits)
    else:
        sheets = _read_workbook(path, kind, limits)
    if not any(any(map(any, sheet.rows)) for sheet in sheets):
        raise Refusal("file_no_table", "、".join(sheet.name for sheet in sheets)[:100] or kind)
    return kind, sheets


def issues_of_file(path: Path, kind: str) -> list[Issue]:
    """What is to be said of a file of this kind as a whole although it was read: its macros were not run."""
    return [Issue("macros_ignored")] if holds_macros(path, kind) else []


def _read_workbook(path: Path, kind: str, limits: Limits) -> list[Sheet]:
    with tempfile.TemporaryDirectory() as folder:
        # A file in the store has a name that does not tell its kind.
        named = Path(folder) / f"form.{kind}"
        parts = [] if kind == "xls" else check_archive(path, limits, named if kind == "xlsx" else None)
        if not named.exists():
            named.symlink_to(path.absolute())
        return read_workbook(named, kind, limits, parts if kind in ("xlsx", "ods") else [])


def _read_text(path: Path, ending: str, limits: Limits) -> list[Sheet]:
    text = decode(path.read_bytes())
    refuse_markup(text, ending)
    return read_text_table(text, limits)
