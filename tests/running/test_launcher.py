"""Whether the process of a run is still there, however it was started and whatever became of it."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.launcher.base import WorkerStatus
from dagster._core.storage.tags import GRPC_INFO_TAG
from dagster._core.test_utils import create_run_for_test

from orchestration.running.alone import alone
from orchestration.running.launcher import Launcher


@pytest.fixture
def launcher(tmp_path: Path) -> Iterator[Launcher]:
    (tmp_path / "dagster").mkdir()
    with dg.DagsterInstance.local_temp(str(tmp_path / "dagster")) as instance:
        launcher = Launcher()
        launcher.register_instance(instance)
        yield launcher


def status(launcher: Launcher, **tags: str) -> WorkerStatus:
    run = create_run_for_test(launcher._instance, job_name="publish", status=dg.DagsterRunStatus.STARTED, tags=tags)
    return launcher.check_run_worker_health(run).status


def test_a_run_from_the_command_line_is_there_while_the_workspace_is_held(launcher: Launcher, tmp_path: Path) -> None:
    holding = "import sys; from pathlib import Path; from orchestration.running.alone import alone\n"
    holding += "with alone(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", holding, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        assert status(launcher) == WorkerStatus.RUNNING
        holder.kill()
    assert status(launcher) == WorkerStatus.NOT_FOUND
    with alone(tmp_path):
        pass


def test_a_code_server_that_is_gone_for_good_has_no_run(launcher: Launcher, tmp_path: Path) -> None:
    gone = json.dumps({"host": "localhost", "socket": str(tmp_path / "gone.sock")})
    assert status(launcher, **{GRPC_INFO_TAG: gone}) == WorkerStatus.NOT_FOUND


def test_a_code_server_that_may_come_back_is_waited_for(launcher: Launcher) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        where = json.dumps({"host": "127.0.0.1", "port": nobody.getsockname()[1]})
        assert status(launcher, **{GRPC_INFO_TAG: where}) == WorkerStatus.RUNNING
