"""Derived models read the tables last published, whatever lies in the workspace; with no release there are no rows."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from orchestration.contracts import submitted
from orchestration.release.latest_tables import lay_out_latest_tables
from orchestration.settings import PROJECT, Settings
from tests.release.marts import CONTRACTS, SCENES, arrow_schema, scenes, write_mart


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(PROJECT, tmp_path / "inbox", tmp_path / "workspace", tmp_path / "published")


def release(settings: Settings, version: str, rows: int, created: str) -> Path:
    """Publish a table of scene_items as far as its readers see."""
    folder = settings.published / "scene_items" / version
    folder.mkdir(parents=True)
    table = write_mart(folder / "scene_items.parquet", SCENES, scenes(rows))
    said = {"dataset": "scene_items", "version": version, "path": version, "created": created}
    (folder.parent / "latest.json").write_text(json.dumps(said), "utf-8")
    return table


def versions(settings: Settings) -> list[tuple[object, ...]]:
    return [tuple(row.values()) for row in pq.read_table(settings.latest / "versions.parquet").to_pylist()]


def test_what_was_never_released_is_a_table_of_its_columns_without_rows(settings: Settings) -> None:
    lay_out_latest_tables(settings, CONTRACTS)
    assert {path.stem for path in settings.latest.iterdir()} == {
        *submitted(CONTRACTS),
        "versions",
        "accounts",
        "faults",
    }
    assert versions(settings) == []
    for name, contract in submitted(CONTRACTS).items():
        table = pq.read_table(settings.latest / f"{name}.parquet")
        assert (table.num_rows, table.schema) == (0, arrow_schema(contract)), name


def test_the_latest_release_is_linked_and_not_what_this_run_has_made(settings: Settings) -> None:
    release(settings, "1.0.0", 3, "2024-06-30")
    settings.marts.mkdir(parents=True)
    write_mart(settings.marts / "scene_items.parquet", SCENES, scenes(7))
    lay_out_latest_tables(settings, CONTRACTS)
    place = settings.latest / "scene_items.parquet"
    assert (place.is_symlink(), pq.read_table(place).num_rows) == (True, 3)
    assert versions(settings) == [("scene_items", "1.0.0", datetime.date(2024, 6, 30))]

    release(settings, "1.1.0", 5, "2024-12-31")
    lay_out_latest_tables(settings, CONTRACTS)
    assert pq.read_table(place).num_rows == 5
    assert versions(settings) == [("scene_items", "1.1.0", datetime.date(2024, 12, 31))]
    assert sorted(path.name for path in settings.latest.iterdir() if path.suffix != ".parquet") == []


def test_a_release_that_is_gone_leaves_no_rows_and_is_not_written_through(settings: Settings) -> None:
    table = release(settings, "1.0.0", 3, "2024-06-30")
    lay_out_latest_tables(settings, CONTRACTS)
    before = table.read_bytes()
    (settings.published / "scene_items" / "latest.json").unlink()
    lay_out_latest_tables(settings, CONTRACTS)
    place = settings.latest / "scene_items.parquet"
    assert (place.is_symlink(), pq.read_table(place).num_rows, versions(settings)) == (False, 0, [])
    assert table.read_bytes() == before
