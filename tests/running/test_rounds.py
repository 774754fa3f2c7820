"""A round says when it closed; where it does not, the date is the same on any day all the same."""

import datetime
from pathlib import Path

import pytest

from orchestration.running.rounds import Closing, RoundError, closing, made_up


def test_the_round_names_its_day(tmp_path: Path) -> None:
    (tmp_path / "2024-02").mkdir()
    (tmp_path / "2024-02" / "round.yaml").write_text("closed_on: 2024-12-31\n", "utf-8")
    assert closing(tmp_path, "2024-02") == Closing(datetime.date(2024, 12, 31), given=True)


def test_a_round_that_names_none_gets_the_first_day_of_its_year(tmp_path: Path) -> None:
    assert closing(tmp_path, "2024-02") == Closing(datetime.date(2024, 1, 1), given=False)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("closed_on: soon\n", "2024-02/round.yaml: closed_on is no date such as 2024-06-30"),
        ("- a\n", "2024-02/round.yaml: is not a mapping of properties"),
        ("a: [\n", "2024-02/round.yaml: is not valid YAML"),
    ],
)
def test_a_round_file_that_cannot_be_meant_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "2024-02").mkdir()
    (tmp_path / "2024-02" / "round.yaml").write_text(text, "utf-8")
    with pytest.raises(RoundError) as refusal:
        closing(tmp_path, "2024-02")
    assert str(refusal.value) == reason


def test_a_folder_that_is_no_round_has_no_day(tmp_path: Path) -> None:
    with pytest.raises(RoundError, match="spring: a round is named like 2024-02"):
        closing(tmp_path, "spring")


def test_only_an_inbox_that_says_so_is_made_up(tmp_path: Path) -> None:
    assert not made_up(tmp_path)
    (tmp_path / "inbox.yaml").write_text("made_up: true\n", "utf-8")
    assert made_up(tmp_path)
