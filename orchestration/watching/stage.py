"""What a run tells of itself while it works: an event per stage and dataset, in names and counts alone.

Nobody tells texts: they may quote a row. Of an error there is its type and where in the code it was raised.
"""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.running.log import LOG

# A name that the code gives, a number, whether something is so; none of them comes from a form.
Told = str | int | float | bool
DONE, FAILED, RED = "done", "failed", "red"
LEVELS = {FAILED: logging.ERROR, RED: logging.ERROR}


@dataclass
class Stage:
    """A stage at work; `outcome` and `counts` are told when it ends."""

    outcome: str = DONE
    counts: dict[str, Told] = field(default_factory=dict)

    def tell(self, **counts: Told) -> None:
        """What it came to."""
        self.counts.update(counts)


@contextmanager
def stage(name: str, dataset: str | None = None) -> Iterator[Stage]:
    """Tell when the block ends how long it took and what it came to; of an error its type and place, and raise it."""
    working, began = Stage(), time.perf_counter()
    try:
        yield working
    except Exception as error:
        failed = {"error": type(error).__name__, "place": place_of(error)}
        happened(name, dataset, failed, FAILED, time.perf_counter() - began)
        raise
    happened(name, dataset, working.counts, working.outcome, time.perf_counter() - began)


def happened(
    name: str,
    dataset: str | None,
    counts: Mapping[str, Told],
    outcome: str = DONE,
    seconds: float | None = None,
) -> None:
    """Tell that a stage has ended, of one dataset or of all of them; without `seconds` where they are not its own."""
    event: dict[str, Told] = {"event": "stage", "stage": name}
    if dataset is not None:
        event["dataset"] = dataset
    event["outcome"] = outcome
    if seconds is not None:
        event["seconds"] = round(seconds, 3)
    tell({**event, **counts}, LEVELS.get(outcome, logging.INFO))


def retried(what: str) -> None:
    """Tell that something is tried again: `what` names it in the words of the code, such as `step` or `rest`."""
    tell({"event": "retry", "what": what}, logging.WARNING)


def tell(event: Mapping[str, Told], level: int = logging.INFO) -> None:
    """Hand an event to whoever records the run (`recording.py`); nobody else hears of it."""
    LOG.log(level, "%s", event["event"], extra={"fuzhi": event})


def place_of(error: BaseException) -> str:
    """Where an error was raised, as `releasing.py:80 in release`."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{Path(last.filename).name}:{last.lineno} in {last.name}"
