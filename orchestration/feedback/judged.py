"""What the pipeline found in each submission: rows by outcome, and every fault with its place."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from orchestration import engine
from orchestration.contracts import Contract
from orchestration.feedback.excerpt import LARGE, Excerpt, excerpt
from orchestration.quality.accounts import OUTCOMES
from orchestration.quality.registry import issue_types
from orchestration.running.rounds import made_up
from orchestration.settings import Settings
from orchestration.sql import literal

SUBMISSION_COLUMNS = ["submission", "round", "submitter", "file", "dataset", "rows_read", "status"]
FAULT_COLUMNS = [
    "submission", "file", "sheet", "row_no", "cell", "field", "heading", "code", "severity", "value", "detail",
]  # fmt: skip
# So many faults of one submission are listed; of more it is told how many there are of each kind. A workbook that has
# more of them has one and the same thing wrong in every row.
LISTED = 10_000
Filters = list[tuple[str, str, Any]] | None
Details = Mapping[tuple[str, str], tuple[str, str]]
# A title above the rows of a form is frozen with its header, unless it fills the screen.
HIGHEST_HEADER = 12


@dataclass(frozen=True)
class Fault:
    """One issue of a file, a sheet, a row or a cell; `row` counts from 1, `cell` is `B7`; "" where there is none.

    `detail` and `detail_en` differ where a rule is broken (its words) or a reference is (the dataset's title).
    """

    code: str
    severity: str
    sheet: str = ""
    row: int = 0
    cell: str = ""
    field: str = ""
    heading: str = ""
    value: str = ""
    detail: str = ""
    detail_en: str = ""


@dataclass(frozen=True)
class Unlisted:
    """How many more faults there are of the kind, column and detail of this one; it has no place."""

    fault: Fault
    count: int


@dataclass(frozen=True)
class Judged:
    """One file in the inbox and what became of it.

    `outcomes` are rows by outcome, None for a refused file. `first_rows` are the first rows below the header, by
    sheet. `file` is None where the file could not even be copied. Beyond the first 10,000 `faults` all are `unlisted`.
    `excerpt` has the rows with faults of a large form, None for any other.
    """

    submission: str
    round: str | None
    submitter: str | None
    file: str | None
    dataset: str | None
    title: str
    title_en: str
    status: str
    rows_read: int
    outcomes: dict[str, int] | None
    first_rows: dict[str, int]
    faults: tuple[Fault, ...]
    made_up: bool
    unlisted: tuple[Unlisted, ...] = ()
    excerpt: Excerpt | None = None

    @property
    def refused(self) -> bool:
        """Whether the file was not taken in at all."""
        return self.outcomes is None

    @property
    def clean(self) -> bool:
        """Whether there is nothing that the submitter should mend."""
        return not self.severities.keys() - {"info"}

    @property
    def severities(self) -> Counter[str]:
        """How many faults there are of each severity, listed or not."""
        found = Counter(fault.severity for fault in self.faults)
        for more in self.unlisted:
            found[more.fault.severity] += more.count
        return found

    @property
    def name(self) -> str:
        """The submitter's name for the file."""
        return self.submission.rpartition("/")[2]


def judged_submissions(settings: Settings, contract: Contract | None) -> list[Judged]:
    """The submissions of one dataset as they were judged, or for None those that were refused; by their paths.

    One whose dataset could not be built since it arrived has not been judged yet, and is left out.
    """
    intake = settings.workspace / "intake"
    own = ("status", "=", "refused") if contract is None else ("dataset", "=", contract.name)
    submissions = _rows(intake / "submissions.parquet", SUBMISSION_COLUMNS, [own])
    if not submissions:
        return []
    faults: dict[str, list[Fault]] = defaultdict(list)
    types = issue_types(settings.schemas)
    paths = ("submission", "in", {row["submission"] for row in submissions})
    for row in _rows(intake / "issues.parquet", None, [paths]):
        # By path alone: the file that is at fault need not be the one whose rows stand.
        faults[row["submission"]].append(_fault({**row, "severity": types[row["code"]].severity}))
    unlisted: dict[str, list[Unlisted]] = defaultdict(list)
    accounts: dict[tuple[str, str | None], dict[str, int]] = {}
    first_rows: dict[str, dict[str, int]] = {}
    if contract is not None:
        details = _details(contract)
        for row in _rows(settings.marts / f"{contract.name}__accounts.parquet"):
            accounts[row["submission"], row["file"]] = {outcome: row[outcome] for outcome in OUTCOMES}
        listed, others = _issues(settings.marts / f"{contract.name}__issues.parquet")
        for row in listed:
            faults[row["submission"]].append(_fault(row, details))
        for row in others:
            unlisted[row["submission"]].append(Unlisted(_fault(row, details), row["count"]))
        first_rows = _first_rows(intake / "columns.parquet", contract.name)
    sample = made_up(settings.inbox)
    judged = [
        Judged(
            **row,
            title=contract.title if contract else "",
            title_en=contract.title_en if contract else "",
            outcomes=accounts.get((row["submission"], row["file"])),
            first_rows=first_rows.get(row["file"], {}),
            faults=tuple(sorted(faults[row["submission"]], key=_place)),
            made_up=sample,
            unlisted=tuple(unlisted[row["submission"]]),
        )
        for row in submissions
        if contract is None or (row["submission"], row["file"]) in accounts
    ]
    return [_with_excerpt(each, settings) if each.rows_read > LARGE else each for each in judged]


def _with_excerpt(judged: Judged, settings: Settings) -> Judged:
    if judged.dataset is None or judged.file is None:
        return judged
    rows: dict[str, set[int]] = defaultdict(set)
    for fault in judged.faults:
        if fault.row:
            rows[fault.sheet].add(fault.row)
    return replace(judged, excerpt=excerpt(settings.workspace, judged.dataset, judged.file, rows))


def _rows(path: Path, columns: list[str] | None = None, filters: Filters = None) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    rows: list[dict[str, Any]] = pq.read_table(path, columns=columns, filters=filters).to_pylist()
    return rows


def _issues(path: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The issues of rows that are listed, and for the others how many there are, by submission and kind."""
    if not path.exists() or pq.read_metadata(path).num_rows <= LISTED:
        return _rows(path, FAULT_COLUMNS), []
    kind = "submission, code, severity, field, heading, detail"
    placed = f"""
        SELECT *, row_number() OVER (PARTITION BY submission ORDER BY file_row_number) AS place
        FROM read_parquet({literal(path)}, file_row_number = true)
    """
    with engine.connect() as connection:
        listed = connection.execute(f"SELECT {', '.join(FAULT_COLUMNS)} FROM ({placed}) WHERE place <= {LISTED}")
        rows = listed.to_arrow_table().to_pylist()
        others = connection.execute(
            f"SELECT {kind}, count(*) AS count FROM ({placed}) WHERE place > {LISTED} GROUP BY ALL ORDER BY ALL"
        )
        return rows, others.to_arrow_table().to_pylist()


def _details(contract: Contract) -> Details:
    """What a name in the detail of a fault stands for, in both languages: a rule, or the dataset referred to."""
    rules = {("rule_broken", rule.name): (rule.message, rule.message_en) for rule in contract.rules}
    return rules | {
        ("reference_unknown", other.dataset): (other.title, other.title_en) for other in contract.references
    }


def _fault(row: Mapping[str, Any], details: Details | None = None) -> Fault:
    texts = {name: row.get(name) or "" for name in ("code", "severity", "sheet", "cell", "field", "heading", "value")}
    detail = row["detail"] or ""
    zh, en = (details or {}).get((row["code"], detail), (detail, detail))
    return Fault(**texts, row=row.get("row_no") or 0, detail=zh, detail_en=en)


def _place(fault: Fault) -> tuple[str, int, int, str, str, str]:
    return fault.sheet, fault.row, len(fault.cell), fault.cell, fault.code, fault.heading


def _first_rows(columns: Path, dataset: str) -> dict[str, dict[str, int]]:
    """By file, then by sheet, the row that stands below the header of its first table."""
    read = pq.read_table(columns, columns=["file", "sheet", "first_row"], filters=[("dataset", "=", dataset)])
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for row in read.group_by(["file", "sheet"]).aggregate([("first_row", "min")]).to_pylist():
        if row["first_row_min"] is not None:
            found[row["file"]][row["sheet"]] = row["first_row_min"]
    return {file: dict(sorted(sheets.items())) for file, sheets in found.items()}
