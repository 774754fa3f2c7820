"""Keeping every distinct file that was ever submitted, once, under its hash."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from orchestration.intake.issues import Refusal
from orchestration.intake.limits import Limits, refuse_above
from orchestration.intake.whole_files import UNFINISHED

PIECE = 1024**2


def store_file(path: Path, store: Path, limits: Limits) -> str:
    """Copy a file to `store/<hash>` and return the hash, SHA-256 in 64 hex digits, of what was copied.

    It is on the disk after the next `os.sync`; one that a power failure has cut short is copied again.
    Raises Refusal: file_too_large, or file_unreadable with the system's name of the error (`EACCES`).
    """
    unfinished = store / f"{os.getpid()}{UNFINISHED}"
    digest = hashlib.sha256()
    size = 0
    try:
        with unfinished.open("wb") as copy:
            for piece in _pieces(path):
                size += len(piece)
                refuse_above(size, max(limits.file_bytes, limits.bulk_bytes), "bytes")
                digest.update(piece)
                copy.write(piece)
        kept = store / digest.hexdigest()
        if not kept.exists() or kept.stat().st_size != size:
            unfinished.replace(kept)
    finally:
        unfinished.unlink(missing_ok=True)
    return kept.name


def _pieces(path: Path) -> Iterator[bytes]:
    try:
        # O_NOFOLLOW: what was no link when the inbox was scanned may be one by now.
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as source:
            while piece := source.read(PIECE):
                yield piece
    except OSError as error:
        raise Refusal("file_unreadable", errno.errorcode.get(error.errno or 0)) from error
