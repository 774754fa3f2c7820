"""What is kept of a run: `runs/<time>-<id>/` of the workspace, a log of its events and a report of what it came to.

`fuzhi run` and a run that Dagster has started record alike; the runs of Dagster that a `fuzhi run` consists of are
parts of it. With `FUZHI_LOG=json` each event goes to the standard error output too, and nothing else does then.
"""

from __future__ import annotations

import datetime
import json
import logging
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO
from uuid import uuid4

from orchestration.errors import UserError
from orchestration.running.log import LOG
from orchestration.running.report import Report
from orchestration.settings import Settings
from orchestration.watching.metrics import write_metrics
from orchestration.watching.stage import DONE, FAILED, tell

LOG_FORMAT = "FUZHI_LOG"
# How many runs are kept; a run that finds nothing to do is not one of them.
KEPT = 100
NO_NEWS = "no news"


def logs_json() -> bool:
    """Whether the standard error output is to have JSON lines. Raises UserError for a format that there is none of."""
    wanted = os.environ.get(LOG_FORMAT, "")
    if wanted not in ("", "text", "json"):
        raise UserError(f"{LOG_FORMAT} is neither text nor json")
    return wanted == "json"


class Recording(logging.Handler):
    """Writes down the events of one run; `failed` once any stage has."""

    def __init__(self, run: str, folder: Path | None, began: datetime.datetime) -> None:
        super().__init__()
        to_terminal = logs_json()
        self.run, self.folder, self.began = run, folder, began
        self.failed = False
        self.report: Report | None = None
        self.seconds: dict[str, float] = {}
        self.retries: dict[str, int] = {}
        self._files: list[TextIO] = []
        if folder is not None:
            folder.mkdir(parents=True)
            self._files.append((folder / "log.jsonl").open("a", encoding="utf-8"))
        if to_terminal:
            self._files.append(sys.stderr)

    def emit(self, record: logging.LogRecord) -> None:
        """Write an event as one line; other messages are not for the log."""
        event: dict[str, Any] | None = getattr(record, "fuzhi", None)
        if event is None:
            return
        if event["event"] == "stage":
            self.failed = self.failed or record.levelno >= logging.ERROR
            self.seconds[event["stage"]] = self.seconds.get(event["stage"], 0) + event.get("seconds", 0)
        elif event["event"] == "retry":
            self.retries[event["what"]] = self.retries.get(event["what"], 0) + 1
        time = _utc(datetime.datetime.fromtimestamp(record.created, datetime.UTC))
        line = json.dumps(
            {"time": time, "level": record.levelname.lower(), "run": self.run, **event}, ensure_ascii=False
        )
        for file in self._files:
            print(line, file=file, flush=True)

    def finish(self) -> None:
        """Close the log of the run. Not named `close`: whatever configures logging anew calls that of all handlers."""
        if self.folder is not None:
            self._files[0].close()


_recording: Recording | None = None


@contextmanager
def recorded(settings: Settings, by: str, run: str = "", *, news: bool = True) -> Iterator[Recording]:
    """Record the run in this block, unless it is part of one that is being recorded: then that one is given.

    `by` says who started it, `run` is its identifier where it has one. Whoever runs sets `report` before the block
    ends; a block that ends with an error has none. Without `news` nothing is kept of it but the figures.
    """
    global _recording
    if _recording is not None:
        yield _recording
        return
    began = datetime.datetime.now(datetime.UTC)
    run = run or str(uuid4())
    folder = settings.workspace / "runs" / f"{began:%Y%m%dT%H%M%SZ}-{run[:8]}" if news else None
    _recording = recording = Recording(run, folder, began)
    # Dagster may not have set it: a run that the UI has started logs elsewhere.
    LOG.setLevel(logging.DEBUG)
    LOG.addHandler(recording)
    try:
        tell({"event": "run began", "by": by, "engine": settings.engine})
        try:
            yield recording
        except BaseException as error:
            recording.failed = True
            _end(settings, recording, by, type(error).__name__)
            raise
        _end(settings, recording, by)
    finally:
        LOG.removeHandler(recording)
        recording.finish()
        _recording = None


def _end(settings: Settings, recording: Recording, by: str, error: str | None = None) -> None:
    ended = datetime.datetime.now(datetime.UTC)
    report = recording.report
    succeeded = not recording.failed and (report is None or report.exit_code == 0)
    outcome = FAILED if not succeeded else DONE if recording.folder else NO_NEWS
    seconds = round((ended - recording.began).total_seconds(), 3)
    event: dict[str, Any] = {"event": "run ended", "outcome": outcome, "seconds": seconds}
    if error is not None:
        event["error"] = error
    if report is not None:
        event |= {"released": sum(one.new for one in report.datasets), "refused": len(report.refused)}
    tell(event, logging.INFO if succeeded else logging.ERROR)
    if recording.folder is not None:
        kept = {
            "run": recording.run,
            "by": by,
            "began": _utc(recording.began),
            "ended": _utc(ended),
            "outcome": outcome,
            "error": error,
            "report": None if report is None else json.loads(report.to_json()),
        }
        text = json.dumps(kept, ensure_ascii=False, indent=2) + "\n"
        unfinished = recording.folder / "report.unfinished"
        unfinished.write_text(text, "utf-8")
        unfinished.replace(recording.folder / "report.json")
        _forget(recording.folder.parent)
    write_metrics(settings, recording, ended, succeeded)


def _forget(folder: Path) -> None:
    """Remove the oldest runs beyond those that are kept; their names begin with the time."""
    for old in sorted(path for path in folder.iterdir() if path.is_dir())[:-KEPT]:
        shutil.rmtree(old)


def _utc(time: datetime.datetime) -> str:
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
