"""Writing a file so that it is there whole or not at all, whenever the process is killed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

UNFINISHED = ".unfinished"


@contextmanager
def replace_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file to write; what was written takes the place of `path` when the block ends without an error.

    It is written beside `path` under a name that ends in `.unfinished`, which no stage reads.
    """
    unfinished = path.with_name(f"{path.name}.{os.getpid()}{UNFINISHED}")
    try:
        with unfinished.open("wb") as file:
            yield file
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
    with replace_file(path) as file:
        file.write(content)
    return True
