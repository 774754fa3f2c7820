"""A folder made equal to what lies at a URL: only what differs is fetched, and what is gone goes."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from orchestration.digests import file_sha256
from orchestration.intake.whole_files import write_if_changed
from orchestration.storage.remote import Remote


@dataclass(frozen=True)
class Wanted:
    """A file that the mirror is to have: the key that holds it (None: it is to be empty), its tag and size in bytes.

    `mtime`, in nanoseconds, is what the file's is to be, where that matters.
    """

    key: str | None
    tag: str
    size: int
    mtime: int | None = None


@dataclass(frozen=True)
class Known:
    """A file of the mirror as it came or went: the tag of its key, and how it lay here then; `mtime` in nanoseconds."""

    tag: str
    size: int
    mtime: int
    sha256: str


@dataclass(frozen=True)
class Mirror:
    """The folder `files` in `home`, beside the notes on it.

    `left_alone` tells, by its path, what in the folder is of this machine alone.
    """

    home: Path
    left_alone: Callable[[str], bool] = lambda name: False

    @property
    def files(self) -> Path:
        """The folder that stages work on."""
        return self.home / "files"

    def known(self) -> dict[str, Known]:
        """What is known of the files since the last time they were brought down or up."""
        path = self.home / "known.json"
        content = json.loads(path.read_bytes()) if path.exists() else {}
        return {name: Known(*values) for name, values in content.items()}

    def remember(self, known: Mapping[str, Known]) -> None:
        """Write down what is known of the files."""
        content = {name: list(vars(one).values()) for name, one in sorted(known.items())}
        write_if_changed(self.home / "known.json", json.dumps(content, ensure_ascii=False, indent=0).encode())

    def there(self) -> dict[str, os.stat_result]:
        """The plain files in the folder, by their paths in it."""
        found = {}
        for folder, _, names in os.walk(self.files):
            for name in names:
                path = Path(folder, name)
                relative = path.relative_to(self.files).as_posix()
                if not self.left_alone(relative) and not path.is_symlink():
                    found[relative] = path.stat()
        return found

    def changed(self, known: Mapping[str, Known]) -> dict[str, Known]:
        """The files that hold something else than what is known, each as it lies here now, without a tag."""
        found = {}
        for name, stat in self.there().items():
            before = known.get(name)
            if before is None or (before.size, before.mtime) != (stat.st_size, stat.st_mtime_ns):
                sha256 = file_sha256(self.files / name)
                if before is None or before.sha256 != sha256:
                    found[name] = Known("", stat.st_size, stat.st_mtime_ns, sha256)
        return found

    def bring_down(self, remote: Remote, wanted: Mapping[str, Wanted]) -> dict[str, Known]:
        """Make the folder what is wanted, whatever a run that was killed has left there; what is known of it then."""
        self.files.mkdir(parents=True, exist_ok=True)
        known, there = self.known(), self.there()
        for name in there.keys() - wanted.keys():
            self._remove(name)
        kept = {name: known[name] for name in wanted.keys() & known.keys() & there.keys() if _is(known, there, name)}
        stale = [name for name, one in wanted.items() if name not in kept or kept[name].tag != one.tag]
        unfinished = self.home / "unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir()

        def fetch(number: int) -> Known:
            name = stale[number]
            return self._fetch(remote, wanted[name], self.files / name, unfinished / str(number))

        for name in stale:
            _make_room(self.files / name)
        fetched = dict(zip(stale, remote.each(fetch, range(len(stale))), strict=True))
        now = {name: _dated(self.files / name, wanted[name], fetched.get(name) or kept[name]) for name in wanted}
        self.remember(now)
        return now

    def _fetch(self, remote: Remote, one: Wanted, path: Path, unfinished: Path) -> Known:
        if one.key is None:
            unfinished.touch()
        else:
            remote.fetch(one.key, unfinished, one.size)
        sha256 = file_sha256(unfinished)
        unfinished.replace(path)
        return Known(one.tag, one.size, path.stat().st_mtime_ns, sha256)

    def _remove(self, name: str) -> None:
        path = self.files / name
        path.parent.chmod(0o755)
        path.unlink()
        for folder in path.relative_to(self.files).parents:
            if folder == Path() or any((self.files / folder).iterdir()):
                break
            (self.files / folder.parent).chmod(0o755)
            (self.files / folder).rmdir()


def _is(known: Mapping[str, Known], there: Mapping[str, os.stat_result], name: str) -> bool:
    return (known[name].size, known[name].mtime) == (there[name].st_size, there[name].st_mtime_ns)


def _dated(path: Path, one: Wanted, now: Known) -> Known:
    if one.mtime is None or one.mtime == now.mtime:
        return now
    os.utime(path, ns=(one.mtime, one.mtime))
    return Known(now.tag, now.size, one.mtime, now.sha256)


def _make_room(path: Path) -> None:
    """A folder for the file, that can be written to: those of released versions cannot."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o755)
