"""A process that pulls and is killed by SIGKILL just before one of its file operations."""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from orchestration.pulling import pull
from orchestration.settings import Settings

EVENTS = {"open", "os.rename", "os.mkdir", "os.remove"}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def pull_and_die(folder: Path, before: int) -> None:
    """Pull, and be killed before file operation number `before`, from 0, below that folder; or end well."""
    seen = 0

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal seen
        if event not in EVENTS or not any(str(each).startswith(str(folder)) for each in arguments[:2]):
            return
        if event == "open" and not arguments[2] & WRITING:
            return
        if seen == before:
            os.kill(os.getpid(), signal.SIGKILL)
        seen += 1

    sys.addaudithook(hook)
    (pulled,) = pull(settings_in(folder))
    if pulled.error:
        raise pulled.error


def settings_in(folder: Path) -> Settings:
    found = Settings.from_environment()
    return replace(found, inbox=folder / "inbox", workspace=folder / "workspace", sources=folder / "sources.yaml")
