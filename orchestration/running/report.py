"""What came of a run: per dataset the files, the rows and where they went, the version and the gate's word."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from orchestration.contracts import Contract
from orchestration.quality.accounts import Account, accounts
from orchestration.quality.registry import issue_types
from orchestration.release.latest import latest_version
from orchestration.running.rounds import closing
from orchestration.settings import Settings

EARLIER = "earlier_version_stands"
# Whose detail is in words of the code. That of any other issue may quote the form, and reports hold no values.
PLAIN_DETAILS = {
    "file_type_mismatch", "file_type_unknown", "file_too_large", "file_unfinished", "dataset_ambiguous",
    "column_missing",
}  # fmt: skip


@dataclass(frozen=True)
class DatasetReport:
    """One line of the table at the end of a run."""

    dataset: str
    title: str
    files: int
    read: int
    published: int
    superseded: int
    quarantined: int
    ignored: int
    version: str | None
    new: bool
    gate: str
    derived: bool = False


@dataclass(frozen=True)
class RefusedFile:
    """A file that could not be taken in, with the reason in both languages."""

    submission: str
    code: str
    message: str
    message_en: str


@dataclass(frozen=True)
class Report:
    """A whole run. `exit_code` is 0 where everything that changed was published, else 1."""

    made_up: bool
    exit_code: int
    datasets: tuple[DatasetReport, ...]
    refused: tuple[RefusedFile, ...]
    undated_rounds: tuple[str, ...] = ()
    # By stage; none where nothing was to be done. Two runs that came to the same differ in nothing else.
    seconds: Mapping[str, float] = field(default_factory=dict, compare=False)

    def to_json(self) -> str:
        """The report as JSON; no row values in it."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Report:
        """Read back what `to_json` wrote."""
        content: dict[str, Any] = json.loads(text)
        return cls(
            made_up=content["made_up"],
            exit_code=content["exit_code"],
            datasets=tuple(DatasetReport(**one) for one in content["datasets"]),
            refused=tuple(RefusedFile(**one) for one in content["refused"]),
            undated_rounds=tuple(content["undated_rounds"]),
            seconds=content["seconds"],
        )


def write_report(report: Report, path: Path) -> None:
    """Write the report where the user wants it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(report.to_json(), "utf-8")


def without_news(last: Report) -> Report:
    """The last report, of a run that found nothing to do."""
    return replace(last, datasets=tuple(replace(one, new=False) for one in last.datasets), seconds={})


def versions(settings: Settings, contracts: dict[str, Contract]) -> dict[str, str | None]:
    """The latest released version of each dataset; None where it has none."""
    return {name: latest_version(settings.published, name) for name in contracts}


def collect(
    settings: Settings,
    contracts: dict[str, Contract],
    before: dict[str, str | None],
    made_up: bool,
    succeeded: bool,
    seconds: Mapping[str, float],
) -> Report:
    """Gather the report from what the stages have left; `before` are the versions when the run began."""
    return Report(
        made_up=made_up,
        exit_code=0 if succeeded else 1,
        datasets=tuple(_dataset(settings, contract, before[name]) for name, contract in contracts.items()),
        refused=tuple(_refused(settings)),
        undated_rounds=tuple(_undated(settings)),
        seconds=seconds,
    )


def _dataset(settings: Settings, contract: Contract, before: str | None) -> DatasetReport:
    built = (settings.marts / f"{contract.name}__accounts.parquet").exists()
    rows = accounts(settings.workspace, contract.name) if built and not contract.derived else []
    mart = settings.marts / f"{contract.name}.parquet"
    made = pq.read_metadata(mart).num_rows if contract.derived and mart.exists() else 0
    version = latest_version(settings.published, contract.name)
    return DatasetReport(
        dataset=contract.name,
        title=contract.title,
        files=len(rows),
        read=_sum(rows, "read"),
        published=made if contract.derived else _sum(rows, "published"),
        superseded=_sum(rows, "superseded"),
        quarantined=_sum(rows, "quarantined"),
        ignored=_sum(rows, "ignored"),
        version=version,
        new=version != before,
        gate=_gate(settings.verdicts / f"{contract.name}.json"),
        derived=contract.derived,
    )


def _sum(rows: list[Account], column: str) -> int:
    return sum(getattr(row, column) for row in rows)


def _gate(verdict: Path) -> str:
    if not verdict.exists():
        return "not run"
    said = json.loads(verdict.read_text("utf-8"))
    return "red" if not said["success"] else "accepted" if said["accepted"] else "green"


def _undated(settings: Settings) -> list[str]:
    """The rounds that were read from and do not say when they closed."""
    path = settings.workspace / "intake" / "submissions.parquet"
    if not path.exists():
        # Intake failed, in a workspace that never saw one succeed.
        return []
    table = pq.read_table(path, columns=["round", "status"])
    rounds = pc.unique(table.filter(pc.equal(table["status"], "read"))["round"]).to_pylist()
    return [name for name in sorted(rounds) if not closing(settings.inbox, name).given]


def _refused(settings: Settings) -> list[RefusedFile]:
    """The files that could not be taken in, also those whose earlier version still stands."""
    registry = issue_types(settings.schemas)
    path = settings.workspace / "intake" / "issues.parquet"
    issues = pq.read_table(path, columns=["submission", "code", "detail"]).to_pylist() if path.exists() else []
    standing = {issue["submission"] for issue in issues if issue["code"] == EARLIER}
    files = []
    for issue in sorted(issues, key=lambda issue: str(issue["submission"])):
        kind = registry[issue["code"]]
        if kind.scope != "file" or kind.severity != "error":
            continue
        words, plain = {}, issue["code"] in PLAIN_DETAILS
        for language in ("zh", "en"):
            message = kind.render(language, detail=issue["detail"] or "" if plain else "")[0]
            stands = registry[EARLIER].render(language)[0] if issue["submission"] in standing else ""
            words[language] = f"{message} {stands}".strip()
        files.append(RefusedFile(issue["submission"], issue["code"], words["zh"], words["en"]))
    return files
