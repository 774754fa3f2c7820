"""What became of the rows that were sent: counts of the workspace alone, never a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.quality.accounts import OUTCOMES

ROWS_BY_CODE = """
    select code, count(distinct (submission, sheet, row_no)) as rows
    from read_parquet(?) where severity = 'error' and row_no is not null
    group by code order by rows desc, code
"""


@dataclass(frozen=True)
class HeldBack:
    """Rows by outcome, in sum over all submissions, and the rows held back by code of issue, most frequent first.

    A row with several issues counts once for each of its codes.
    """

    outcomes: Mapping[str, int]
    by_code: tuple[tuple[str, int], ...]

    @property
    def read(self) -> int:
        """All the rows that were read."""
        return sum(self.outcomes.values())


def held_back(marts: Path, dataset: str) -> HeldBack | None:
    """What the last run has counted of a dataset; None where it is made of no forms or was not built."""
    issues, accounts = marts / f"{dataset}__issues.parquet", marts / f"{dataset}__accounts.parquet"
    if not issues.exists() or not accounts.exists():
        return None
    with duckdb.connect() as connection:
        sums = ", ".join(f"coalesce(sum({name}), 0)::bigint" for name in OUTCOMES)
        outcomes = connection.execute(f"select {sums} from read_parquet(?)", [str(accounts)]).fetchall()[0]
        by_code = connection.execute(ROWS_BY_CODE, [str(issues)]).fetchall()
    return HeldBack(dict(zip(OUTCOMES, outcomes, strict=True)), tuple((code, rows) for code, rows in by_code))
