"""How a release is written so that nobody ever sees half of it: stage, fsync, rename, pointer last.

Everything is made in `published/.staging/<dataset>/`, on the same filesystem, and moved into place by a rename;
`latest.json` is swapped last. A run that is killed anywhere leaves at most a staging folder and one released folder
that no pointer names: `settle` removes both, so that the next run ends with the bytes of an undisturbed one.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

from orchestration.errors import UserError

STAGING = ".staging"
POINTER = "latest.json"
VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")


class ReleaseError(UserError):
    """`published/` is in a state that no run of the pipeline leaves; says what is in the way and what to do."""


def settle(published: Path, dataset: str) -> None:
    """Remove what a killed run of this dataset has left.

    Raises ReleaseError where more released folders than one lie beyond the pointer: no killed run leaves that,
    so the pointer was lost or set back, and releases must not be removed for it.
    """
    discard(published / STAGING / dataset)
    unannounced = [path for path in released(published, dataset) if _beyond(path.name, pointer(published, dataset))]
    if len(unannounced) > 1:
        names = ", ".join(path.name for path in unannounced)
        raise ReleaseError(
            f"{dataset}: {names} are released, but {POINTER} names none of them. "
            f"Put back the {POINTER} of the last release."
        )
    for path in unannounced:
        remove_release(published, dataset, path)


def remove_release(published: Path, dataset: str, folder: Path) -> None:
    """Remove the folder of a version: out of sight in one step, for file by file would show half a release."""
    _writable(folder)
    folder.rename(_staging(published, dataset) / folder.name)
    _sync(folder.parent)
    discard(published / STAGING / dataset)


def open_stage(published: Path, dataset: str) -> Path:
    """A new, empty folder in which the release is made."""
    stage = _staging(published, dataset) / "package"
    stage.mkdir()
    return stage


def publish_folder(stage: Path, target: Path) -> None:
    """Move a complete stage to its place, durable and read-only. `target` must not exist."""
    for path in sorted(stage.iterdir()):
        path.chmod(0o444)
        _sync(path)
    _sync(stage)
    target.parent.mkdir(exist_ok=True)
    _sync(target.parent.parent)
    stage.rename(target)
    # Only now: a folder that is read-only itself cannot be moved by anyone but root.
    target.chmod(0o555)
    _sync(target)
    _sync(target.parent)


def swap_json(content: Any, target: Path, scratch: Path) -> None:
    """Write a JSON file in one step, as `swap_bytes` does."""
    swap_bytes(_json(content), target, scratch)


def swap_bytes(content: bytes, target: Path, scratch: Path) -> None:
    """Write a file in one step: readers see the old or the new one.

    `scratch` is a folder on the same filesystem as `target`.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    new = scratch / target.name
    new.write_bytes(content)
    _sync(new)
    new.replace(target)
    _sync(target.parent)


def write_json(content: Any, path: Path) -> None:
    """Write JSON as it is published: UTF-8, indented, in the order given, with a line break at the end."""
    path.write_bytes(_json(content))


def pointer(published: Path, dataset: str) -> dict[str, Any] | None:
    """What `latest.json` says of a dataset; None where nothing was released yet."""
    path = published / dataset / POINTER
    if not path.exists():
        return None
    content: dict[str, Any] = json.loads(path.read_bytes())
    return content


def released(published: Path, dataset: str) -> list[Path]:
    """The folders of all released versions, oldest first."""
    folder = published / dataset
    if not folder.is_dir():
        return []
    return sorted((p for p in folder.iterdir() if VERSION.fullmatch(p.name)), key=lambda p: version_number(p.name))


def version_number(version: str) -> tuple[int, int, int]:
    """A version as numbers, to be compared."""
    match = VERSION.fullmatch(version)
    if match is None:
        raise ValueError(f"{version!r} is no version such as 1.0.0")
    return int(match[1]), int(match[2]), int(match[3])


def discard(folder: Path) -> None:
    """Remove a folder with all that is in it, read-only or not."""
    if folder.exists():
        for path in [folder, *(p for p in folder.rglob("*") if p.is_dir())]:
            _writable(path)
        shutil.rmtree(folder)


def _json(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


def _beyond(version: str, latest: dict[str, Any] | None) -> bool:
    return latest is None or version_number(version) > version_number(latest["version"])


def _staging(published: Path, dataset: str) -> Path:
    folder = published / STAGING / dataset
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _writable(folder: Path) -> None:
    folder.chmod(0o755)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
