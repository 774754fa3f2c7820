"""What becomes of rows that say the same thing twice, and of those that are at fault."""

from orchestration.sample.manifest import SentRow, outcomes


def sent(round_id: str, submitter: str, row: int, key: str = "k", valid: bool = True, table: int = 1) -> SentRow:
    submission = f"{round_id}/{submitter}/f.csv"
    return SentRow(round_id, submitter, submission, table, row, "d", "", (key,), valid)


def test_the_latest_round_wins_then_the_submitter() -> None:
    counts, repeated, _ = outcomes(
        [sent("2024-02", "a", 2), sent("2024-01", "z", 9), sent("2024-01", "y", 9), sent("2024-02", "b", 2)]
    )
    assert counts["2024-02/b/f.csv"] == {"published": 1}
    assert counts["2024-02/a/f.csv"] == {"superseded": 1}
    assert counts["2024-01/z/f.csv"] == {"superseded": 1}
    assert repeated == []


def test_a_faulty_row_supersedes_nothing() -> None:
    counts, repeated, _ = outcomes([sent("2024-01", "a", 2), sent("2024-02", "a", 2, valid=False)])
    assert counts["2024-01/a/f.csv"] == {"published": 1}
    assert counts["2024-02/a/f.csv"] == {"quarantined": 1}
    assert repeated == []


def test_in_one_submission_the_last_row_of_the_last_table_counts_and_the_others_are_repeated() -> None:
    first, second, third = sent("2024-01", "a", 9), sent("2024-01", "a", 12), sent("2024-01", "a", 5, table=2)
    counts, repeated, _ = outcomes([third, first, second])
    assert counts["2024-01/a/f.csv"] == {"published": 1, "superseded": 2}
    assert repeated == [first, second]
    assert third not in repeated


def test_keys_of_other_rows_do_not_meet() -> None:
    rows = [sent("2024-01", "a", 2, key="k"), sent("2024-01", "a", 3, key="l")]
    counts, _, published = outcomes(rows)
    assert counts["2024-01/a/f.csv"] == {"published": 2}
    assert published == rows
