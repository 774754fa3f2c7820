"""The day of the data is that of the latest round, and code lists change on the days that their entries name."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from orchestration.running.day import code_lists_as_of, data_day, write_data_day
from orchestration.running.rounds import RoundError
from orchestration.settings import PROJECT, Settings

HEADER = "code,name,name_en,aliases,valid_from,valid_to,replaced_by\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation with one code list: an entry from 2023 on that ends with June 2024, and its successor."""
    settings = Settings(tmp_path / "project", tmp_path / "inbox", tmp_path / "workspace", tmp_path / "published")
    (settings.dbt_project / "seeds").mkdir(parents=True)
    entries = "C01,甲,,,2023-08-15,2024-06-30,C12\nC12,乙,,,2024-07-01,,\nC02,丙,,,,,\n"
    (settings.dbt_project / "seeds" / "chains.csv").write_text(HEADER + entries, "utf-8")
    settings.inbox.mkdir()
    return settings


def close(inbox: Path, round_: str, day: str | None = None) -> None:
    (inbox / round_).mkdir()
    if day is not None:
        (inbox / round_ / "round.yaml").write_text(f"closed_on: {day}\n", "utf-8")


def test_the_day_is_that_of_the_round_that_closed_last_whatever_its_name(settings: Settings) -> None:
    close(settings.inbox, "2024-01", "2024-12-31")
    close(settings.inbox, "2024-02", "2024-06-30")
    close(settings.inbox, "2023-01")
    close(settings.inbox, "spring", "2030-01-01")
    (settings.inbox / "2025-01").write_text("no folder", "utf-8")
    assert data_day(settings.inbox) == datetime.date(2024, 12, 31)


def test_an_inbox_without_a_round_has_no_day(settings: Settings) -> None:
    assert data_day(settings.inbox) is None
    assert code_lists_as_of(settings) == "None"


def test_a_round_that_cannot_be_dated_is_named(settings: Settings) -> None:
    close(settings.inbox, "2024-01", "soon")
    with pytest.raises(RoundError, match=r"2024-01/round\.yaml: closed_on is no date such as 2024-06-30"):
        data_day(settings.inbox)


@pytest.mark.parametrize(("day", "shown"), [(datetime.date(2024, 6, 30), datetime.date(2024, 6, 30)), (None, None)])
def test_the_models_read_the_day_or_that_there_is_none(
    tmp_path: Path, day: datetime.date | None, shown: datetime.date | None
) -> None:
    write_data_day(tmp_path, day)
    table = pq.read_table(tmp_path / "intake" / "day.parquet")
    assert (table.to_pylist(), str(table.schema.field("day").type)) == ([{"day": shown}], "date32[day]")


@pytest.mark.parametrize(
    ("closed_on", "turned_on"),
    [
        ("2023-08-14", "None"),
        ("2023-08-15", "2023-08-15"),
        ("2024-06-30", "2023-08-15"),
        ("2024-07-01", "2024-07-01"),
        ("2030-12-31", "2024-07-01"),
    ],
)
def test_code_lists_are_as_of_the_last_day_on_which_an_entry_came_or_went(
    settings: Settings, closed_on: str, turned_on: str
) -> None:
    close(settings.inbox, "2024-01", closed_on)
    assert code_lists_as_of(settings) == turned_on


def test_an_entry_that_ends_without_a_successor_changes_the_list_on_the_day_after(settings: Settings) -> None:
    shutil.copyfile(PROJECT / "dbt_project" / "seeds" / "cities.csv", settings.dbt_project / "seeds" / "cities.csv")
    chains = settings.dbt_project / "seeds" / "chains.csv"
    chains.write_text(chains.read_text("utf-8") + "C03,丁,,,,2024-09-30,\n", "utf-8")
    close(settings.inbox, "2024-01", "2024-09-30")
    assert code_lists_as_of(settings) == "2024-07-01"
    close(settings.inbox, "2024-02", "2024-10-01")
    assert code_lists_as_of(settings) == "2024-10-01"
