"""The account of every submission balances, or the difference is named."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.quality.accounts import Account, accounts, unaccounted


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    for folder in ("intake", "marts"):
        (tmp_path / folder).mkdir()
    submissions = {
        "submission": ["2024-01/a/1.csv", "2024-01/a/2.csv", "2024-01/b/3.csv", "2024-01/b/4.csv"],
        "dataset": ["tools", "tools", None, "others"],
        "status": ["read", "read", "refused", "read"],
        "rows_read": [10, 4, 0, 7],
    }
    pq.write_table(pa.table(submissions), tmp_path / "intake" / "submissions.parquet")
    return tmp_path


def write_outcomes(workspace: Path, rows: list[tuple[str, int, int, int, int]]) -> None:
    names = ("submission", "published", "superseded", "quarantined", "ignored")
    table = pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))
    pq.write_table(table, workspace / "marts" / "tools__accounts.parquet")


def test_every_row_has_an_outcome(workspace: Path) -> None:
    write_outcomes(workspace, [("2024-01/a/1.csv", 5, 1, 2, 2), ("2024-01/a/2.csv", 0, 0, 0, 4)])
    assert accounts(workspace, "tools") == [
        Account("2024-01/a/1.csv", read=10, published=5, superseded=1, quarantined=2, ignored=2),
        Account("2024-01/a/2.csv", read=4, published=0, superseded=0, quarantined=0, ignored=4),
    ]
    assert unaccounted(workspace, "tools") == []


def test_a_row_lost_by_the_models_is_named(workspace: Path) -> None:
    write_outcomes(workspace, [("2024-01/a/1.csv", 5, 1, 1, 2), ("2024-01/a/2.csv", 0, 0, 0, 4)])
    assert [str(account) for account in unaccounted(workspace, "tools")] == [
        "2024-01/a/1.csv: read 10 ≠ published 5 + superseded 1 + quarantined 1 + ignored 2"
    ]


def test_a_submission_lost_by_the_models_is_named(workspace: Path) -> None:
    write_outcomes(workspace, [("2024-01/a/1.csv", 5, 1, 2, 2)])
    assert [a.submission for a in unaccounted(workspace, "tools")] == ["2024-01/a/2.csv"]


def test_a_submission_that_nobody_read_is_named(workspace: Path) -> None:
    write_outcomes(
        workspace,
        [("2024-01/a/1.csv", 5, 1, 2, 2), ("2024-01/a/2.csv", 4, 0, 0, 0), ("2024-01/x/9.csv", 1, 0, 0, 0)],
    )
    assert [a.submission for a in unaccounted(workspace, "tools")] == ["2024-01/x/9.csv"]
