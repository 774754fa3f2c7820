"""Validators that others wrote, called as programs from an environment of their own (`make test` makes it)."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.release.marts import PROJECT, SHARED

PROGRAMS = PROJECT / ".venv-validators" / "bin"
# No validator may reach out for a context or a schema: what they need lies on this machine.
NOWHERE = {"http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9", "no_proxy": ""}


def run(program: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a validator and return how it ended; skip where that environment is missing."""
    if not (PROGRAMS / program).exists():
        pytest.skip(f".venv-validators has no {program}: make test installs it")
    return subprocess.run(
        [str(PROGRAMS / program), *map(str, arguments)],
        env={**os.environ, **NOWHERE, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def standard(name: str) -> Path:
    """A folder of ../shared/standards; skip where it is missing."""
    folder = SHARED / "standards" / name
    if not folder.is_dir():
        pytest.skip(f"../shared/standards/{name} is not there")
    return folder


def copy_of(folder: Path, target: Path) -> Path:
    """A copy of a package in which faults can be planted."""
    shutil.copytree(folder, target)
    for path in [target, *target.iterdir()]:
        path.chmod(0o755)
    return target


def plant(path: Path, old: str, new: str) -> None:
    """Replace a text of a file, which must be there once."""
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")


def change(path: Path, edit) -> None:
    """Edit the content of a JSON file."""
    content = json.loads(path.read_bytes())
    edit(content)
    path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
