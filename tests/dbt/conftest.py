"""A copy of the dbt project with two datasets more, and a workspace that it was built in once for all tests here."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from orchestration.contracts import load_contracts
from orchestration.contracts.dbt_files import write_dbt_files
from tests.dbt.raw_workspace import RawWorkspace
from tests.dbt.submissions import TRIALS, submit_everything

PROJECT = Path(__file__).parents[2]
CORE = ("morning_star_factories", "new_products", "scene_items")

# Model and cells; for each cell the cell, its value as text, its faults.
RunCase = Callable[[str, Sequence[str]], list[tuple[str, str | None, str]]]


@dataclass(frozen=True)
class Project:
    """A dbt project and a workspace; dbt runs in a process of its own, since its settings are those of the process."""

    dbt_project: Path
    workspace: Path

    def dbt(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        target = self.workspace / "dbt"
        folders = ["--project-dir", self.dbt_project, "--profiles-dir", self.dbt_project, "--target-path", target]
        environment = os.environ | {"FUZHI_WORKSPACE": str(self.workspace), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
        return subprocess.run(
            [sys.executable, "-m", "dbt.cli.main", *arguments, *map(str, folders), "--log-path", str(target)],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def mart(self, name: str) -> list[dict[str, Any]]:
        """The rows of a Parquet file that dbt wrote."""
        rows: list[dict[str, Any]] = pq.read_table(self.workspace / "marts" / f"{name}.parquet").to_pylist()
        return rows

    def results(self, kind: str) -> dict[str, str]:
        """What became of the nodes of this kind (`model`, `test`, `unit_test`) when the project was built, by name."""
        results = json.loads((self.workspace / "built.json").read_text("utf-8"))["results"]
        parts = [(result["unique_id"].split("."), result["status"]) for result in results]
        return {path[-1]: status for path, status in parts if path[0] == kind}


def few_datasets(folder: Path, datasets: Sequence[str]) -> Path:
    """A copy of the dbt project, beside one of `schemas/`, with these registers alone."""
    schemas, dbt_project = folder / "schemas", folder / "dbt_project"
    shutil.copytree(PROJECT / "schemas", schemas)
    shutil.copytree(PROJECT / "dbt_project", dbt_project, ignore=shutil.ignore_patterns("target", "logs"))
    shutil.rmtree(dbt_project / "models" / "derived")
    for path in (*schemas.glob("*.yaml"), *dbt_project.glob("models/marts/*.sql")):
        if path.stem not in datasets:
            path.unlink()
    return dbt_project


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project, built once with all its unit tests and data tests."""
    folder = tmp_path_factory.mktemp("installation")
    # Three registers stand for all of them; derived datasets have tests of their own (test_derived.py).
    dbt_project = few_datasets(folder, CORE)
    schemas, marts = folder / "schemas", dbt_project / "models" / "marts"
    for name, contract in (("trials", TRIALS), ("idle", TRIALS.replace("name: trials", "name: idle"))):
        (schemas / f"{name}.yaml").write_text(contract, "utf-8")
        mart = (marts / "scene_items.sql").read_text("utf-8").replace("scene_items", name)
        (marts / f"{name}.sql").write_text(mart, "utf-8")
    contracts = load_contracts(schemas)
    write_dbt_files(contracts, dbt_project)

    # An awkward name: a quote, a blank, what Hive would take for a partition.
    workspace = RawWorkspace(folder / "Fu's work=1", contracts)
    submit_everything(workspace)
    (workspace.path / "marts").mkdir()
    project = Project(dbt_project, workspace.path)
    outcome = project.dbt("build")
    assert outcome.returncode == 0, outcome.stdout
    # A later invocation, by whatever test, writes its own.
    shutil.copyfile(project.workspace / "dbt" / "run_results.json", project.workspace / "built.json")
    return project


@pytest.fixture(scope="session")
def run_case(tmp_path_factory: pytest.TempPathFactory) -> RunCase:
    """Runs a case model of `models/cases` on any cells: the very SQL of its unit tests, compiled once."""
    workspace = tmp_path_factory.mktemp("cases")
    # Of one dataset: dbt reads the whole of a project.
    folder = tmp_path_factory.mktemp("project")
    dbt_project = few_datasets(folder, ("scene_items",))
    write_dbt_files(load_contracts(folder / "schemas"), dbt_project)
    project = Project(dbt_project, workspace)
    outcome = project.dbt("compile", "--select", "path:models/cases")
    assert outcome.returncode == 0, outcome.stdout
    compiled = workspace / "dbt" / "compiled" / "fuzhi" / "models" / "cases"
    no_cells = (compiled / "cells.sql").read_text("utf-8").strip()

    def run(model: str, cells: Sequence[str]) -> list[tuple[str, str | None, str]]:
        sql = (compiled / f"{model}.sql").read_text("utf-8")
        assert no_cells in sql
        given = "select unnest(?::varchar[]) as cell, null as unit"
        relation = duckdb.execute(sql.replace(no_cells, given), [list(cells)])
        return [(cell, value, faults) for cell, _, value, faults in relation.fetchall()]

    return run
