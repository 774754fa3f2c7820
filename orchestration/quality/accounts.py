"""Nothing is lost: read = published + superseded + quarantined + ignored, for each submission.

The reader counts what it read, dbt counts what became of it; neither knows the other's figure.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

OUTCOMES = ("published", "superseded", "quarantined", "ignored")


@dataclass(frozen=True)
class Account:
    """What became of the rows of one submission."""

    submission: str
    read: int
    published: int
    superseded: int
    quarantined: int
    ignored: int

    @property
    def balances(self) -> bool:
        """Whether every row that was read has an outcome, and no other row has."""
        return self.read == self.published + self.superseded + self.quarantined + self.ignored

    def __str__(self) -> str:
        return (
            f"{self.submission}: read {self.read} ≠ published {self.published} + superseded {self.superseded}"
            f" + quarantined {self.quarantined} + ignored {self.ignored}"
        )


def accounts(workspace: Path, dataset: str) -> list[Account]:
    """The account of every submission of a dataset, in order of its path.

    A submission that only the reader or only dbt knows of has zeros on the other side, and so does not balance.
    """
    read = _rows_read(workspace, dataset)
    outcomes = _outcomes(workspace, dataset)
    return [
        Account(name, read.get(name, 0), *outcomes.get(name, (0, 0, 0, 0)))
        for name in sorted(read.keys() | outcomes.keys())
    ]


def unaccounted(workspace: Path, dataset: str) -> list[Account]:
    """The accounts that do not balance; none in a sound run."""
    return [account for account in accounts(workspace, dataset) if not account.balances]


def _rows_read(workspace: Path, dataset: str) -> dict[str, int]:
    table = pq.read_table(workspace / "intake" / "submissions.parquet")
    of_dataset = pc.and_(pc.equal(table["dataset"], dataset), pc.equal(table["status"], "read"))
    rows = table.filter(of_dataset).select(["submission", "rows_read"]).to_pylist()
    return {row["submission"]: row["rows_read"] for row in rows}


def _outcomes(workspace: Path, dataset: str) -> dict[str, tuple[int, ...]]:
    path = workspace / "marts" / f"{dataset}__accounts.parquet"
    rows = pq.read_table(path, columns=["submission", *OUTCOMES]).to_pylist()
    return {row["submission"]: tuple(int(row[outcome]) for outcome in OUTCOMES) for row in rows}
