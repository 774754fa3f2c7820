"""From a pull to the inbox: which name its file has there, and where the source goes on, in this order and never half.

What follows is written down first, then the file takes its place, then what was written down holds. Whoever finds it
written down sees by the file whether it holds.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from orchestration.intake.whole_files import UNFINISHED, replace_file
from orchestration.pulling.cursor import Mark
from orchestration.pulling.source import Source

ENDING = ".parquet"
BEGINNING = Mark()


@dataclass(frozen=True)
class Standing:
    """How far a source was pulled: its last file (path in the inbox, SHA-256), and where it goes on.

    `cursor` is the field that `mark` belongs to: of another one it says nothing.
    """

    round: str = ""
    number: int = 0
    file: str = ""
    sha256: str = ""
    cursor: str = ""
    mark: Mark = BEGINNING


class Ledger:
    """What is kept of one source, in `folder`; its files lie in `inbox`.

    `bring_up` brings the inbox up to where it lies, where that is object storage and `inbox` a mirror of it.
    """

    def __init__(self, source: Source, folder: Path, inbox: Path, bring_up: Callable[[], None]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.source = source
        self.inbox = inbox
        self._bring_up = bring_up
        self.notes = folder / f"{source.name}.notes"
        self.batch = folder / f"{source.name}{ENDING}"
        self._kept = folder / f"{source.name}.json"
        self._next = folder / f"{source.name}.next.json"

    def standing(self) -> Standing:
        """How far it was pulled; what a killed pull has left is brought to its end first, or undone."""
        if self._next.exists():
            following = _read(self._next)
            file = self.inbox / following.file
            if file.is_file() and _sha256(file) == following.sha256:
                self._next.replace(self._kept)
            else:
                self._next.unlink()
        unseen = self._folder().glob(f".{self.source.name}*{ENDING}")
        unfinished = self._kept.parent.glob(f"{self.source.name}.*{UNFINISHED}")
        for left in (self.notes, self.batch, *unseen, *unfinished):
            left.unlink(missing_ok=True)
        standing = _read(self._kept) if self._kept.exists() else Standing()
        cursor = self.source.cursor.field if self.source.cursor else ""
        return standing if standing.cursor == cursor else replace(standing, cursor=cursor, mark=BEGINNING)

    def place(self, before: Standing, mark: Mark) -> Standing:
        """Put the batch into the inbox under a name of its own, and go on from `mark`."""
        number = self._number(before)
        file = self._folder().relative_to(self.inbox) / self._name(number)
        following = Standing(self.source.round, number, file.as_posix(), _sha256(self.batch), before.cursor, mark)
        target = self.inbox / file
        target.parent.mkdir(parents=True, exist_ok=True)
        # Under this name no stage looks at it.
        unseen = target.with_name(f".{target.name}")
        shutil.copyfile(self.batch, unseen)
        _sync(unseen)
        _write(self._next, following)
        unseen.rename(target)
        _sync(target.parent)
        # What is not there yet when this is killed, the next pull does not find in the mirror, and asks for again.
        self._bring_up()
        self._next.replace(self._kept)
        self.clear()
        return following

    def go_on(self, before: Standing, mark: Mark) -> None:
        """Go on from `mark` where there was nothing new."""
        if mark != before.mark:
            _write(self._kept, replace(before, mark=mark))
        self.clear()

    def clear(self) -> None:
        """Remove what a pull writes down on its way."""
        for path in (self.notes, self.batch):
            path.unlink(missing_ok=True)

    def _folder(self) -> Path:
        return self.inbox / self.source.round / self.source.submitter / self.source.dataset

    def _number(self, before: Standing) -> int:
        """One more than any file has: also where nothing is kept any more but the files."""
        names = self._folder().iterdir() if self._folder().is_dir() else ()
        found = (
            re.fullmatch(rf"{self.source.name}(?:-(?:correction)?(\d+))?{re.escape(ENDING)}", path.name)
            for path in names
        )
        whole = self.source.cursor is None
        numbers = [int(match[1] or 0) + whole for match in found if match]
        return max([*numbers, before.number if before.round == self.source.round else 0]) + 1

    def _name(self, number: int) -> str:
        """With a cursor later files come later by name; without, each replaces the one before as a whole."""
        if self.source.cursor:
            return f"{self.source.name}-{number:06}{ENDING}"
        return f"{self.source.name}{f'-correction{number - 1}' if number > 1 else ''}{ENDING}"


def _read(path: Path) -> Standing:
    said: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return Standing(**{**said, "mark": Mark(**said["mark"])})


def _write(path: Path, standing: Standing) -> None:
    with replace_file(path, synced=True) as file:
        file.write(json.dumps(asdict(standing), ensure_ascii=False, indent=1).encode())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
