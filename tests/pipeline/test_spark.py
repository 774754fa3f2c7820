"""The sample through DuckDB and through Spark: every table is the same, and every published byte; what fails is red.

`make test` compares what has SQL of its own, on Spark within the run; with FUZHI_TEST_SPARK=whole it is every dataset,
what is red keeps its last release, on a Spark Connect server too, and a run that was killed leaves nothing behind.
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
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
import yaml

from orchestration.contracts import load_contracts
from orchestration.sample import write_sample
from orchestration.settings import PROJECT
from tests.pipeline.conftest import CORE, Installation, install, settings_in
from tests.pipeline.forms import PRODUCTS, SCENES

WHOLE = os.environ.get("FUZHI_TEST_SPARK") == "whole"
# The core registers, and of what is derived that whose SQL the registers do not have; None: every dataset.
PART = (*CORE, "divisions", "enterprises", "submission_quality", "target_progress")
DATASETS = None if WHOLE else PART
# A dataset of this test's own, which no engine can build: it has to read the names of cities as numbers.
UNREADABLE = "unreadable"
UNREADABLE_MODEL = """\
select {{ derived_id() }} as id, code, name from {{ ref('cities') }} where cast(name as int) > 0 order by id
"""
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
takes_long = pytest.mark.skipif(not WHOLE, reason="takes long: FUZHI_TEST_SPARK=whole runs it")


def begin_on_spark(installation: Installation, told: dict[str, str]) -> subprocess.Popen[str]:
    """A run that has begun, as a user would begin it, in a group of processes of its own."""
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
    return subprocess.Popen(
        command,
        env=environment,
        cwd=nowhere,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def run_on_spark(installation: Installation, told: dict[str, str]) -> tuple[int, str, str]:
    """A whole run: its exit code, what it printed and what it complained of."""
    begun = begin_on_spark(installation, told)
    out, err = begun.communicate()
    # Hive would leave a metastore where it was started.
    assert not any((installation.settings.inbox.parent / "nowhere").iterdir())
    return begun.returncode, out, err


def for_few_rows(folder: Path) -> dict[str, str]:
    """The environment of a run whose Spark is told what is good for few rows."""
    folder.mkdir()
    (folder / "spark-defaults.conf").write_text(FEW_ROWS, "utf-8")
    return {"SPARK_CONF_DIR": str(folder)}


def install_with_what_cannot_be_read(folder: Path) -> Installation:
    """An installation without an inbox, of the datasets to be compared and of UNREADABLE."""
    installation = install(folder, DATASETS)
    settings = installation.settings
    settings.inbox.rmdir()
    contract = yaml.safe_load((PROJECT / "schemas" / "divisions.yaml").read_text("utf-8"))
    contract |= {"name": UNREADABLE, "title": "读不出的", "title_en": "Unreadable", "rules": []}
    contract["fields"] = [field for field in contract["fields"] if field["name"] in ("code", "name")]
    (settings.schemas / f"{UNREADABLE}.yaml").write_text(yaml.safe_dump(contract, allow_unicode=True), "utf-8")
    (settings.dbt_project / "models" / "derived" / f"{UNREADABLE}.sql").write_text(UNREADABLE_MODEL, "utf-8")
    (settings.expectations / f"{UNREADABLE}.yaml").write_text("[]\n", "utf-8")
    return installation


@pytest.fixture(scope="module")
def by_duckdb(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    installation = install_with_what_cannot_be_read(tmp_path_factory.mktemp("duckdb"))
    contracts = load_contracts(installation.settings.schemas)
    write_sample(installation.settings.inbox.parent, contracts)
    outcome = installation.fuzhi("run")
    assert outcome.exit_code == 1, outcome.err + outcome.out
    assert outcome.err.startswith(f"✗ {UNREADABLE}: error: ")
    assert outcome.dataset(UNREADABLE)["gate"] == "not run"
    assert versions(installation) == dict.fromkeys(contracts.keys() - {UNREADABLE}, "1.0.0")
    return installation


@pytest.fixture(scope="module")
def by_spark(by_duckdb: Installation, tmp_path_factory: pytest.TempPathFactory) -> tuple[Installation, str]:
    """The same after a run on Spark, and what that complained of."""
    # An awkward name: a quote and a blank.
    installation = install_with_what_cannot_be_read(tmp_path_factory.mktemp("spark") / "Fu's work")
    shutil.copytree(by_duckdb.settings.inbox, installation.settings.inbox)
    code, out, err = run_on_spark(installation, for_few_rows(installation.settings.inbox.parent / "conf"))
    assert code == 1, err + out
    return installation, err


def test_what_cannot_be_cast_is_red_by_name_alone_and_without_values(by_spark: tuple[Installation, str]) -> None:
    _, said = by_spark
    assert said.startswith(f"✗ {UNREADABLE}: error: ")
    # With it its tests, and nothing else.
    assert {line.split()[1] for line in said.splitlines() if line.startswith("✗")} == {
        f"{UNREADABLE}:",
        f"not_null_{UNREADABLE}_id:",
        f"unique_{UNREADABLE}_id:",
    }
    assert "[CAST_INVALID_INPUT] The value '…" in said
    assert "市" not in said


def test_every_table_is_the_same(by_duckdb: Installation, by_spark: tuple[Installation, str]) -> None:
    installations = by_duckdb, by_spark[0]
    # What DuckDB began to write of UNREADABLE lies beside the tables.
    names = sorted(path.name for path in by_duckdb.settings.marts.iterdir() if not path.name.startswith("tmp_"))
    assert sorted(path.name for path in by_spark[0].settings.marts.iterdir()) == names
    datasets = load_contracts(by_duckdb.settings.schemas).keys() - {UNREADABLE}
    assert {f"{name}.parquet" for name in datasets} <= {*names}
    assert {f"{name}{part}.parquet" for name in CORE for part in ("", "__issues", "__quarantine", "__accounts")} <= {
        *names
    }
    for name in names:
        one, two = (table(installation.settings.marts / name) for installation in installations)
        assert two.columns == one.columns, name
        assert two.types == one.types, name
        rows = [one.fetchall(), two.fetchall()]
        if name.startswith("stg_"):
            # Staged rows are in no order.
            rows = [sorted(found, key=str) for found in rows]
        assert rows[0] == rows[1], name


def test_every_published_byte_is_the_same(by_duckdb: Installation, by_spark: tuple[Installation, str]) -> None:
    assert differences(by_duckdb, by_spark[0]) == ""


@dataclass(frozen=True)
class TwoRounds:
    """Two small registers: `before` has published one round and was sent another, `after` has published both."""

    before: Path
    after: Installation

    def installation(self, folder: Path) -> Installation:
        """One of its own to publish the second round in."""
        shutil.copytree(self.before, folder, copy_function=shutil.copy2)
        return Installation(settings_in(folder))


@pytest.fixture(scope="module")
def two_rounds(tmp_path_factory: pytest.TempPathFactory) -> TwoRounds:
    folder = tmp_path_factory.mktemp("two_rounds")
    after = install(folder / "after", ("new_products", "scene_items"))
    after.submit("2024-01/济南市工业和信息化局/产品.csv", PRODUCTS)
    after.submit("2024-01/济南市工业和信息化局/scene_items/场景.csv", SCENES)
    first = after.fuzhi("run")
    assert first.exit_code == 0, first.err + first.out
    after.submit("2024-02/济南市工业和信息化局/产品.csv", PRODUCTS.replace("样例一号", AWKWARD))
    after.submit("2024-02/济南市工业和信息化局/scene_items/场景.csv", SCENES.replace("样例质检", "样例巡检"))
    shutil.copytree(folder / "after", folder / "before", copy_function=shutil.copy2)
    second = after.fuzhi("run")
    assert second.exit_code == 0, second.err + second.out
    return TwoRounds(folder / "before", after)


@takes_long
@pytest.mark.parametrize("where", ["within the run", "on a server"])
def test_the_last_release_of_what_cannot_be_cast_stands_and_the_next_run_recovers(
    where: str, two_rounds: TwoRounds, tmp_path: Path
) -> None:
    by_spark = two_rounds.installation(tmp_path / "spark")
    mart = by_spark.settings.dbt_project / "models" / "marts" / "new_products.sql"
    good = mart.read_text("utf-8")

    with spark_there(where, for_few_rows(tmp_path / "conf")) as told:
        mart.write_text(good.replace("order by id", "and cast(product_name as int) > 0\norder by id"), "utf-8")
        code, out, err = run_on_spark(by_spark, told)
        assert code == 1, err + out
        assert err.startswith("✗ new_products: error: ")
        assert "[CAST_INVALID_INPUT] The value '…" in err
        assert not any(value in err + out for value in ("样例", "三号"))
        assert versions(by_spark) == {"new_products": "1.0.0", "scene_items": "1.1.0"}

        mart.write_text(good, "utf-8")
        code, out, err = run_on_spark(by_spark, told)
    assert (code, err) == (0, ""), out
    assert versions(by_spark) == {"new_products": "1.1.0", "scene_items": "1.1.0"}
    assert differences(two_rounds.after, by_spark) == ""


@takes_long
@pytest.mark.parametrize(
    ("when", "alone"),
    [
        ("workspace/spark/stg_new_products.parquet/part-*", False),
        # Java has to end by itself, for nobody waits for it.
        ("workspace/spark/stg_new_products.parquet/part-*", True),
        ("workspace/spark/scene_items.parquet/part-*", False),
        ("published/*/1.1.0", False),
    ],
)
def test_after_a_run_that_was_killed_the_next_one_publishes_the_same(
    when: str, alone: bool, two_rounds: TwoRounds, tmp_path: Path
) -> None:
    by_spark = two_rounds.installation(tmp_path / "spark")
    told = for_few_rows(tmp_path / "conf")
    begun = begin_on_spark(by_spark, told)
    try:
        while not any((tmp_path / "spark").glob(when)):
            assert begun.poll() is None, "the run has ended before it could be killed"
            time.sleep(0.01)
        (os.kill if alone else os.killpg)(begun.pid, signal.SIGKILL)
        begun.communicate()
        assert begun.returncode == -signal.SIGKILL
        code, out, err = run_on_spark(by_spark, told)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(begun.pid, signal.SIGKILL)
    assert (code, err) == (0, ""), out
    assert differences(two_rounds.after, by_spark) == ""


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
