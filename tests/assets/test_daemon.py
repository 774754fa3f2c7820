"""Dagster as a team has it: storage in PostgreSQL, a code server, a daemon; sensor, schedule, backfill, and a kill.

One installation and one daemon for all of it; what is waited for is a state, never a time.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import dagster as dg
import pytest
from dagster import DagsterEventType, DagsterRun, DagsterRunStatus, RunsFilter
from dagster._core.storage.tags import PARENT_RUN_ID_TAG, SCHEDULE_NAME_TAG, SENSOR_NAME_TAG

from orchestration.running.instance import POSTGRES, with_driver
from orchestration.running.services import command
from tests.pipeline.conftest import Installation, install
from tests.pipeline.forms import PRODUCTS
from tests.postgresql import PASSWORD, Cluster

BUREAU = "济南市工业和信息化局"
Found = TypeVar("Found")
# In seconds. Nothing takes as long unless it will never be.
NEVER = 240.0


def until(look: Callable[[], Found | None]) -> Found:
    """What there is as soon as there is something."""
    deadline = time.monotonic() + NEVER
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError("it never came to be")


@dataclass(frozen=True)
class Team:
    installation: Installation
    instance: dg.DagsterInstance
    log: Path

    def runs(self, **tags: str) -> list[DagsterRun]:
        return list(self.instance.get_runs(RunsFilter(tags=tags)))

    def ended(self, **tags: str) -> DagsterRun:
        """The only run with these tags, once it has ended."""
        return until(lambda: next((run for run in self.runs(**tags) if run.is_finished), None))

    def partitions(self) -> dict[str, dict[str, object]]:
        """By round what Dagster shows of it."""
        key = dg.AssetKey(["sent", "new_products"])
        records = self.instance.fetch_materializations(key, limit=100).records
        shown: dict[str, dict[str, object]] = {}
        for record in records:
            materialization = record.asset_materialization
            if materialization is not None and materialization.partition not in shown:
                shown[str(materialization.partition)] = {
                    name: value.value for name, value in materialization.metadata.items()
                }
        return shown


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory, postgresql: Cluster) -> Iterator[Team]:
    folder = tmp_path_factory.mktemp("team")
    made = install(folder, ["new_products"])
    made.submit(f"2024-01/{BUREAU}/产品.csv", PRODUCTS)
    settings = made.settings
    environment = {
        **os.environ,
        **{f"FUZHI_{name.upper()}": str(getattr(settings, name)) for name in ("project", "inbox", "workspace")},
        "FUZHI_PUBLISHED": str(settings.published),
        POSTGRES: postgresql.new_database(),
        "FUZHI_CODE_SERVER": f"127.0.0.1:{free_port()}",
        "FUZHI_WATCH": "1",
        "FUZHI_SCHEDULE": "* * * * *",
        "DAGSTER_HOME": str(settings.dagster_home),
        "DAGSTER_DISABLE_TELEMETRY": "1",
    }
    fuzhi = str(Path(sys.executable).with_name("fuzhi"))
    log = folder / "services.log"
    before = dict(os.environ)
    with log.open("wb") as out:
        start = {"env": environment, "stdout": out, "stderr": out, "start_new_session": True}
        services = [subprocess.Popen([fuzhi, "service", "code"], **start)]
        try:
            os.environ.update(environment, **{POSTGRES: with_driver(environment[POSTGRES])})
            command("daemon", settings, "", 0, writable=False)
            until(lambda: serving(made))
            dagster(made, "schedule", "stop", "due")
            services.append(subprocess.Popen([fuzhi, "service", "daemon"], **start))
            with dg.DagsterInstance.get() as instance:
                yield Team(made, instance, log)
        finally:
            for service in services:
                # Not asked to go: what runs the tests in the background may have them ignore it.
                os.killpg(service.pid, signal.SIGKILL)
            for service in services:
                service.wait()
            os.environ.clear()
            os.environ.update(before)


def dagster(installation: Installation, *arguments: str) -> None:
    """A command of Dagster's own, as an operator types it."""
    words = [str(Path(sys.executable).with_name("dagster")), *arguments[:2]]
    workspace = str(installation.settings.dagster_home / "workspace.yaml")
    done = subprocess.run([*words, "-w", workspace, *arguments[2:]], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def serving(installation: Installation) -> bool:
    """Whether the code server answers."""
    program, port = str(Path(sys.executable).with_name("dagster")), os.environ["FUZHI_CODE_SERVER"].split(":")[1]
    asked = [program, "api", "grpc-health-check", "-p", port]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="module")
def first(team: Team) -> DagsterRun:
    """The run that the sensor asks for."""
    run = team.ended(**{SENSOR_NAME_TAG: "inbox"})
    assert run.status == DagsterRunStatus.SUCCESS, team.log.read_text("utf-8")[-3000:]
    return run


def test_the_sensor_publishes_what_lies_in_the_inbox(team: Team, first: DagsterRun) -> None:
    assert json.loads((team.installation.settings.published / "new_products" / "latest.json").read_bytes())
    assert team.partitions() == {
        "2024-01": {"files": 1, "rows_read": 2, "published": 2, "superseded": 0, "quarantined": 0, "ignored": 0}
    }


def test_storage_is_postgresql_and_its_password_is_nowhere(team: Team, first: DagsterRun) -> None:
    assert type(team.instance.event_log_storage).__name__ == "PostgresEventLogStorage"
    home = team.installation.settings.dagster_home
    assert not list(home.rglob("*.db"))
    kept = [path for path in (*home.rglob("*"), team.log) if path.is_file()]
    assert [path.name for path in kept if PASSWORD.encode() in path.read_bytes()] == []


def test_a_round_is_read_again_by_a_backfill(team: Team, first: DagsterRun) -> None:
    """The forms themselves are read, not what is remembered of them, and nothing that stands is built anew."""
    dagster(team.installation, "job", "backfill", "-j", "round", "--partitions", "2024-01", "--noprompt")
    run = team.ended(**{"dagster/partition": "2024-01"})
    assert run.status == DagsterRunStatus.SUCCESS
    told = [entry.user_message for entry in team.instance.all_logs(run.run_id)]
    assert "2024-01: 1 files are read again" in told
    versions = [path.name for path in (team.installation.settings.published / "new_products").iterdir()]
    assert sorted(versions) == ["1.0.0", "latest.json"]


def test_a_run_whose_worker_is_killed_ends_with_the_same_bytes(team: Team, first: DagsterRun, tmp_path: Path) -> None:
    installation = team.installation
    more = PRODUCTS.replace("样例一号", "样例三号")
    installation.submit(f"2024-02/{BUREAU}/产品.csv", more)

    def building() -> tuple[DagsterRun, int] | None:
        for run in team.runs(**{SENSOR_NAME_TAG: "inbox"}):
            started = team.instance.all_logs(run.run_id, of_type=DagsterEventType.STEP_START)
            if run.run_id != first.run_id and any(entry.step_key == "models" for entry in started):
                said = " ".join(entry.user_message for entry in team.instance.all_logs(run.run_id))
                return run, int(re.findall(r"pid: (\d+)", said)[0])
        return None

    killed, worker = until(building)
    os.kill(worker, signal.SIGKILL)

    again = team.ended(**{PARENT_RUN_ID_TAG: killed.run_id})
    assert again.status == DagsterRunStatus.SUCCESS
    before = team.instance.get_run_by_id(killed.run_id)
    assert before is not None
    assert before.status == DagsterRunStatus.FAILURE
    assert {name: shown["published"] for name, shown in team.partitions().items()} == {"2024-01": 1, "2024-02": 2}

    undisturbed = install(tmp_path, ["new_products"])
    undisturbed.submit(f"2024-01/{BUREAU}/产品.csv", PRODUCTS)
    undisturbed.fuzhi("run")
    undisturbed.submit(f"2024-02/{BUREAU}/产品.csv", more)
    undisturbed.fuzhi("run")
    assert published_bytes(installation) == published_bytes(undisturbed)


def published_bytes(installation: Installation) -> dict[str, bytes]:
    published = installation.settings.published
    return {str(path.relative_to(published)): path.read_bytes() for path in published.rglob("*") if path.is_file()}


def test_the_schedule_runs(team: Team, first: DagsterRun) -> None:
    """Last, for it asks for a run every minute."""
    dagster(team.installation, "schedule", "start", "due")
    run = team.ended(**{SCHEDULE_NAME_TAG: "due"})
    assert run.status == DagsterRunStatus.SUCCESS
