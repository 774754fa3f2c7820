"""Progress on the terminal: which step is running, from the events that Dagster logs."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
from dagster import DagsterEvent, DagsterEventType
from rich.console import Console
from rich.markup import escape
from rich.status import Status

from orchestration.running.log import LOG
from orchestration.watching.recording import logs_json

STEPS = {
    "intake": "reading the forms",
    "models": "cleaning and judging the rows (dbt)",
    "accounts": "adding up the rows",
    "gate": "asking the gate (Great Expectations)",
    "release": "writing the packages",
    "catalogue": "writing the pages",
}


@dg.logger({}, description="Hands Dagster's events to whoever shows progress; silent where nobody does.")
def progress_logger(_: dg.InitLoggerContext) -> logging.Logger:
    """The console logger of the code location."""
    # Dagster tells at this level that a step has begun.
    LOG.setLevel(logging.DEBUG)
    return LOG


@contextmanager
def shown(console: Console) -> Iterator[None]:
    """Show one line with the running step, and every error, for as long as the block lasts.

    Where the log goes to the terminal as JSON, nothing else does.
    """
    # Dagster warns of each check of a dataset that has not changed, and so was not built or checked.
    logging.getLogger("dagster._core.execution.plan.active").setLevel(logging.ERROR)
    if logs_json():
        yield
        return
    with console.status("starting") as status:
        handler = _StatusLine(console, status)
        LOG.addHandler(handler)
        try:
            yield
        finally:
            LOG.removeHandler(handler)


class _StatusLine(logging.Handler):
    def __init__(self, console: Console, status: Status) -> None:
        super().__init__()
        self.console, self.status = console, status

    def emit(self, record: logging.LogRecord) -> None:
        meta = getattr(record, "dagster_meta", {})
        event = meta.get("dagster_event")
        if isinstance(event, DagsterEvent):
            if event.event_type == DagsterEventType.STEP_START:
                self.status.update(_label(event.step_key or ""))
            elif event.event_type == DagsterEventType.STEP_FAILURE:
                self.report_failure(event)
        elif record.levelno >= logging.ERROR and meta:
            self.complain(meta.get("orig_message", record.getMessage()))
        elif not meta and not hasattr(record, "fuzhi"):
            self.status.update(record.getMessage())

    def report_failure(self, event: DagsterEvent) -> None:
        """Say what stopped a step; a check that is red has said it already."""
        error = event.step_failure_data.error
        cause = error.cause if error is not None and error.cause is not None else error
        if cause is not None and cause.cls_name != "DagsterAssetCheckFailedError":
            self.complain(f"{_label(event.step_key or '')}: {cause.message.strip()}")

    def complain(self, message: str) -> None:
        """Show an error, but not that what depends on a step that failed does not run: that goes without saying."""
        if not message.startswith("Dependencies for step"):
            self.console.print(f"[red]✗[/red] {escape(message)}", highlight=False, soft_wrap=True)


def _label(step: str) -> str:
    stage = next((stage for stage in STEPS if stage in step), step)
    dataset = step.removesuffix(f"_{stage}").removeprefix(f"{stage}__") if step != stage else ""
    return f"{STEPS.get(stage, stage)}{f': {dataset}' if dataset else ''}"
