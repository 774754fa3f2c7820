"""Reading what is to be verified, from a folder: no link is followed, nothing is read that is no plain file.

Nothing of it is trusted: names come from the caller, who has checked them, and every read has a limit.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

PIECE = 1 << 20
# The sums, descriptions and signatures of a release are some kilobytes.
LARGEST_DOCUMENT = 16 << 20
LARGEST_FILE = 8 << 30


class ReadError(Exception):
    """A file that could not be read whole; `reason` is a word of `wording.yaml`, under `reasons`."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail

    @property
    def missing(self) -> bool:
        """Whether there is no such file, as far as can be told."""
        return self.reason == "missing"


@dataclass(frozen=True)
class Content:
    """What a file holds: its size and SHA-256, and where it can be opened; None where it was not kept."""

    bytes: int
    sha256: str
    path: Path | None


class Place(Protocol):
    """A folder, here or elsewhere."""

    def names(self) -> dict[str, str] | None:
        """What is in it: `file`, `folder` or `other` by name; None where that cannot be known."""

    def below(self, name: str) -> Place:
        """A folder in it."""

    def above(self) -> Place:
        """The folder that it is in."""

    def document(self, name: str) -> bytes:
        """A small file as a whole. Raises ReadError."""

    def content(self, name: str, keep: Path | None) -> Content:
        """What a file of any size holds, read in pieces; a remote one is kept in folder `keep`. Raises ReadError."""


@dataclass(frozen=True)
class Folder:
    """A folder of this machine."""

    path: Path

    def names(self) -> dict[str, str] | None:
        """What is in it, by name; a link is `other`, wherever it leads. Nothing is in what is not there."""
        try:
            return {path.name: _kind(path) for path in sorted(self.path.iterdir())}
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise ReadError("denied", error.strerror or "") from error

    def below(self, name: str) -> Folder:
        """A folder in it."""
        return Folder(self.path / name)

    def above(self) -> Folder:
        """The folder that it is in."""
        return Folder(self.path.resolve().parent)

    def document(self, name: str) -> bytes:
        """A small file as a whole."""
        with self._open(name) as file:
            content = file.read(LARGEST_DOCUMENT + 1)
        if len(content) > LARGEST_DOCUMENT:
            raise ReadError("too_large")
        return content

    def content(self, name: str, keep: Path | None) -> Content:
        """What a file holds; it can be opened where it lies."""
        digest, size = hashlib.sha256(), 0
        with self._open(name) as file:
            while piece := file.read(PIECE):
                digest.update(piece)
                size += len(piece)
        return Content(size, digest.hexdigest(), self.path / name)

    @contextmanager
    def _open(self, name: str) -> Iterator[IO[bytes]]:
        try:
            # A pipe would wait for a writer.
            descriptor = os.open(self.path / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except FileNotFoundError as error:
            raise ReadError("missing") from error
        except OSError as error:
            # ELOOP: the name is a link.
            is_link = (self.path / name).is_symlink()
            raise ReadError("not_a_file" if is_link else "denied", error.strerror or "") from error
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise ReadError("not_a_file")
        with os.fdopen(descriptor, "rb") as file:
            try:
                yield file
            except OSError as error:
                raise ReadError("denied", error.strerror or "") from error


def _kind(path: Path) -> str:
    mode = path.lstat().st_mode
    return "file" if stat.S_ISREG(mode) else "folder" if stat.S_ISDIR(mode) else "other"
