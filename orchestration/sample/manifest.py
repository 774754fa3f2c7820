"""What the sample holds: every fault that was planted, the account of every file, and what must never be published."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

from orchestration.sample.enterprise_issues import EnterpriseIssue


@dataclass(frozen=True)
class Planted:
    """One issue that the pipeline must raise, once.

    `submission` is the path in the inbox. Of a file there is no `sheet`; of a sheet there is a `heading` and no `row`;
    of a row there is no `cell`. Rows and cells are as a spreadsheet shows them. `detail` names a broken rule.
    """

    submission: str
    code: str
    dataset: str | None = None
    sheet: str | None = None
    row: int | None = None
    cell: str | None = None
    field: str | None = None
    heading: str | None = None
    detail: str | None = None


@dataclass(frozen=True)
class SampleFile:
    """One submission: rows_read = published + superseded + quarantined + the sum of ignored. A refused one has none."""

    submission: str
    round: str | None
    submitter: str | None
    dataset: str | None
    format: str
    status: str
    rows_read: int
    published: int
    superseded: int
    quarantined: int
    ignored: dict[str, int]
    habits: tuple[str, ...]


@dataclass(frozen=True)
class SampleDataset:
    """What one run over the whole inbox must make of a dataset, under the names of the run's report."""

    files: int
    read: int
    published: int
    superseded: int
    quarantined: int
    ignored: int


@dataclass(frozen=True)
class Manifest:
    """The whole sample, sorted, as it stands in `manifest.json` beside the inbox."""

    seed: int
    scale: float
    datasets: dict[str, SampleDataset]
    files: tuple[SampleFile, ...]
    faults: tuple[Planted, ...]
    enterprise_issues: tuple[EnterpriseIssue, ...]
    private_values: tuple[str, ...]

    def write(self, path: Path) -> None:
        """Write it as JSON, a line per file, fault, issue and private value."""
        lists = {name: getattr(self, name) for name in ("files", "faults", "enterprise_issues", "private_values")}
        head = {"made_up": True, "seed": self.seed, "scale": self.scale}
        lines = [f'"{name}": {_line(value)}' for name, value in head.items()]
        lines.append(
            '"datasets": {\n' + ",\n".join(f'"{n}": {_line(asdict(d))}' for n, d in self.datasets.items()) + "\n}"
        )
        for name, entries in lists.items():
            body = ",\n".join(_line(entry if isinstance(entry, str) else asdict(entry)) for entry in entries)
            lines.append(f'"{name}": [\n{body}\n]')
        path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8", newline="\n")


@dataclass(frozen=True)
class SentRow:
    """A data row of the inbox, for deciding what becomes of it; `named` are its names, each with the code beside it."""

    round: str
    submitter: str
    submission: str
    table: int
    row: int
    dataset: str
    sheet: str
    key: tuple[str, ...]
    valid: bool
    named: tuple[tuple[str, str], ...] = ()

    @property
    def rank(self) -> tuple[str, str, str, int, int]:
        """The highest one of a key counts: latest round, then submitter, submission, table and row."""
        return self.round, self.submitter, self.submission, self.table, self.row


def outcomes(rows: Iterable[SentRow]) -> tuple[dict[str, Counter[str]], list[SentRow], list[SentRow]]:
    """What becomes of the rows of each submission; the rows that it repeats further down; the rows that are published.

    A row with an error is quarantined and supersedes nothing; of the valid rows of a key the last one is published.
    """
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    valid: dict[tuple[str, tuple[str, ...]], list[SentRow]] = defaultdict(list)
    for row in rows:
        if row.valid:
            valid[row.dataset, row.key].append(row)
        else:
            counts[row.submission]["quarantined"] += 1
    repeated, published = [], []
    for same in valid.values():
        same.sort(key=lambda row: row.rank)
        counts[same[-1].submission]["published"] += 1
        published.append(same[-1])
        for row, following in pairwise(same):
            counts[row.submission]["superseded"] += 1
            if following.submission == row.submission:
                repeated.append(row)
    return counts, repeated, published


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
