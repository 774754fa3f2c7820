"""Two runs at once: the second says so and touches nothing, however it was started."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from orchestration.running.alone import WorkspaceInUseError, alone
from tests.pipeline.conftest import Installation, install
from tests.pipeline.forms import PRODUCTS

HOLD = """
import sys
from pathlib import Path
from orchestration.running.alone import alone
with alone(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""
# What Dagster's UI starts: the job, in a process of its own.
START_JOB = """
import dagster as dg
from orchestration.definitions import defs
with dg.DagsterInstance.ephemeral() as instance:
    result = defs.resolve_job_def("publish").execute_in_process(instance=instance, raise_on_error=False)
print("success" if result.success else "failure")
"""


@dataclass(frozen=True)
class Held:
    """An installation whose workspace another process holds until it is let go."""

    installation: Installation
    holder: subprocess.Popen[str]

    def let_go(self) -> None:
        self.holder.communicate("")


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Held]:
    installation = install(tmp_path, ["new_products"])
    installation.submit("2024-01/济南市工业和信息化局/产品.csv", PRODUCTS)
    command = [sys.executable, "-c", HOLD, str(installation.settings.workspace)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        yield Held(installation, holder)
        if holder.poll() is None:
            holder.kill()


def test_a_second_run_from_the_command_line_says_so(held: Held) -> None:
    outcome = held.installation.fuzhi("run")
    assert outcome.exit_code == 2
    assert "Another run is using the workspace" in outcome.err
    assert [path.name for path in held.installation.settings.workspace.iterdir()] == ["lock"]


def test_a_run_that_dagster_has_started_waits_before_its_first_step(held: Held) -> None:
    settings = held.installation.settings
    folders = {f"FUZHI_{name.upper()}": str(getattr(settings, name)) for name in ("project", "inbox", "workspace")}
    environment = {**os.environ, **folders, "FUZHI_PUBLISHED": str(settings.published)}
    command = [sys.executable, "-c", START_JOB]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as job:
        assert job.stderr is not None
        assert any("waiting until it has ended" in line for line in job.stderr)
        assert not (settings.workspace / "raw").exists()
        held.let_go()
        out, err = job.communicate()
    assert out.splitlines()[-1] == "success", err
    assert (settings.published / "new_products" / "latest.json").exists()


def test_one_process_may_hold_it_twice_and_gives_it_back_once(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with alone(tmp_path), alone(tmp_path):
        done = subprocess.run(command, input="", capture_output=True, text=True, check=False)
        assert "WorkspaceInUseError" in done.stderr
    done = subprocess.run(command, input="", capture_output=True, text=True, check=False)
    assert done.stdout == "held\n"


def test_it_is_given_back_when_the_block_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), alone(tmp_path):
        1 / 0  # noqa: B018
    with alone(tmp_path):
        pass


def test_the_error_names_the_workspace(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(WorkspaceInUseError, match=str(tmp_path)), alone(tmp_path):
            pass
        holder.communicate("")
