"""The sample through DuckDB and through Spark: every table is the same, and every published byte."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import duckdb
import pytest

from orchestration.contracts import load_contracts
from orchestration.sample import write_sample
from orchestration.settings import PROJECT
from tests.pipeline.conftest import CORE, Installation, install

# The core registers, and of what is derived that whose SQL the registers do not have.
DATASETS = (*CORE, "divisions", "enterprises", "issue_types", "submission_quality", "target_progress")
# `make test` makes it: what Spark needs on top of .venv, where others would import it and take longer.
PYTHON = PROJECT / ".venv-spark" / "bin" / "python"

pytestmark = [
    pytest.mark.skipif(not PYTHON.exists(), reason=".venv-spark is missing: make test makes it"),
    pytest.mark.skipif(not shutil.which("java"), reason="Java is missing: apt-get install openjdk-17-jre-headless"),
]


def run_on_spark(installation: Installation) -> subprocess.CompletedProcess[str]:
    settings = installation.settings
    environment = {
        **os.environ,
        "PYTHONPATH": str(PROJECT),
        "FUZHI_ENGINE": "spark",
        "FUZHI_PROJECT": str(settings.project),
        "FUZHI_INBOX": str(settings.inbox),
        "FUZHI_WORKSPACE": str(settings.workspace),
        "FUZHI_PUBLISHED": str(settings.published),
    }
    command = [str(PYTHON), "-c", "from orchestration.cli import app; app()", "run"]
    nowhere = settings.inbox.parent / "nowhere"
    nowhere.mkdir()
    done = subprocess.run(command, env=environment, cwd=nowhere, capture_output=True, text=True, check=False)
    # Hive would leave a metastore where it was started.
    assert not any(nowhere.iterdir())
    return done


@pytest.fixture(scope="module")
def by_duckdb(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    installation = install(tmp_path_factory.mktemp("duckdb"), DATASETS)
    installation.settings.inbox.rmdir()
    write_sample(installation.settings.inbox.parent, load_contracts(installation.settings.schemas))
    outcome = installation.fuzhi("run")
    assert outcome.exit_code == 0, outcome.err + outcome.out
    return installation


@pytest.fixture(scope="module")
def by_spark(by_duckdb: Installation, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    # An awkward name: a quote and a blank.
    installation = install(tmp_path_factory.mktemp("spark") / "Fu's work", DATASETS)
    installation.settings.inbox.rmdir()
    shutil.copytree(by_duckdb.settings.inbox, installation.settings.inbox)
    done = run_on_spark(installation)
    assert done.returncode == 0, done.stderr + done.stdout
    assert done.stderr == ""
    return installation


def test_every_table_is_the_same(by_duckdb: Installation, by_spark: Installation) -> None:
    names = sorted(path.name for path in by_duckdb.settings.marts.iterdir())
    assert sorted(path.name for path in by_spark.settings.marts.iterdir()) == names
    assert {f"{name}{part}.parquet" for name in CORE for part in ("", "__issues", "__quarantine", "__accounts")} <= {
        *names
    }
    for name in names:
        one, two = (table(installation.settings.marts / name) for installation in (by_duckdb, by_spark))
        assert two.columns == one.columns, name
        assert two.types == one.types, name
        rows = [one.fetchall(), two.fetchall()]
        if name.startswith("stg_"):
            # Staged rows are in no order.
            rows = [sorted(found, key=str) for found in rows]
        assert rows[0] == rows[1], name


def test_every_published_byte_is_the_same(by_duckdb: Installation, by_spark: Installation) -> None:
    command = ["diff", "-r", str(by_duckdb.settings.published), str(by_spark.settings.published)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def table(path: Path) -> duckdb.DuckDBPyRelation:
    return duckdb.read_parquet(str(path), hive_partitioning=False)
