"""Holding the workspace: two runs at once would write the same files."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestration.errors import UserError

# The workspaces that this process holds already: `fuzhi run` and the Dagster run that it starts are one.
_held: set[Path] = set()


class WorkspaceInUseError(UserError):
    """Another run holds the workspace; says which and what to do."""


@contextmanager
def alone(workspace: Path) -> Iterator[None]:
    """Hold the workspace until the block ends or the process dies. Raises WorkspaceInUseError where another has it."""
    place = workspace.resolve()
    if place in _held:
        yield
        return
    workspace.mkdir(parents=True, exist_ok=True)
    with (workspace / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise WorkspaceInUseError(
                f"另一次运行正在使用工作区{workspace}，请待其结束。 "
                f"Another run is using the workspace {workspace}: wait until it has ended."
            ) from None
        _held.add(place)
        try:
            yield
        finally:
            _held.discard(place)
