"""A process that releases a mart and is killed by SIGKILL just before one of its file operations."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from orchestration.release import release, write_catalogs, write_index
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
    """One run of the release path: the public key, the package with lineage and signature, index and catalogues."""
    published.mkdir(exist_ok=True)
    publish_key(published, KEY.public)
    release(SCENES, mart, VALIDATION, published, created=CREATED, lineage=LINEAGE, key=KEY)
    write_index(published)
    write_catalogs(published)


def run_and_die(published: Path, mart: Path, before: int) -> None:
    """Run, and be killed before file operation number `before`, from 0; ends well where there are fewer."""
    seen = 0

    def die(_: bool) -> None:
        nonlocal seen
        if seen == before:
            os.kill(os.getpid(), signal.SIGKILL)
        seen += 1

    _at_each_operation(published, die)
    run(published, mart)


def run_and_tell(published: Path, mart: Path, told: Path) -> None:
    """Run, and write a letter for each file operation: s where it is one within the staging folder, else o."""
    letters: list[str] = []
    _at_each_operation(published, lambda staged: letters.append("s" if staged else "o"))
    run(published, mart)
    done = "".join(letters)
    told.write_text(done, "utf-8")


def _at_each_operation(published: Path, do: Callable[[bool], None]) -> None:
    """Call `do` before each file operation below the folder; it is told whether readers never look there."""

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event not in REMOVALS and not (event in EVENTS and _below(published, arguments)):
            return
        if event == "open" and not arguments[2] & WRITING:
            return
        paths = [str(path) for path in arguments[:2] if str(path).startswith(str(published))]
        do(bool(paths) and all(".staging" in path for path in paths))

    sys.addaudithook(hook)


def _below(folder: Path, arguments: tuple[Any, ...]) -> bool:
    return any(str(path).startswith(str(folder)) for path in arguments[:2])
