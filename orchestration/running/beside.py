"""Work that is begun before the step that needs it: on a second core, beside the one thread that a run of Dagster is.

`fuzhi run` holds `beside()`. Whoever knows that a later step will need something begins it; the step asks for the
outcome. Where nothing was begun, as in a run that Dagster's UI has started, the step does the work itself.
What there is to begin says `ahead.py`.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from typing import Any, Generic, TypeVar

Result = TypeVar("Result")


@dataclass(frozen=True)
class Task(Generic[Result]):
    """Work under a name of its own. Unless it `has_children`, it and its result are pickled, and it must not print."""

    name: str
    work: Callable[..., Result]
    arguments: tuple[Any, ...]
    has_children: bool = False

    def do(self) -> Result:
        """Do the work here and now."""
        return self.work(*self.arguments)


class _Beside:
    """The process and the thread, and by a name of its own what was begun."""

    def __init__(self) -> None:
        # Forked, so that it has what this process has imported; before this one has threads.
        context = multiprocessing.get_context("fork")
        ours, theirs = context.Pipe()
        self.child = context.Process(target=_serve, args=(theirs, ours), daemon=True)
        self.child.start()
        theirs.close()
        self.connection = ours
        # One thread hands the process its tasks, each when it has answered the one before; the other does work itself.
        self.asking, self.doing = ThreadPoolExecutor(1), ThreadPoolExecutor(1)
        self.begun: dict[str, Future[Any]] = {}
        self.stopping = False

    def ask(self, task: Task[Any]) -> Any:
        """Have the process do it. Where it fails there, or the process died, it is done again here, to fail here."""
        try:
            self.connection.send(task)
            done, result = self.connection.recv()
        except (EOFError, OSError):
            if self.stopping:
                raise
            done, result = False, None
        return result if done else task.do()

    def stop(self) -> None:
        """End both, whatever they are at."""
        self.stopping = True
        for executor in (self.asking, self.doing):
            executor.shutdown(wait=False, cancel_futures=True)
        # Not asked to go: a run that a shell started in the background may ignore signals, and so do its children.
        self.child.kill()
        self.child.join()
        for executor in (self.asking, self.doing):
            executor.shutdown()
        self.connection.close()


_beside: _Beside | None = None


@contextmanager
def beside() -> Iterator[None]:
    """Let work be begun beside this process until the block ends; what nobody has asked for by then is given up."""
    global _beside
    _beside = _Beside()
    try:
        yield
    finally:
        _beside.stop()
        _beside = None


def begin(task: Task[Any]) -> None:
    """Begin a task beside this process; those that have children of their own in a thread of this one."""
    if _beside is not None:
        executor = _beside.doing if task.has_children else _beside.asking
        work = task.do if task.has_children else partial(_beside.ask, task)
        _beside.begun[task.name] = executor.submit(work)


def outcome(task: Task[Result]) -> Result:
    """What the task gives or raises: begun under its name before, or done here and now."""
    begun = _beside.begun.pop(task.name, None) if _beside is not None else None
    result: Result = task.do() if begun is None else begun.result()
    return result


def _serve(connection: Connection, ours: Connection) -> None:
    # Without its own copy of the other end, the process ends with the run, however that is killed.
    ours.close()
    # A Ctrl-C is for the run, which stops this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        try:
            task = connection.recv()
        except EOFError:
            return
        try:
            answer = (True, task.do())
        except Exception:  # noqa: BLE001 - the run does it again and tells it in its own words
            answer = (False, None)
        connection.send(answer)
