"""What the tests of child processes let children do: they import it by name."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from orchestration.contracts import Contract
from orchestration.intake import take_in, taking_in
from orchestration.intake.issues import Refusal
from orchestration.intake.limits import DEFAULT_LIMITS
from orchestration.intake.peek import _look


def do(task: str) -> str:
    """Do what the task says, well or badly."""
    match task:
        case "refuse":
            raise Refusal("file_no_table", "x")
        case "fail":
            raise KeyError("a value that must not be told")
        case "exhaust":
            return str(len(bytearray(1024**3)))
        case "litter":
            # 20 MiB in lists that hold each other, as cells and sheets do.
            for _ in range(20_000):
                pair: list[object] = [bytes(1024)]
                pair.append([pair])
        case "abort":
            os.abort()
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "spin":
            while True:
                pass
        case "sleep":
            signal.pause()
        case "leave":
            os._exit(3)
    return task


def take_in_and_die(inbox: Path, workspace: Path, contracts: dict[str, Contract], parsed: int) -> None:
    """Take in an inbox and be killed once so many files are parsed."""

    def die(done: int, total: int, submission: str) -> None:
        if done == parsed:
            os.kill(os.getpid(), signal.SIGKILL)

    taking_in.KEPT_EVERY = 0
    take_in(inbox, workspace, contracts, progress=die)


def look(path: Path) -> int:
    """Look into a file as `peek` does; the number of its sheets."""
    return len(_look(path, {}, DEFAULT_LIMITS).sheets)
