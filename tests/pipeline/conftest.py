"""Installations to run the real pipeline in: a copy of the project with folders of its own."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from orchestration.contracts import load_contracts
from orchestration.contracts.dbt_files import write_dbt_files
from orchestration.settings import PROJECT, Settings


@cache
def _warm() -> subprocess.Popen[str]:
    """The process that runs are forked from; it ends when its input does, with the tests."""
    command = [sys.executable, str(Path(__file__).with_name("warm.py"))]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=PROJECT)


@dataclass(frozen=True)
class Outcome:
    """What a command left: its exit code, what it printed, and its report."""

    exit_code: int
    out: str
    err: str
    report: dict[str, Any]

    def dataset(self, name: str) -> dict[str, Any]:
        return next(one for one in self.report["datasets"] if one["dataset"] == name)


@dataclass(frozen=True)
class Installation:
    """A project with inbox, workspace and published folder; `fuzhi` runs in it as a user would run it."""

    settings: Settings

    def fuzhi(self, *arguments: str) -> Outcome:
        report = self.settings.workspace.parent / "report.json"
        if arguments[0] == "run":
            arguments = (*arguments, "--report", str(report))
        environment = {
            **os.environ,
            "FUZHI_PROJECT": str(self.settings.project),
            "FUZHI_INBOX": str(self.settings.inbox),
            "FUZHI_WORKSPACE": str(self.settings.workspace),
            "FUZHI_PUBLISHED": str(self.settings.published),
            "COLUMNS": "160",
        }
        out, err = (self.settings.workspace.parent / f"{name}.txt" for name in ("stdout", "stderr"))
        request = {"arguments": arguments, "environment": environment, "out": str(out), "err": str(err)}
        warm = _warm()
        assert warm.stdin is not None
        assert warm.stdout is not None
        print(json.dumps(request), file=warm.stdin, flush=True)
        exit_code = int(warm.stdout.readline())
        content = json.loads(report.read_text("utf-8")) if report.exists() else {"datasets": []}
        return Outcome(exit_code, out.read_text("utf-8"), err.read_text("utf-8"), content)

    def submit(self, place: str, text: str) -> None:
        path = self.settings.inbox / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


CORE = ("morning_star_factories", "new_products", "scene_items")


def install(folder: Path, datasets: Collection[str] | None = CORE) -> Installation:
    """A copy of the project with these datasets (None: all of them), for a run costs by the number of datasets."""
    settings = settings_in(folder)
    for name in ("schemas", "dbt_project", "expectations"):
        shutil.copytree(PROJECT / name, settings.project / name, ignore=shutil.ignore_patterns("logs"))
    if datasets is not None:
        models = settings.dbt_project / "models"
        for path in (*settings.schemas.glob("*.yaml"), *models.glob("marts/*.sql"), *models.glob("derived/*.*")):
            if path.stem.split("__")[0] not in datasets:
                path.unlink()
        write_dbt_files(load_contracts(settings.schemas), settings.dbt_project)
    settings.inbox.mkdir()
    return Installation(settings)


def settings_in(folder: Path) -> Settings:
    return Settings(folder / "project", folder / "inbox", folder / "workspace", folder / "published")


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    """An installation with an empty inbox."""
    return install(tmp_path)


@dataclass(frozen=True)
class SampleRun:
    """The bundled sample, published once for all tests that only look at it."""

    installation: Installation
    outcome: Outcome
    manifest: dict[str, Any]


@pytest.fixture(scope="session")
def sample_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SampleRun]:
    from orchestration.sample import write_sample

    folder = tmp_path_factory.mktemp("sample")
    made = install(folder, datasets=None)
    made.settings.inbox.rmdir()
    write_sample(folder, load_contracts(made.settings.schemas))
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    yield SampleRun(made, made.fuzhi("run"), manifest)
