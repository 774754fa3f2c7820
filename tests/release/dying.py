"""A process that releases a mart and is killed by SIGKILL just before one of its file operations."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from orchestration.release import release, write_index
from orchestration.release.minisign import SecretKey
from orchestration.release.signing import publish_key
from tests.release.marts import CREATED, SCENES, VALIDATION

KEY = SecretKey(bytes(8), bytes(32))
LINEAGE = {"rows": {"published": 1}}

EVENTS = {"open", "os.rename", "os.chmod", "os.mkdir", "shutil.copyfile"}
# Folders are removed by names relative to them, so these are counted wherever they are.
REMOVALS = {"os.remove", "os.rmdir"}
# Reading changes nothing: to die before it is to die after the last change.
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def run(published: Path, mart: Path) -> None:
    """One run of the release path: the public key, the package with lineage and signature, the index."""
    published.mkdir(exist_ok=True)
    publish_key(published, KEY.public)
    release(SCENES, mart, VALIDATION, published, created=CREATED, lineage=LINEAGE, key=KEY)
    write_index(published)


def run_and_die(published: Path, mart: Path, before: int) -> None:
    """Run, and be killed before file operation number `before`, from 0; ends well where there are fewer."""
    seen = 0

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal seen
        if event not in REMOVALS and not (event in EVENTS and _below(published, arguments)):
            return
        if event == "open" and not arguments[2] & WRITING:
            return
        if seen == before:
            os.kill(os.getpid(), signal.SIGKILL)
        seen += 1

    sys.addaudithook(hook)
    run(published, mart)


def _below(folder: Path, arguments: tuple[Any, ...]) -> bool:
    return any(str(path).startswith(str(folder)) for path in arguments[:2])
