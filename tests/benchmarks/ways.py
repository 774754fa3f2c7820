"""The ways that are compared, each as a command, and where each leaves the published table."""

from __future__ import annotations

import json
import shutil
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

from orchestration.release.latest import latest_table
from orchestration.settings import PROJECT
from tests.benchmarks.inputs import forms
from tests.benchmarks.measuring import Cost, measure

HERE = Path(__file__).parent
# Has what bare scripts need and Fuzhi does not; see requirements.in.
BENCH_PYTHON = PROJECT / ".venv-bench" / "bin" / "python"

BY_HAND, BARE, BARE_PACKAGE, FUZHI = "by hand", "bare", "bare, 4 formats", "fuzhi run"


@dataclass(frozen=True)
class Outcome:
    """What a way cost and where the published table is; `stages` in seconds, of `fuzhi run` alone."""

    cost: Cost
    parquet: Path | None
    stages: dict[str, float]


def publish(way: str, inbox: Path, out: Path) -> Outcome:
    """Publish the forms of an inbox in a folder that is empty."""
    if way == FUZHI:
        return run_fuzhi(inbox, out)
    (form,) = forms(inbox)
    if way == BY_HAND:
        cost = measure([sys.executable, HERE / "by_hand.py", form, out])
    else:
        formats = ["parquet", "csv", "json", "xlsx"] if way == BARE_PACKAGE else []
        cost = measure([BENCH_PYTHON, HERE / "bare.py", form, out, *formats])
    return Outcome(cost, out / "scene_items.parquet", {})


def run_fuzhi(inbox: Path, out: Path) -> Outcome:
    """`fuzhi run` with its workspace and what it publishes in `out`; it goes on from what is there."""
    report = out / "report.json"
    folders = ["--inbox", inbox, "--workspace", out / "workspace", "--published", out / "published"]
    cost = measure([Path(sys.executable).with_name("fuzhi"), "run", *folders, "--report", report])
    stages = json.loads(report.read_text("utf-8"))["seconds"]
    return Outcome(cost, latest_table(out / "published", "scene_items"), stages)


def emptied(folder: Path) -> Path:
    """The folder, without what an earlier run left; versions are read-only."""
    if folder.exists():
        for path in [folder, *folder.rglob("*")]:
            if path.is_dir() and not path.is_symlink():
                path.chmod(path.stat().st_mode | stat.S_IWUSR)
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    return folder
