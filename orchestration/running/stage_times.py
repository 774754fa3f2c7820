"""How long each stage of a run took, from the events that Dagster logs."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from orchestration.running.log import LOG

# `start` is what comes before the first step: imports, definitions, the dbt project. `rest` is what no stage took.
STAGES = ("start", "intake", "models", "gate", "release", "feedback", "derived", "catalogue", "rest")
_BY_NAME = {"intake": "intake", "models": "models", "derived_models": "derived"}
_ENDS = ("STEP_SUCCESS", "STEP_FAILURE", "STEP_SKIPPED")


@contextmanager
def timed() -> Iterator[StageTimes]:
    """Time the stages of the run in this block."""
    times = StageTimes()
    LOG.addHandler(times)
    try:
        yield times
    finally:
        LOG.removeHandler(times)


class StageTimes(logging.Handler):
    """Adds up the steps of each stage, one running at a time; `seconds` may be asked at any moment."""

    def __init__(self) -> None:
        super().__init__()
        self._began = self._step_began = time.perf_counter()
        self._seconds: dict[str, float] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Take note of a step that begins or ends."""
        event: Any = getattr(record, "dagster_meta", {}).get("dagster_event")
        # Told by its name, not by its class: nothing here needs Dagster, which takes seconds to import.
        kind = event and event.event_type_value
        now = time.perf_counter()
        if kind == "STEP_START":
            self._seconds.setdefault("start", now - self._began)
            self._step_began = now
        elif kind in _ENDS:
            stage = stage_of(event.step_key)
            self._seconds[stage] = self._seconds.get(stage, 0) + now - self._step_began

    def seconds(self) -> dict[str, float]:
        """Seconds of wall time by stage, 0 where it had nothing to do, in the order of STAGES; in sum the whole."""
        taken = {stage: self._seconds.get(stage, 0) for stage in STAGES[:-1]}
        whole = time.perf_counter() - self._began
        return {stage: round(took, 3) for stage, took in {**taken, "rest": whole - sum(taken.values())}.items()}


def stage_of(step: str) -> str:
    """The stage that a step of Dagster belongs to; `rest` for the checks that add up and look back."""
    if step.endswith("_gate"):
        return "gate"
    if step.endswith("_every_dataset_was_built"):
        return "rest"
    stage = _BY_NAME.get(step, step.split("__")[0])
    return stage if stage in STAGES else "rest"


def show_timings(seconds: Mapping[str, float], console: Console) -> None:
    """Show the stages with their seconds and shares, and the whole."""
    if not seconds:
        console.print("nothing has changed, no stage ran", highlight=False)
        return
    whole = sum(seconds.values())
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_footer=True)
    table.add_column("stage", "whole run")
    table.add_column("seconds", f"{whole:.1f}", justify="right")
    table.add_column("share", justify="right")
    for stage, took in seconds.items():
        table.add_row(stage, f"{took:.1f}", f"{took / whole:.0%}")
    console.print(table)
