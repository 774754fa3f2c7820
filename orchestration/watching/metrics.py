"""The figures of an installation for monitoring: how the last run went and what is published, by stage and dataset.

They are written at the end of each run, whole or not at all, to `metrics.prom` in the workspace, and to the file that
`FUZHI_METRICS` names, as in the folder of node_exporter's textfile collector. Labels are datasets, stages and words of
the code; never files or submitters, of which there is no end.
"""

from __future__ import annotations

import datetime
import json
import os
import platform
from collections import Counter
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.errors import UserError
from orchestration.release.writing import pointer
from orchestration.running.report import DatasetReport, Report
from orchestration.settings import Settings
from orchestration.watching.openmetrics import Family, text_of

if TYPE_CHECKING:
    from orchestration.watching.recording import Recording

METRICS = "FUZHI_METRICS"
ROWS = ("read", "published", "superseded", "quarantined", "ignored")
GATES = ("green", "accepted", "red")


def write_metrics(settings: Settings, recording: Recording, ended: datetime.datetime, succeeded: bool) -> None:
    """Write the figures after a run that ended so.

    Raises UserError where the file that `FUZHI_METRICS` asks for cannot be written.
    """
    totals = _totals(settings, recording.retries, ended, succeeded)
    seconds = dict(recording.report.seconds) if recording.report is not None else {}
    families = [
        *_of_the_run(recording.began, ended, succeeded, seconds or recording.seconds),
        *_totalled(totals),
        *(_of_the_data(settings, recording.report) if recording.report is not None else ()),
    ]
    text = text_of(families)
    _write(_kept(settings), text)
    if asked := os.environ.get(METRICS):
        try:
            _write(Path(asked).expanduser(), text)
        except OSError as error:
            raise UserError(f"{METRICS}: {asked} cannot be written: {error.strerror}") from error


def last_metrics(settings: Settings) -> str:
    """The figures as the last run has left them. Raises UserError where none has."""
    path = _kept(settings)
    if not path.exists():
        raise UserError(f"there are no figures in {settings.workspace}: no run has ended there yet")
    return path.read_text("utf-8")


def _of_the_run(
    began: datetime.datetime, ended: datetime.datetime, succeeded: bool, seconds: Mapping[str, float]
) -> Iterator[Family]:
    yield Family(
        "fuzhi_build",
        "Version of Fuzhi and of Python that ran last.",
        (({"version": version("fuzhi"), "python": platform.python_version()}, 1),),
    )
    time = ended.timestamp()
    yield Family(
        "fuzhi_last_run_timestamp_seconds", "When the last run ended.", (({}, round(time, 3)),), unit="seconds"
    )
    yield Family("fuzhi_last_run_succeeded", "Whether all that had changed was published: 1 or 0.", (({}, succeeded),))
    took = round((ended - began).total_seconds(), 3)
    yield Family("fuzhi_last_run_duration_seconds", "How long the last run took.", (({}, took),), unit="seconds")
    yield Family(
        "fuzhi_last_run_stage_duration_seconds",
        "How long each stage of it took.",
        tuple(({"stage": stage}, round(took, 3)) for stage, took in seconds.items()),
        unit="seconds",
    )


def _totalled(totals: Mapping[str, Any]) -> Iterator[Family]:
    yield Family(
        "fuzhi_runs",
        "Runs that have ended, by what came of them.",
        tuple(({"outcome": outcome}, number) for outcome, number in totals["runs"].items()),
        "counter",
    )
    yield Family(
        "fuzhi_retries",
        "What was tried again, by what it was.",
        tuple(({"what": what}, number) for what, number in totals["retries"].items()),
        "counter",
    )
    if totals["succeeded"] is not None:
        yield Family(
            "fuzhi_last_success_timestamp_seconds",
            "When a run last ended with all published.",
            (({}, totals["succeeded"]),),
            unit="seconds",
        )


def _of_the_data(settings: Settings, report: Report) -> Iterator[Family]:
    forms = [one for one in report.datasets if not one.derived]
    yield Family(
        "fuzhi_rows",
        "Rows of the submissions that stand in the inbox, by what became of them.",
        tuple(({"dataset": one.dataset, "outcome": each}, getattr(one, each)) for one in forms for each in ROWS),
    )
    yield Family(
        "fuzhi_submissions",
        "Files that were taken in for a dataset.",
        tuple(({"dataset": one.dataset}, one.files) for one in forms),
    )
    refused = Counter(file.code for file in report.refused)
    yield Family("fuzhi_submissions_refused", "Files that were not taken in.", (({}, len(report.refused)),))
    yield Family(
        "fuzhi_submissions_refused_by_code",
        "The same by why: codes of schemas/shared/issues.yaml.",
        tuple(({"code": code}, number) for code, number in sorted(refused.items())),
    )
    yield Family(
        "fuzhi_gate",
        "What the gate last said of a dataset: 1 at one of green, accepted, red; nothing where it was not asked.",
        tuple(
            ({"dataset": one.dataset, "state": state}, one.gate == state)
            for one in report.datasets
            if one.gate in GATES
            for state in GATES
        ),
    )
    yield from _of_the_releases(settings, report.datasets)


def _of_the_releases(settings: Settings, datasets: tuple[DatasetReport, ...]) -> Iterator[Family]:
    latest = {one.dataset: last for one in datasets if (last := pointer(settings.published, one.dataset))}
    yield Family(
        "fuzhi_published_rows",
        "Rows of the latest release.",
        tuple(({"dataset": name}, last["rows"]) for name, last in latest.items()),
    )
    yield Family(
        "fuzhi_published_bytes",
        "Size of the latest release, all its files.",
        tuple(({"dataset": name}, sum(file["bytes"] for file in last["files"])) for name, last in latest.items()),
        unit="bytes",
    )
    yield Family(
        "fuzhi_data_timestamp_seconds",
        "The day that the latest release is dated with (UTC), on which its latest round closed.",
        tuple(({"dataset": name}, _day(last["created"])) for name, last in latest.items()),
        unit="seconds",
    )


def _day(day: str) -> float:
    return datetime.datetime.fromisoformat(day).replace(tzinfo=datetime.UTC).timestamp()


def _totals(
    settings: Settings, retries: Mapping[str, int], ended: datetime.datetime, succeeded: bool
) -> dict[str, Any]:
    """What is added up over all runs of the workspace, this one included."""
    path = settings.workspace / "state" / "totals.json"
    totals: dict[str, Any] = {"runs": {"succeeded": 0, "failed": 0}, "retries": {}, "succeeded": None}
    if path.exists():
        totals |= json.loads(path.read_text("utf-8"))
    totals["runs"]["succeeded" if succeeded else "failed"] += 1
    for what, number in retries.items():
        totals["retries"][what] = totals["retries"].get(what, 0) + number
    if succeeded:
        totals["succeeded"] = round(ended.timestamp(), 3)
    _write(path, json.dumps(totals, indent=2) + "\n")
    return totals


def _kept(settings: Settings) -> Path:
    return settings.workspace / "metrics.prom"


def _write(path: Path, text: str) -> None:
    """Whole or not at all: whoever collects the file may be reading it, and reads only names that end in .prom."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    unfinished.write_text(text, "utf-8")
    unfinished.replace(path)
