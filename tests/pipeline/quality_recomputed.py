"""What `submission_quality` must hold, added up in Python from what dbt left in `marts/` and intake in `intake/`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import yaml

from orchestration.contracts import Contract
from orchestration.settings import Settings

OUTCOMES = ("published", "superseded", "quarantined", "ignored")
DIMENSIONS = (
    "accuracy", "completeness", "compliance", "consistency", "precision", "currentness", "confidentiality",
)  # fmt: skip
Key = tuple[str, str, str]


def expected_quality(
    settings: Settings, contracts: Mapping[str, Contract], versions: Mapping[str, str | None]
) -> dict[Key, dict[str, Any]]:
    """By round, submitter and dataset the row that must be published; of the datasets that have a version."""
    registry = yaml.safe_load((settings.schemas / "shared" / "issues.yaml").read_text("utf-8"))
    named = yaml.safe_load((settings.schemas / "shared" / "named_submitters.yaml").read_text("utf-8"))
    submissions = {row["submission"]: row for row in rows(settings.workspace / "intake" / "submissions.parquet")}
    totals: dict[Key, Counter[str]] = defaultdict(Counter)

    def total(submission: str, dataset: str) -> Counter[str]:
        sent = submissions[submission]
        return totals[sent["round"], sent["submitter"] if sent["submitter"] in named else "其他报送单位", dataset]

    for name in (name for name, version in versions.items() if version is not None):
        public = {field.name for field in contracts[name].public_fields} | {None}
        faulty: dict[str, set[object]] = defaultdict(set)
        for issue in rows(settings.marts / f"{name}__issues.parquet"):
            if issue["field"] in public:
                total(issue["submission"], name)[f"faults_{registry[issue['code']]['dimension']}"] += 1
                total(issue["submission"], name)["faults_found"] += 1
                faulty[issue["submission"]].add((issue["sheet"], issue["row_no"]))
        for account in rows(settings.marts / f"{name}__accounts.parquet"):
            sent, own = submissions[account["submission"]], total(account["submission"], name)
            own["files_read"] += 1
            own["rows_read"] += sent["rows_read"]
            own.update({f"rows_{outcome}": account[outcome] for outcome in OUTCOMES})
            if sent["replaced_by"]:
                own["files_corrected"] += 1
            else:
                judged = sent["rows_read"] - account["ignored"]
                own["rows_judged"] += judged
                own["rows_without_fault"] += judged - len(faulty[account["submission"]])
    for submission in refused(settings, registry):
        sent = submissions[submission]
        if sent["submitter"]:
            folders = submission.split("/")[2:-1]
            dataset = sent["dataset"] or (folders[0] if folders and folders[0] in versions else "未识别")
            total(submission, dataset)["files_refused"] += 1
    return {key: whole(own, versions.get(key[2])) for key, own in totals.items()}


def whole(own: Counter[str], version: str | None) -> dict[str, Any]:
    """A row as it is published, but for its key: what was never counted is 0."""
    counts = ("files_read", "files_corrected", "files_refused", "rows_read", "rows_judged", "rows_without_fault")
    names = (*counts, *(f"rows_{one}" for one in OUTCOMES), "faults_found", *(f"faults_{one}" for one in DIMENSIONS))
    judged, well = own["rows_judged"], own["rows_without_fault"]
    share = (well * 2000 + judged) // (2 * judged) / 10 if judged else None
    return {"dataset_version": version, "share_without_fault": share, **{name: own[name] for name in names}}


def refused(settings: Settings, registry: Mapping[str, Any]) -> Collection[str]:
    codes = {code for code, kind in registry.items() if (kind["scope"], kind["severity"]) == ("file", "error")}
    return {one["submission"] for one in rows(settings.workspace / "intake" / "issues.parquet") if one["code"] in codes}


def published_quality(settings: Settings) -> dict[Key, dict[str, Any]]:
    """The same of the latest release."""
    found = {}
    for row in published_rows(settings, "submission_quality"):
        del row["id"]
        found[row.pop("submission_round"), row.pop("submitter_name"), row.pop("dataset")] = row
    return found


def published_rows(settings: Settings, dataset: str) -> list[dict[str, Any]]:
    """The table of the latest release."""
    return rows(settings.latest / f"{dataset}.parquet") if dataset != "submission_quality" else rows(latest(settings))


def latest(settings: Settings) -> Path:
    """The table of the highest version of `submission_quality`."""
    versions = [path for path in (settings.published / "submission_quality").iterdir() if path.is_dir()]
    newest = max(versions, key=lambda path: [int(part) for part in path.name.split(".")])
    return newest / "submission_quality.parquet"


def rows(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return found
