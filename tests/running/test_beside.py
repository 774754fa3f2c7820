"""Work begun beside a run: done elsewhere, told here, and gone with the run."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from orchestration.quality.suites import SuiteError
from orchestration.running.beside import Task, begin, beside, outcome
from orchestration.settings import PROJECT


def refuse(origin: str, reason: str) -> None:
    raise SuiteError(origin, reason)


def die_unless(pid: int) -> int:
    if os.getpid() != pid:
        os.kill(os.getpid(), signal.SIGKILL)
    return os.getpid()


def test_a_task_is_done_in_another_process_if_begun_and_else_here() -> None:
    task = Task("pid", os.getpid, ())
    assert outcome(task) == os.getpid()
    begin(task)
    assert outcome(task) == os.getpid(), "nothing is begun where nobody holds beside()"
    with beside():
        assert outcome(task) == os.getpid()
        begin(task)
        assert outcome(task) not in (os.getpid(), 0)
        assert outcome(task) == os.getpid(), "an outcome is for one step"


def test_a_task_with_children_of_its_own_is_done_in_a_thread_of_this_process() -> None:
    task = Task("thread", lambda: (os.getpid(), threading.current_thread()), (), has_children=True)
    with beside():
        begin(task)
        process, thread = outcome(task)
    assert process == os.getpid()
    assert thread is not threading.main_thread()


def test_an_error_is_raised_where_the_outcome_is_asked_for_as_if_it_were_done_there() -> None:
    task = Task("refused", refuse, ("suite.yaml, entry 1", "is none"))
    with beside():
        begin(task)
        # Errors with arguments of their own cannot be unpickled.
        with pytest.raises(SuiteError, match=r"^suite.yaml, entry 1: is none$"):
            outcome(task)
        pid = Task("pid", os.getpid, ())
        begin(pid)
        assert outcome(pid) != os.getpid(), "the process goes on"


def test_what_a_process_that_died_was_to_do_is_done_here() -> None:
    tasks = [Task(str(number), die_unless, (os.getpid(),)) for number in range(3)]
    with beside():
        for task in tasks:
            begin(task)
        assert [outcome(task) for task in tasks] == [os.getpid()] * 3


def test_it_ends_where_signals_are_ignored_as_in_a_shell_that_runs_it_in_the_background() -> None:
    code = """
import os, signal
for one in (signal.SIGINT, signal.SIGTERM):
    signal.signal(one, signal.SIG_IGN)
from orchestration.running.beside import Task, begin, beside
with beside():
    begin(Task("pid", os.getpid, ()))
"""
    assert subprocess.run([sys.executable, "-c", code], cwd=PROJECT, timeout=60, check=False).returncode == 0


RUN = """
import os, signal, time
# What runs the tests in the background may have them ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGTERM, signal.SIG_DFL)
from orchestration.running.beside import Task, begin, beside, outcome
with beside():
    pid = Task("pid", os.getpid, ())
    begin(pid)
    print(outcome(pid), flush=True)
    begin(Task("long", time.sleep, (600,)))
    time.sleep({seconds})
"""


def gone(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text("ascii").rsplit(")", 1)[1].split()[0] == "Z"


@pytest.mark.parametrize("signal_", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_the_process_ends_with_the_run_however_that_ends(signal_: signal.Signals) -> None:
    code = RUN.format(seconds=600).replace("(600,)", "(1,)")
    with subprocess.Popen([sys.executable, "-c", code], cwd=PROJECT, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        pid = int(run.stdout.readline())
        run.send_signal(signal_)
        run.wait(60)
    ends = threading.Event()
    while not gone(pid):
        ends.wait(0.05)


def test_what_nobody_asks_for_holds_no_run_up() -> None:
    code = RUN.format(seconds=0)
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, timeout=120, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
