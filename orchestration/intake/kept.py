"""What intake remembers between runs: the hash of each file in the inbox, what came of each distinct file, and what was
last read under each path."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from orchestration.intake.inbox import Found
from orchestration.intake.issues import Issue
from orchestration.intake.parsing import Origin, Parsed, ParsedTable, Source
from orchestration.intake.whole_files import write_if_changed


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
    """What came of each distinct file, under one fingerprint of contracts, limits and reader: a line of `log` each."""

    log: Path
    known: dict[Source, Parsed]

    def add(self, found: Mapping[Source, Parsed]) -> None:
        """Keep what came of more files; what was written of them before is on the disk then."""
        new = {source: parsed for source, parsed in found.items() if self.known.get(source) != parsed}
        if new:
            os.sync()
            with self.log.open("ab") as log:
                log.writelines(map(_line, new.items()))
                log.flush()
                os.fsync(log.fileno())
            self.known.update(new)

    def keep_only(self, sources: Collection[Source]) -> None:
        """Forget every file that is not in the inbox any more."""
        gone = [source for source in self.known if source not in sources]
        for source in gone:
            del self.known[source]
        if gone:
            _rewrite(self.log, self.known)


def parses_of(folder: Path, fingerprint: str) -> Parses:
    """The parses under one fingerprint; those under any other are void and deleted, before a raw table changes."""
    folder.mkdir(parents=True, exist_ok=True)
    for other in folder.iterdir():
        if other.name != fingerprint:
            shutil.rmtree(other)
    log = folder / fingerprint / "files.jsonl"
    log.parent.mkdir(exist_ok=True)
    written = log.read_bytes() if log.exists() else b""
    whole, _, torn = written.rpartition(b"\n")
    lines = whole.splitlines()
    known = dict(map(_of_line, lines))
    if torn or len(known) < len(lines):
        # A run that was killed as it wrote, or a file that was parsed again.
        _rewrite(log, known)
    return Parses(log, known)


def _rewrite(log: Path, known: Mapping[Source, Parsed]) -> None:
    write_if_changed(log, b"".join(map(_line, known.items())))


def _line(found: tuple[Source, Parsed]) -> bytes:
    source, parsed = found
    tables = [vars(table) | {"columns": [list(vars(one).values()) for one in table.columns]} for table in parsed.tables]
    content = [vars(source), parsed.dataset, tables, list(map(vars, parsed.issues))]
    return json.dumps(content, ensure_ascii=False).encode() + b"\n"


def _of_line(line: bytes) -> tuple[Source, Parsed]:
    source, dataset, tables, issues = json.loads(line)
    parsed_tables = (
        ParsedTable(**{**table, "columns": tuple(Origin(*origin) for origin in table["columns"])}) for table in tables
    )
    return Source(**source), Parsed(dataset, tuple(parsed_tables), tuple(Issue(**issue) for issue in issues))
