"""What a benchmark measured, as it is kept: one JSON file per run in history/, with facts of the machine."""

from __future__ import annotations

import datetime
import json
import os
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from orchestration.settings import PROJECT

HISTORY = Path(__file__).parent / "history"
LIBRARIES = ("duckdb", "dbt-core", "dagster", "great-expectations", "pandas", "frictionless")


@dataclass(frozen=True)
class Measurement:
    """One command, once: `what` it published (`csv`, `xlsx`, …), in which `size` (rows, workbooks) and which `way`."""

    what: str
    size: int
    way: str
    round: int
    wall: float
    cpu: float
    peak: int
    stages: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Record:
    """All that one benchmark measured, and where; names no host, no user and no path."""

    day: str
    commit: str
    changed: bool
    rounds: int
    inputs: str
    machine: dict[str, Any]
    libraries: dict[str, str]
    rows: dict[str, str]
    measurements: tuple[Measurement, ...]

    def of(self, what: str, size: int, way: str) -> list[Measurement]:
        """The measurements of one command, in the order of the rounds."""
        return [one for one in self.measurements if (one.what, one.size, one.way) == (what, size, way)]

    def median(self, what: str, size: int, way: str, of: str = "wall") -> float | None:
        """The median over the rounds; None where it was not measured."""
        found = [getattr(one, of) for one in self.of(what, size, way)]
        return median(found) if found else None

    def stages(self, what: str, size: int, way: str) -> dict[str, float]:
        """The median seconds of each stage."""
        found = [one.stages for one in self.of(what, size, way)]
        return {stage: median(each[stage] for each in found) for stage in found[0]} if found else {}

    def to_json(self) -> str:
        """As it is kept."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Record:
        """Read back what `to_json` wrote."""
        content = json.loads(text)
        return cls(**{**content, "measurements": tuple(Measurement(**one) for one in content["measurements"])})


def make_record(measurements: Sequence[Measurement], rounds: int, inputs: str, rows: dict[str, str]) -> Record:
    """A record of what was measured here and now."""
    return Record(
        day=datetime.datetime.now(datetime.UTC).date().isoformat(),
        commit=_git("rev-parse", "--short", "HEAD"),
        changed=bool(_git("status", "--porcelain")),
        rounds=rounds,
        inputs=inputs,
        machine=_machine(),
        libraries={name: version(name) for name in LIBRARIES},
        rows=rows,
        measurements=tuple(measurements),
    )


def keep(record: Record) -> Path:
    """Write the record into the history; one of the same day and commit takes the place of an earlier one."""
    HISTORY.mkdir(exist_ok=True)
    path = HISTORY / f"{record.day}-{record.commit}.json"
    path.write_text(record.to_json(), "utf-8")
    return path


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=PROJECT, capture_output=True, text=True, check=False)
    # No git, or no repository: a copy of the project can be measured as well.
    return done.stdout.strip() if done.returncode == 0 else ""


def _machine() -> dict[str, Any]:
    models = [line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "processor": models[0] if models else platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(memory / 2**30, 1),
        "system": platform.system(),
        "python": platform.python_version(),
    }


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines()
