"""Writing files so that each is there whole or not at all, whenever the process is killed or the power fails."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

UNFINISHED = ".unfinished"


@contextmanager
def replace_file(path: Path, *, synced: bool = False) -> Iterator[BinaryIO]:
    """Open a file to write; what was written takes the place of `path` when the block ends without an error.

    It is written beside `path` under a name that ends in `.unfinished`, which no stage reads. Unless it is `synced`, a
    power failure may yet empty it: what vouches for it is written after `os.sync`, once for many files, because to
    wait for the disk takes longer than to read or write a small one.
    """
    unfinished = path.with_name(f"{path.name}.{os.getpid()}{UNFINISHED}")
    try:
        with unfinished.open("wb") as file:
            yield file
            if synced:
                file.flush()
                os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def write_if_changed(path: Path, content: bytes) -> bool:
    """Write a file unless it already says just that; return whether it was written."""
    if path.exists() and path.read_bytes() == content:
        return False
    with replace_file(path, synced=True) as file:
        file.write(content)
    return True


def write_unfinished(path: Path, content: bytes) -> None:
    """Write what is to take the place of `path` when `finish` is called."""
    _unfinished(path).write_bytes(content)


def finish(paths: Collection[Path]) -> None:
    """Let files take their places, once they and all that was written before them are on the disk."""
    if paths:
        os.sync()
    for path in paths:
        _unfinished(path).replace(path)


def _unfinished(path: Path) -> Path:
    return path.with_name(f"{path.name}{UNFINISHED}")
