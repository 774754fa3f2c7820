"""What lies in the inbox, and for which round, submitter and dataset each file was put there."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from orchestration.intake.issues import Refusal

ROUND = re.compile(r"\d{4}-\d{2}")
# Files that speak of the inbox, or that programs leave behind.
# How programs end the name of a file that they have not finished writing. The clock would tell as little: a copy may
# stand still for minutes, and keep the time of its original.
UNFINISHED = re.compile(r"\.(part|partial|tmp|crdownload|download|unfinished)$|~$", re.IGNORECASE)
# Control characters, and those that turn the direction of writing, by which a name can look like another.
CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
# In bytes: file systems hold 255, and what is made for a submission takes its name and an ending.
LONGEST_NAME = 240
NOT_SUBMITTED = {"inbox.yaml", "round.yaml", "thumbs.db", "desktop.ini"}


@dataclass(frozen=True)
class Found:
    """A file in the inbox: `submission` is its path there, `named` the dataset that its folder names.

    `refusal` is set where the file will not even be opened: it is in the wrong place, or no plain file. `mtime` is
    in nanoseconds.
    """

    submission: str
    path: Path
    round: str | None
    submitter: str | None
    named: str | None
    size: int
    mtime: int
    refusal: Refusal | None


def scan(inbox: Path, datasets: Collection[str]) -> list[Found]:
    """Every submission in `<round>/<submitter>/[<dataset>/]file`, sorted by its path; links are not followed."""
    found = [_found(entry, inbox, datasets) for entry in _files(inbox)]
    return sorted(found, key=lambda each: each.submission)


def _files(folder: Path) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith((".", "~$")) or entry.name.lower() in NOT_SUBMITTED:
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _files(Path(entry.path))
            else:
                yield entry


def _found(entry: os.DirEntry[str], inbox: Path, datasets: Collection[str]) -> Found:
    path = Path(entry.path)
    *folders, _ = path.relative_to(inbox).parts
    known = len(folders) in (2, 3) and ROUND.fullmatch(folders[0]) and (len(folders) < 3 or folders[2] in datasets)
    stat = entry.stat(follow_symlinks=False)
    return Found(
        # A name that is no UTF-8, or would break a line, cannot be written down as it is.
        submission=CONTROLS.sub(
            lambda each: each[0].encode("unicode_escape").decode(),
            os.fsencode(path.relative_to(inbox).as_posix()).decode("utf-8", "backslashreplace"),
        ),
        path=path,
        round=folders[0] if known else None,
        submitter=folders[1] if known else None,
        named=folders[2] if known and len(folders) == 3 else None,
        size=stat.st_size,
        mtime=stat.st_mtime_ns,
        refusal=_refusal(entry, path.relative_to(inbox).parts, bool(known)),
    )


def _refusal(entry: os.DirEntry[str], parts: tuple[str, ...], known: bool) -> Refusal | None:
    """Why the file will not be opened, if so."""
    if any(CONTROLS.search(part) or len(os.fsencode(part)) > LONGEST_NAME for part in parts):
        return Refusal("file_name_unusable")
    if not known:
        return Refusal("round_unknown")
    if not entry.is_file(follow_symlinks=False):
        return Refusal("file_unreadable", "link" if entry.is_symlink() else "no file")
    unfinished = UNFINISHED.search(entry.name)
    return Refusal("file_unfinished", unfinished[0]) if unfinished else None
