"""The sample through DuckDB and through Spark: every table is the same, and every published byte; what fails is red.

`make test` compares what has SQL of its own, on Spark within the run; with FUZHI_TEST_SPARK=whole it is every dataset,
and what is red keeps its last release, on a Spark Connect server too.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from orchestration.contracts import load_contracts
from orchestration.sample import write_sample
from orchestration.settings import PROJECT
from tests.pipeline.conftest import CORE, Installation, install, settings_in
from tests.pipeline.forms import PRODUCTS, SCENES

WHOLE = os.environ.get("FUZHI_TEST_SPARK") == "whole"
# The core registers, and of what is derived that whose SQL the registers do not have; None: every dataset.
PART = (*CORE, "divisions", "enterprises", "issue_types", "submission_quality", "target_progress")
DATASETS = None if WHOLE else PART
# `make test` makes it: what Spark needs on top of .venv, where others would import it and take longer.
PYTHON = PROJECT / ".venv-spark" / "bin" / "python"
# For tables of a few rows: to compile models to Java, and Java to machine code, takes longer than to do without.
FEW_ROWS = """\
spark.master local[2]
spark.driver.memory 3g
spark.ui.enabled false
spark.sql.shuffle.partitions 1
spark.sql.adaptive.enabled false
spark.sql.codegen.wholeStage false
spark.sql.codegen.factoryMode NO_CODEGEN
spark.driver.extraJavaOptions -Xss4m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
"""
# An apostrophe must not let out what follows it in a message.
AWKWARD = "样例's三号"

pytestmark = [
    pytest.mark.skipif(not PYTHON.exists(), reason=".venv-spark is missing: make test makes it"),
    pytest.mark.skipif(not shutil.which("java"), reason="Java is missing: apt-get install openjdk-17-jre-headless"),
]


def run_on_spark(installation: Installation, told: dict[str, str]) -> subprocess.CompletedProcess[str]:
    settings = installation.settings
    environment = {
        **os.environ,
        "PYTHONPATH": str(PROJECT),
        "FUZHI_ENGINE": "spark",
        "FUZHI_PROJECT": str(settings.project),
        "FUZHI_INBOX": str(settings.inbox),
        "FUZHI_WORKSPACE": str(settings.workspace),
        "FUZHI_PUBLISHED": str(settings.published),
        **told,
    }
    command = [str(PYTHON), "-c", "from orchestration.cli import app; app()", "run"]
    nowhere = settings.inbox.parent / "nowhere"
    nowhere.mkdir(exist_ok=True)
    done = subprocess.run(command, env=environment, cwd=nowhere, capture_output=True, text=True, check=False)
    # Hive would leave a metastore where it was started.
    assert not any(nowhere.iterdir())
    return done


def for_few_rows(folder: Path) -> dict[str, str]:
    """The environment of a run whose Spark is told what is good for few rows."""
    folder.mkdir()
    (folder / "spark-defaults.conf").write_text(FEW_ROWS, "utf-8")
    return {"SPARK_CONF_DIR": str(folder)}


@pytest.fixture(scope="module")
def by_duckdb(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    installation = install(tmp_path_factory.mktemp("duckdb"), DATASETS)
    installation.settings.inbox.rmdir()
    write_sample(installation.settings.inbox.parent, load_contracts(installation.settings.schemas))
    outcome = installation.fuzhi("run")
    assert outcome.exit_code == 0, outcome.err + outcome.out
    return installation


@dataclass(frozen=True)
class Red:
    """An installation after a run on Spark in which `divisions` could not cast the names of its rows."""

    installation: Installation
    done: subprocess.CompletedProcess[str]
    versions: dict[str, str]


@pytest.fixture(scope="module")
def red(by_duckdb: Installation, tmp_path_factory: pytest.TempPathFactory) -> Red:
    # An awkward name: a quote and a blank.
    installation = install(tmp_path_factory.mktemp("spark") / "Fu's work", DATASETS)
    installation.settings.inbox.rmdir()
    shutil.copytree(by_duckdb.settings.inbox, installation.settings.inbox)
    told = for_few_rows(installation.settings.inbox.parent / "conf")
    model = installation.settings.dbt_project / "models" / "derived" / "divisions.sql"
    good = model.read_text("utf-8")
    model.write_text(good.replace("order by id", "where cast(name as int) > 0\norder by id"), "utf-8")
    done = run_on_spark(installation, told)
    model.write_text(good, "utf-8")
    return Red(installation, done, versions(installation))


@pytest.fixture(scope="module")
def by_spark(red: Red) -> Installation:
    """The run after it, which recovers."""
    done = run_on_spark(red.installation, {"SPARK_CONF_DIR": str(red.installation.settings.inbox.parent / "conf")})
    assert done.returncode == 0, done.stderr + done.stdout
    assert done.stderr == ""
    return red.installation


def test_what_cannot_be_cast_fails_its_dataset_alone_and_without_values(by_duckdb: Installation, red: Red) -> None:
    assert red.done.returncode == 1, red.done.stderr + red.done.stdout
    assert red.done.stderr.startswith("✗ divisions: error: ")
    assert "[CAST_INVALID_INPUT] The value '…" in red.done.stderr
    assert "市" not in red.done.stderr
    assert {**red.versions, "divisions": "1.0.0"} == versions(by_duckdb)
    assert "divisions" not in red.versions


def test_every_table_is_the_same(by_duckdb: Installation, by_spark: Installation) -> None:
    names = sorted(path.name for path in by_duckdb.settings.marts.iterdir())
    assert sorted(path.name for path in by_spark.settings.marts.iterdir()) == names
    assert {f"{name}.parquet" for name in load_contracts(by_duckdb.settings.schemas)} <= {*names}
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
    assert differences(by_duckdb, by_spark) == ""


@pytest.mark.skipif(not WHOLE, reason="takes long: FUZHI_TEST_SPARK=whole runs it")
@pytest.mark.parametrize("where", ["within the run", "on a server"])
def test_the_last_release_of_what_cannot_be_cast_stands_and_the_next_run_recovers(where: str, tmp_path: Path) -> None:
    by_duckdb = install(tmp_path / "duckdb", ("new_products", "scene_items"))
    by_duckdb.submit("2024-01/济南市工业和信息化局/产品.csv", PRODUCTS)
    by_duckdb.submit("2024-01/济南市工业和信息化局/scene_items/场景.csv", SCENES)
    first = by_duckdb.fuzhi("run")
    assert first.exit_code == 0, first.err + first.out
    by_duckdb.submit("2024-02/济南市工业和信息化局/产品.csv", PRODUCTS.replace("样例一号", AWKWARD))
    by_duckdb.submit("2024-02/济南市工业和信息化局/scene_items/场景.csv", SCENES.replace("样例质检", "样例巡检"))
    shutil.copytree(tmp_path / "duckdb", tmp_path / "spark", copy_function=shutil.copy2)
    by_spark = Installation(settings_in(tmp_path / "spark"))
    mart = by_spark.settings.dbt_project / "models" / "marts" / "new_products.sql"
    good = mart.read_text("utf-8")

    with spark_there(where, for_few_rows(tmp_path / "conf")) as told:
        mart.write_text(good.replace("order by id", "and cast(product_name as int) > 0\norder by id"), "utf-8")
        red = run_on_spark(by_spark, told)
        assert red.returncode == 1, red.stderr + red.stdout
        assert red.stderr.startswith("✗ new_products: error: ")
        assert "[CAST_INVALID_INPUT] The value '…" in red.stderr
        assert not any(value in red.stderr + red.stdout for value in ("样例", "三号"))
        assert versions(by_spark) == {"new_products": "1.0.0", "scene_items": "1.1.0"}

        mart.write_text(good, "utf-8")
        recovered = run_on_spark(by_spark, told)
    assert (recovered.returncode, recovered.stderr) == (0, ""), recovered.stdout
    assert versions(by_spark) == {"new_products": "1.1.0", "scene_items": "1.1.0"}
    second = by_duckdb.fuzhi("run")
    assert second.exit_code == 0, second.err + second.out
    assert differences(by_duckdb, by_spark) == ""


def differences(one: Installation, two: Installation) -> str:
    """What diff says of what they have published."""
    command = ["diff", "-r", str(one.settings.published), str(two.settings.published)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def versions(installation: Installation) -> dict[str, str]:
    homes = installation.settings.published.glob("*/latest.json")
    return {home.parent.name: json.loads(home.read_bytes())["version"] for home in homes}


@contextmanager
def spark_there(where: str, told: dict[str, str]) -> Iterator[dict[str, str]]:
    """The environment of runs on Spark within the run, or on a server of its own on this machine alone."""
    if where == "within the run":
        yield told
        return
    folder = Path(told["SPARK_CONF_DIR"])
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (home,) = PYTHON.parents[1].glob("lib/python*/site-packages/pyspark")
    environment = (
        os.environ | told | {"SPARK_HOME": str(home), "SPARK_LOG_DIR": str(folder), "SPARK_PID_DIR": str(folder)}
    )
    conf = {
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": str(port),
        "spark.sql.catalogImplementation": "in-memory",
    }
    command = ["bash", str(home / "sbin" / "start-connect-server.sh"), "--wait"]
    command += [word for name, value in conf.items() for word in ("--conf", f"{name}={value}")]
    with (folder / "said.txt").open("w") as said:
        server = subprocess.Popen(
            command, env=environment, cwd=folder, stdout=said, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        while not listens(port):
            assert server.poll() is None, (folder / "said.txt").read_text("utf-8")
            time.sleep(0.1)
        yield {"SPARK_REMOTE": f"sc://127.0.0.1:{port}"}
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def table(path: Path) -> duckdb.DuckDBPyRelation:
    return duckdb.read_parquet(str(path), hive_partitioning=False)
