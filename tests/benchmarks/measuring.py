"""What one command costs: wall time, processor time, and the peak memory of all its processes. Linux only."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SAMPLE_EVERY = 0.1
PAGE = os.sysconf("SC_PAGE_SIZE")


class CommandFailedError(Exception):
    """A command that is measured did not end with exit code 0."""


@dataclass(frozen=True)
class Cost:
    """`wall` and `cpu` in seconds, `peak` in bytes.

    `cpu` is user and system time of the command and of all its descendants that were waited for. `peak` is the largest
    sum, over the command and its descendants, of the memory that each holds, a page that several share counted once
    (PSS); it is looked at ten times a second, so what is held for less than that may be missed.
    """

    wall: float
    cpu: float
    peak: int


def measure(command: Sequence[str | Path]) -> Cost:
    """Run a command to its end. Raises CommandFailedError, with the end of what it complained of, where it fails."""
    with tempfile.TemporaryFile() as said:
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=said)
        peak = _Peak(process.pid)
        peak.start()
        # Of this very process, with what its descendants took; `resource` would add up all that ever ran.
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        peak.ended.set()
        peak.join()
        if process.returncode != 0:
            said.seek(0)
            end = said.read()[-2_000:].decode(errors="replace")
            raise CommandFailedError(f"{' '.join(map(str, command))} ended with {process.returncode}:\n{end}")
    return Cost(round(wall, 3), round(usage.ru_utime + usage.ru_stime, 3), peak.bytes)


class _Peak(threading.Thread):
    """Looks at a process and its descendants until it is told that they have ended."""

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self.root, self.bytes, self.ended = root, 0, threading.Event()

    def run(self) -> None:
        while not self.ended.wait(SAMPLE_EVERY):
            tree = list(_tree(self.root))
            # Adding up shared pages again and again is quick, and never less than counting them once: only where it
            # is more than the peak so far is it worth asking for the latter, which takes the kernel some milliseconds.
            if sum(map(_resident, tree)) > self.bytes:
                self.bytes = max(self.bytes, sum(map(_proportional, tree)))


def _tree(root: int) -> list[int]:
    found = [root]
    for pid in found:
        for thread in _entries(Path(f"/proc/{pid}/task")):
            found += map(int, _text(thread / "children").split())
    return found


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except FileNotFoundError:
        return []


def _text(path: Path) -> str:
    """What a file of /proc says; nothing where the process has just ended."""
    try:
        return path.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _resident(pid: int) -> int:
    fields = _text(Path(f"/proc/{pid}/statm")).split()
    return int(fields[1]) * PAGE if fields else 0


def _proportional(pid: int) -> int:
    for line in _text(Path(f"/proc/{pid}/smaps_rollup")).splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0
