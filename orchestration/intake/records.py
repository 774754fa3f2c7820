"""The tables that say what was submitted and where everything came from: `intake/*.parquet`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from orchestration.intake.issues import Issue
from orchestration.intake.parsing import Parsed
from orchestration.intake.raw import parquet_bytes, text_array
from orchestration.intake.whole_files import write_if_changed


@dataclass(frozen=True)
class Submission:
    """One file in the inbox and what came of it; `file` is None where it was not opened.

    `city` is what its submitter may speak for, None for the whole province; `replaced_by` is the submission that
    corrects it.
    """

    submission: str
    round: str | None
    submitter: str | None
    file: str | None
    parsed: Parsed
    city: str | None = None
    replaced_by: str | None = None

    @property
    def status(self) -> str:
        """`read` or `refused`."""
        return "refused" if self.parsed.dataset is None else "read"

    @property
    def issues(self) -> tuple[Issue, ...]:
        """What is wrong with the file and its sheets."""
        return self.parsed.issues


TEXT = pa.string()
_SUBMISSIONS = pa.schema(
    [
        ("submission", TEXT), ("round", TEXT), ("submitter", TEXT), ("file", TEXT), ("dataset", TEXT),
        ("rows_read", pa.int64()), ("status", TEXT), ("city", TEXT), ("replaced_by", TEXT),
    ]
)  # fmt: skip
_COLUMNS = pa.schema(
    [
        ("file", TEXT), ("dataset", TEXT), ("table", pa.int32()), ("sheet", TEXT), ("field", TEXT),
        ("heading", TEXT), ("letter", TEXT), ("first_row", pa.int32()),
    ]
)  # fmt: skip
_ISSUES = pa.schema(
    [("submission", TEXT), ("file", TEXT), ("sheet", TEXT), ("code", TEXT), ("heading", TEXT), ("detail", TEXT)]
)


def write_records(folder: Path, submissions: Iterable[Submission]) -> None:
    """Write `submissions`, `columns` and `issues`, sorted by submission or file, where they have changed."""
    submissions = sorted(submissions, key=lambda each: each.submission)
    _write(folder / "submissions.parquet", _SUBMISSIONS, map(_submission, submissions))
    # The same content may have been submitted more than once.
    read = {(each.file, each.parsed.dataset): each for each in submissions if each.status == "read"}
    origins = (row for _, each in sorted(read.items(), key=lambda item: str(item[0])) for row in _columns(each))
    _write(folder / "columns.parquet", _COLUMNS, origins)
    _write(folder / "issues.parquet", _ISSUES, (row for each in submissions for row in _issues(each)))


def _submission(each: Submission) -> tuple[object, ...]:
    parsed = each.parsed
    return (
        each.submission, each.round, each.submitter, each.file, parsed.dataset, parsed.rows_read, each.status,
        each.city, each.replaced_by,
    )  # fmt: skip


def _columns(each: Submission) -> Iterable[tuple[object, ...]]:
    for table in each.parsed.tables:
        for origin in table.columns:
            yield (
                each.file, each.parsed.dataset, table.number, table.sheet,
                origin.field, origin.heading, origin.letter, table.first_row if table.rows else None,
            )  # fmt: skip


def _issues(each: Submission) -> Iterable[tuple[object, ...]]:
    for issue in each.issues:
        yield each.submission, each.file, issue.sheet, issue.code, issue.heading, issue.detail


def _write(path: Path, schema: Any, rows: Iterable[tuple[object, ...]]) -> None:
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    arrays = [
        text_array([None if value is None else str(value) for value in column]).cast(field.type)
        for column, field in zip(columns, schema, strict=True)
    ]
    write_if_changed(path, parquet_bytes(pa.Table.from_arrays(arrays, schema=schema)))
