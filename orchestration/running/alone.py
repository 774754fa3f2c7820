"""Holding the workspace: two runs at once would write the same files."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestration.errors import UserError

# The workspaces that this process holds already: `fuzhi run` and the Dagster run that it starts are one.
_held: set[Path] = set()


class WorkspaceInUseError(UserError):
    """Another run holds the workspace; says which and what to do."""


@contextmanager
def alone(workspace: Path, before_waiting: Callable[[], None] | None = None) -> Iterator[None]:
    """Hold the workspace until the block ends or the process dies.

    Where another has it, raises WorkspaceInUseError; given `before_waiting`, calls that and waits until it is free.
    """
    place = workspace.resolve()
    if place in _held:
        yield
        return
    workspace.mkdir(parents=True, exist_ok=True)
    with (workspace / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if before_waiting is None:
                raise WorkspaceInUseError(
                    f"另一次运行正在使用工作区{workspace}，请待其结束。 "
                    f"Another run is using the workspace {workspace}: wait until it has ended."
                ) from None
            before_waiting()
            fcntl.flock(lock, fcntl.LOCK_EX)
        _held.add(place)
        try:
            yield
        finally:
            _held.discard(place)
