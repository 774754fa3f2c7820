"""All that is done with one file, in a child process: read it, find its tables, write them as raw Parquet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from orchestration.intake.formats import ending_of
from orchestration.intake.forms import Form
from orchestration.intake.issues import Issue, Refusal
from orchestration.intake.limits import Limits
from orchestration.intake.raw import raw_name, write_raw
from orchestration.intake.reading import issues_of_file, read
from orchestration.intake.sheets import letter
from orchestration.intake.tables import Table, issues_of, tables_of


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
    """One raw table: its number in the file, the sheet it was read from, its rows, its columns that a field claims."""

    number: int
    sheet: str
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
    kind, sheets = read(path, source.ending, limits)
    form, tables = tables_of(sheets, forms, source.named)
    folder = raw / form.dataset
    folder.mkdir(parents=True, exist_ok=True)
    for number, table in enumerate(tables, start=1):
        write_raw(folder, source.file, number, table, form)
    parsed = tuple(_parsed(number, table) for number, table in enumerate(tables, start=1))
    return Parsed(form.dataset, parsed, (*issues_of_file(path, kind), *issues_of(sheets, form, tables)))


def _parsed(number: int, table: Table) -> ParsedTable:
    origins = tuple(
        Origin(field, table.header.headings[position].text, letter(position))
        for position, field in sorted(table.claims.fields.items())
    )
    return ParsedTable(number, table.sheet.name, len(table.kinds), origins)
