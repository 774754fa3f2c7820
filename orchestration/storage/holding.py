"""Holding the workspace for one run, and with it what lies on object storage: brought down before, brought up after.

Whoever runs holds it: `fuzhi run` around all its stages, and the resource `workspace` around a run that Dagster has
started. Within a process that holds it already it does nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.running.alone import alone
from orchestration.settings import Settings

if TYPE_CHECKING:
    from orchestration.storage.session import Session

# By workspace what this process holds at URLs: `fuzhi run` and the Dagster runs that it starts are one.
_held: dict[Path, Session] = {}


@contextmanager
def held(settings: Settings, before_waiting: Callable[[], None] | None = None) -> Iterator[None]:
    """Hold the workspace, and all places that are given as URLs, until the block ends or the process dies.

    A block that fails brings nothing up: the next run begins with what lies at the URLs. Where another run has it,
    raises WorkspaceInUseError (on this machine) or StorageError (on another); given `before_waiting`, calls that and
    waits. Raises StorageError where the storage fails.
    """
    with alone(settings.workspace, before_waiting), ExitStack() as stack:
        if not settings.urls or settings.workspace in _held:
            yield
            return
        # A run on folders alone need not pay for it.
        from orchestration.storage.session import begin

        homes = {place: Path(getattr(settings, place)).parent for place in settings.urls}
        session = begin(stack, settings.urls, homes, before_waiting)
        _held[settings.workspace] = session
        try:
            yield
            session.bring_up()
        finally:
            del _held[settings.workspace]


def is_held(settings: Settings) -> bool:
    """Whether this process holds places that are given as URLs, so that their mirrors are what lies there."""
    return settings.workspace in _held


def bring_up(settings: Settings) -> None:
    """Bring up what has changed so far, where that is a step of a run and its failure the run's."""
    if settings.workspace in _held:
        _held[settings.workspace].bring_up()


@contextmanager
def held_to_pull(settings: Settings) -> Iterator[None]:
    """Hold inbox and workspace for a pull, where one of them is given as a URL; folders need not be held for it."""
    settings = replace(settings, published_url="")
    with held(settings) if settings.urls else nullcontext():
        yield


def listed_inbox(settings: Settings) -> list[tuple[str, str, str]]:
    """Of each file in an inbox that is given as a URL: path, what tells its content, and size with time; none is read.

    Raises StorageError where it cannot be listed.
    """
    from orchestration.storage.inbox import listed
    from orchestration.storage.remote import open_remote

    return listed(open_remote(settings.inbox_url))
