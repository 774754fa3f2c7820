"""What became of each round of a dataset: files and rows, added up over its submissions."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

from orchestration.quality.accounts import Account, accounts


@dataclass(frozen=True)
class RoundCounts:
    """One round of one dataset. `digest` changes with its files and with the counts."""

    files: int
    rows_read: int
    published: int
    superseded: int
    quarantined: int
    ignored: int
    digest: str

    @property
    def counts(self) -> dict[str, int]:
        """The numbers alone."""
        return {name: value for name, value in asdict(self).items() if name != "digest"}


def rounds_in_inbox(workspace: Path) -> list[str]:
    """Every round that the last intake has seen, in order."""
    table = pq.read_table(workspace / "intake" / "submissions.parquet", columns=["round"])
    return sorted(one for one in pc.unique(table["round"]).to_pylist() if one is not None)


def round_counts(workspace: Path, dataset: str) -> dict[str, RoundCounts]:
    """By round what became of its submissions when the dataset was last judged; empty where it never was."""
    if not (workspace / "marts" / f"{dataset}__accounts.parquet").exists():
        return {}
    table = pq.read_table(workspace / "intake" / "submissions.parquet", columns=["submission", "round", "file"])
    sent = {row["submission"]: row for row in table.to_pylist()}
    by_round: dict[str, list[Account]] = {}
    for account in accounts(workspace, dataset):
        # What has left the inbox since the dataset was judged is of no round.
        if account.submission in sent:
            by_round.setdefault(sent[account.submission]["round"], []).append(account)
    return {
        name: RoundCounts(
            files=len(own),
            rows_read=sum(one.read for one in own),
            published=sum(one.published for one in own),
            superseded=sum(one.superseded for one in own),
            quarantined=sum(one.quarantined for one in own),
            ignored=sum(one.ignored for one in own),
            digest=hashlib.sha256(repr([(one, sent[one.submission]["file"]) for one in own]).encode()).hexdigest(),
        )
        for name, own in sorted(by_round.items())
    }
