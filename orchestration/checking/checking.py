"""One file, judged as a run would judge it, and nothing kept: what was read, and what is wrong in which cell."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from orchestration.checking.compiled import judging_models
from orchestration.contracts import Contract
from orchestration.intake import Limits, read_limits, take_in
from orchestration.quality.accounts import OUTCOMES
from orchestration.quality.registry import issue_types
from orchestration.settings import Settings

# A file that is checked belongs to no round and no submitter; the folders must be named like some.
PLACE = Path("2000-01", "check")


@dataclass(frozen=True)
class Finding:
    """One thing wrong. `value` is what the cell holds: it is for the submitter alone."""

    code: str
    severity: str
    sheet: str | None = None
    row: int | None = None
    cell: str | None = None
    field: str | None = None
    heading: str | None = None
    value: str | None = None
    detail: str | None = None


@dataclass(frozen=True)
class Check:
    """What a run would make of a file. `dataset` is None where it was refused; `rows` counts outcomes then as 0."""

    file: str
    dataset: str | None
    rows_read: int
    rows: Mapping[str, int]
    findings: tuple[Finding, ...]

    @property
    def refused(self) -> bool:
        """Whether the file could not be taken in at all."""
        return self.dataset is None

    @property
    def clean(self) -> bool:
        """Whether there is nothing that the submitter should mend."""
        return all(finding.severity == "info" for finding in self.findings)


def check(
    file: Path,
    settings: Settings,
    contracts: Mapping[str, Contract],
    dataset: str | None = None,
    limits: Limits | None = None,
) -> Check:
    """Judge a file as a submission for `dataset`, or for the one that its header names.

    Compiles the models with dbt where they have changed since the last check; raises OSError where the file cannot
    be opened.
    """
    with tempfile.TemporaryDirectory(prefix="fuzhi-check-") as folder:
        inbox, workspace = Path(folder, "inbox"), Path(folder, "workspace")
        place = inbox / PLACE / (dataset or "")
        place.mkdir(parents=True)
        shutil.copyfile(file, place / file.name)
        take_in(inbox, workspace, contracts, limits or read_limits(settings.schemas), workers=1)
        (submission,) = pq.read_table(workspace / "intake" / "submissions.parquet").to_pylist()
        whole = _findings_of_file(workspace, settings)
        if submission["status"] == "refused":
            return Check(file.name, None, 0, dict.fromkeys(OUTCOMES, 0), whole)
        rows, cells = _judge(workspace, settings, contracts, submission["dataset"])
        return Check(file.name, submission["dataset"], submission["rows_read"], rows, (*whole, *cells))


def _findings_of_file(workspace: Path, settings: Settings) -> tuple[Finding, ...]:
    types = issue_types(settings.schemas)
    return tuple(
        Finding(
            code=issue["code"],
            severity=types[issue["code"]].severity,
            sheet=issue["sheet"],
            heading=issue["heading"],
            detail=issue["detail"],
        )
        for issue in pq.read_table(workspace / "intake" / "issues.parquet").to_pylist()
    )


def _judge(
    workspace: Path, settings: Settings, contracts: Mapping[str, Contract], dataset: str
) -> tuple[dict[str, int], tuple[Finding, ...]]:
    models = judging_models(settings, contracts, dataset)
    with duckdb.connect(config={"autoinstall_known_extensions": False}) as connection:
        # The compiled models name the database that dbt calls fuzhi.
        connection.execute("attach ':memory:' as fuzhi; use fuzhi.main")
        for seed in sorted((settings.dbt_project / "seeds").glob("*.csv")):
            _read_code_list(connection, seed)
        for model in models:
            # Staging is read by all the others: made once.
            kind = "table" if model.name.startswith("stg_") else "view"
            connection.execute(f"create {kind} {model.name} as {model.sql_for(workspace)}")
        (rows,) = _rows(connection, f"select {', '.join(OUTCOMES)} from {dataset}__accounts")
        columns = "code, severity, sheet, row_no, cell, field, heading, value, detail"
        found = _rows(connection, f"select {columns} from {dataset}__issues")
    return rows, tuple(Finding(row=issue.pop("row_no"), **issue) for issue in found)


def _read_code_list(connection: duckdb.DuckDBPyConnection, seed: Path) -> None:
    source = "read_csv(?, header = true, all_varchar = true)"
    dates = "cast(valid_from as date) as valid_from, cast(valid_to as date) as valid_to"
    connection.execute(f"create table {seed.stem} as select * replace ({dates}) from {source}", [str(seed)])


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = connection.execute(query).to_arrow_table().to_pylist()
    return rows
