"""What intake remembers between runs: the hash of each file in the inbox, what came of each distinct file, and what was
last read under each path."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from orchestration.intake.inbox import Found
from orchestration.intake.issues import Issue
from orchestration.intake.parsing import Origin, Parsed, ParsedTable, Source
from orchestration.intake.whole_files import replace_file, write_if_changed


@dataclass(frozen=True)
class Hashes:
    """The hashes of the last run; a file whose size and time of change are the same is not read again."""

    known: dict[str, list[object]]

    def of(self, found: Found) -> str | None:
        """The hash of a file that has not changed since, else None."""
        size, mtime, file = self.known.get(found.submission, (None, None, None))
        return str(file) if (size, mtime) == (found.size, found.mtime) else None


def read_hashes(ledger: Path) -> Hashes:
    """What the last run wrote down; nothing where there was none."""
    return Hashes(json.loads(ledger.read_bytes()) if ledger.exists() else {})


def write_hashes(ledger: Path, hashes: Iterable[tuple[Found, str]]) -> None:
    """Write down the hashes for the next run."""
    known = {found.submission: [found.size, found.mtime, file] for found, file in hashes}
    write_if_changed(ledger, json.dumps(known, indent=0, sort_keys=True).encode())


def read_standing(path: Path) -> dict[str, Source]:
    """By submission the content that was last read under its path; nothing where nothing was written down."""
    content = json.loads(path.read_bytes()) if path.exists() else {}
    return {submission: Source(**source) for submission, source in content.items()}


def write_standing(path: Path, standing: Mapping[str, Source]) -> None:
    """Write down what was read under each path, so that a change that cannot be read leaves it standing."""
    content = {submission: asdict(source) for submission, source in standing.items()}
    write_if_changed(path, json.dumps(content, indent=0, sort_keys=True).encode())


@dataclass(frozen=True)
class Parses:
    """What came of each distinct file: `folder` belongs to one fingerprint of contracts, limits and reader."""

    folder: Path

    def read(self, source: Source) -> Parsed | None:
        """What came of the file when it was parsed, else None."""
        path = self._path(source)
        if not path.exists():
            return None
        content = json.loads(path.read_bytes())
        tables = (
            ParsedTable(**{**table, "columns": tuple(Origin(*origin) for origin in table["columns"])})
            for table in content["tables"]
        )
        return Parsed(content["dataset"], tuple(tables), tuple(Issue(**issue) for issue in content["issues"]))

    def write(self, source: Source, parsed: Parsed) -> None:
        """Keep what came of the file."""
        content = asdict(parsed)
        for table in content["tables"]:
            table["columns"] = [list(origin.values()) for origin in table["columns"]]
        with replace_file(self._path(source)) as file:
            file.write(json.dumps(content, ensure_ascii=False).encode())

    def keep_only(self, sources: Iterable[Source]) -> None:
        """Forget every file that is not in the inbox any more."""
        names = {self._path(source).name for source in sources}
        for path in self.folder.iterdir():
            if path.name not in names:
                path.unlink()

    def _path(self, source: Source) -> Path:
        return self.folder / f"{source.file}.{source.named or '-'}.{source.ending or '-'}.json"


def parses_of(folder: Path, fingerprint: str) -> Parses:
    """The parses under one fingerprint; those under any other are void and deleted, before a raw table changes."""
    folder.mkdir(parents=True, exist_ok=True)
    for other in folder.iterdir():
        if other.name != fingerprint:
            shutil.rmtree(other)
    own = folder / fingerprint
    own.mkdir(exist_ok=True)
    return Parses(own)
