"""What the pipeline found in each submission: rows by outcome, and every fault with its place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from orchestration.contracts import Contract
from orchestration.quality.accounts import OUTCOMES
from orchestration.quality.registry import issue_types
from orchestration.running.rounds import made_up
from orchestration.settings import Settings

SUBMISSION_COLUMNS = ["submission", "round", "submitter", "file", "dataset", "rows_read", "status"]
FAULT_COLUMNS = ["submission", "file", "sheet", "row_no", "cell", "heading", "code", "severity", "value", "detail"]
# A title above the rows of a form is frozen with its header, unless it fills the screen.
HIGHEST_HEADER = 12


@dataclass(frozen=True)
class Fault:
    """One issue of a file, a sheet, a row or a cell; `row` counts from 1, `cell` is `B7`; "" where there is none.

    `detail` and `detail_en` differ only where a rule is broken: they are its words.
    """

    code: str
    severity: str
    sheet: str = ""
    row: int = 0
    cell: str = ""
    heading: str = ""
    value: str = ""
    detail: str = ""
    detail_en: str = ""


@dataclass(frozen=True)
class Judged:
    """One file in the inbox and what became of it.

    `outcomes` are rows by outcome, None for a refused file. `first_rows` are the first rows below the header, by
    sheet. `file` is None where the file could not even be copied.
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

    @property
    def name(self) -> str:
        """The submitter's name for the file."""
        return self.submission.rpartition("/")[2]


def judged_submissions(settings: Settings, contracts: Mapping[str, Contract]) -> tuple[list[Judged], list[str]]:
    """Every submission that has been judged as it lies in the inbox now, and the paths of those that have not.

    One whose dataset could not be built since it arrived has not been judged yet.
    """
    intake = settings.workspace / "intake"
    faults: dict[tuple[str, str | None], list[Fault]] = defaultdict(list)
    for row in _rows(intake / "issues.parquet"):
        severity = issue_types(settings.schemas)[row["code"]].severity
        faults[row["submission"], row["file"]].append(_fault({**row, "severity": severity}))
    accounts: dict[tuple[str, str | None], dict[str, int]] = {}
    for name, contract in contracts.items():
        rules = {rule.name: (rule.message, rule.message_en) for rule in contract.rules}
        for row in _rows(settings.marts / f"{name}__accounts.parquet"):
            accounts[row["submission"], row["file"]] = {outcome: row[outcome] for outcome in OUTCOMES}
        for row in _rows(settings.marts / f"{name}__issues.parquet", FAULT_COLUMNS):
            faults[row["submission"], row["file"]].append(_fault(row, rules))
    sample = made_up(settings.inbox)
    judged, unjudged = [], []
    for row in _rows(intake / "submissions.parquet", SUBMISSION_COLUMNS):
        key = row["submission"], row["file"]
        own = contracts.get(row["dataset"] or "")
        if row["status"] == "read" and (key not in accounts or own is None):
            unjudged.append(row["submission"])
            continue
        judged.append(
            Judged(
                **row,
                title=own.title if own else "",
                title_en=own.title_en if own else "",
                outcomes=accounts.get(key),
                first_rows=_first_rows(settings.workspace / "raw", row["dataset"], row["file"]),
                faults=tuple(sorted(faults[key], key=_place)),
                made_up=sample,
            )
        )
    return judged, unjudged


def _rows(path: Path, columns: list[str] | None = None) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(path, columns=columns).to_pylist() if path.exists() else []
    return rows


def _fault(row: Mapping[str, Any], rules: Mapping[str, tuple[str, str]] | None = None) -> Fault:
    texts = {name: row.get(name) or "" for name in ("code", "severity", "sheet", "cell", "heading", "value")}
    detail = row["detail"] or ""
    zh, en = (rules or {}).get(detail, (detail, detail)) if row["code"] == "rule_broken" else (detail, detail)
    return Fault(**texts, row=row.get("row_no") or 0, detail=zh, detail_en=en)


def _place(fault: Fault) -> tuple[str, int, int, str, str, str]:
    return fault.sheet, fault.row, len(fault.cell), fault.cell, fault.code, fault.heading


def _first_rows(raw: Path, dataset: str | None, file: str | None) -> dict[str, int]:
    """By sheet the row that stands below the header of its first table."""
    found: dict[str, int] = {}
    tables = sorted((raw / dataset).glob(f"{file}.*.parquet")) if dataset else []
    for table in tables:
        for row in pq.read_table(table, columns=["_sheet", "_first_row"]).slice(0, 1).to_pylist():
            found[row["_sheet"]] = min(row["_first_row"], found.get(row["_sheet"], row["_first_row"]))
    return dict(sorted(found.items()))
