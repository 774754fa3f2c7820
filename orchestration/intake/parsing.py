"""All that is done with one file, in a child process: read it, find its tables, write them as raw Parquet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from orchestration.intake.formats import PARQUET, ending_of
from orchestration.intake.forms import Form
from orchestration.intake.issues import Issue, Refusal
from orchestration.intake.limits import Limits
from orchestration.intake.raw import raw_name, write_raw
from orchestration.intake.reading import issues_of_file, read
from orchestration.intake.sheets import letter
from orchestration.intake.tables import Table, issues_of, tables_of

# Smaller text tables are read cell by cell sooner than DuckDB is imported.
LEAST_IN_BULK = 2 * 1024**2


@dataclass(frozen=True)
class Source:
    """A distinct file to parse: its hash, the ending of its name, the dataset that its folder names."""

    file: str
    ending: str
    named: str | None


def source_of(file: str, name: str, named: str | None) -> Source:
    """The source for a file that a submitter calls `name`."""
    return Source(file, ending_of(name), named)


@dataclass(frozen=True)
class Origin:
    """Where the values of a field stand in a sheet."""

    field: str
    heading: str
    letter: str


@dataclass(frozen=True)
class ParsedTable:
    """One raw table: its number in the file, the sheet it was read from, its rows, its columns that a field claims.

    `first_row` is the number that a spreadsheet shows beside the first row.
    """

    number: int
    sheet: str
    first_row: int
    rows: int
    columns: tuple[Origin, ...]


@dataclass(frozen=True)
class Parsed:
    """What came of a file: a dataset with its raw tables, or, with `dataset` None, a refusal as its one issue."""

    dataset: str | None
    tables: tuple[ParsedTable, ...]
    issues: tuple[Issue, ...]

    @property
    def rows_read(self) -> int:
        """All the rows of its raw tables, the ignored ones too."""
        return sum(table.rows for table in self.tables)


def raw_tables(raw: Path, file: str, parsed: Parsed) -> list[Path]:
    """The raw tables of a file."""
    if parsed.dataset is None:
        return []
    return [raw / parsed.dataset / raw_name(file, table.number) for table in parsed.tables]


def refused(refusal: Refusal) -> Parsed:
    """What came of a file that was refused."""
    return Parsed(None, (), (refusal.issue,))


def parse(source: Source, forms: Mapping[str, Form], limits: Limits, store: Path, raw: Path) -> Parsed:
    """Read `store/<hash>` and write `raw/<dataset>/<hash>.<table>.parquet`. Raises Refusal."""
    path = store / source.file
    if is_for_bulk(path) and (in_bulk := _parse_in_bulk(path, source, forms, limits, raw)):
        return in_bulk
    kind, sheets = read(path, source.ending, limits)
    form, tables = tables_of(sheets, forms, source.named)
    folder = raw / form.dataset
    folder.mkdir(parents=True, exist_ok=True)
    for number, table in enumerate(tables, start=1):
        write_raw(folder, source.file, number, table, form)
    parsed = tuple(_parsed(number, table, len(table.kinds)) for number, table in enumerate(tables, start=1))
    return Parsed(form.dataset, parsed, (*issues_of_file(path, kind), *issues_of(sheets, form, tables)))


def is_for_bulk(path: Path) -> bool:
    """Whether it is worth a try to read the file in bulk: it is large, or Parquet."""
    with path.open("rb") as file:
        return path.stat().st_size >= LEAST_IN_BULK or file.read(len(PARQUET)) == PARQUET


def _parse_in_bulk(path: Path, source: Source, forms: Mapping[str, Form], limits: Limits, raw: Path) -> Parsed | None:
    # DuckDB is imported only where there is something for it to read.
    from orchestration.intake.bulk import read_in_bulk

    found = read_in_bulk(path, source.ending, forms, source.named, limits, raw)
    if found is None:
        return None
    return Parsed(found.form.dataset, (_parsed(1, found.table, found.rows),), found.issues)


def _parsed(number: int, table: Table, rows: int) -> ParsedTable:
    origins = tuple(
        Origin(field, table.header.headings[position].text, letter(position))
        for position, field in sorted(table.claims.fields.items())
    )
    return ParsedTable(number, table.sheet.name, table.header.last + 2, rows, origins)
