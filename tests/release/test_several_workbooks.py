"""A table that one workbook cannot hold: several, with each row once, or none where there would be too many."""

from __future__ import annotations

import json

import openpyxl
import pytest
from frictionless import Package
from hypothesis import given
from hypothesis import strategies as st

from orchestration.release import release, write_catalogs, write_index
from orchestration.release.formats import WHOLE, Part, parts_of
from tests.release.marts import CREATED, SCENES, VALIDATION, scenes, write_mart


def publish(tmp_path, count, **options):
    mart = write_mart(tmp_path / "mart.parquet", SCENES, scenes(count))
    return release(SCENES, mart, VALIDATION, tmp_path / "published", created=CREATED, **options).folder


@given(st.integers(0, 10_000), st.integers(1, 700))
def test_parts_hold_every_row_once_and_none_more_than_it_may(rows, most):
    parts = parts_of(rows, most)
    assert [part.number for part in parts] == list(range(1, parts[0].count + 1))
    held = [row for part in parts for row in range(rows)[part.start : part.stop]]
    assert held == list(range(rows))
    assert all(len(range(rows)[part.start : part.stop]) <= most for part in parts)


def test_a_table_that_fits_is_one_file_without_a_number():
    assert parts_of(0, 5) == parts_of(5, 5) == (WHOLE,)
    assert parts_of(6, 5) == (Part(1, 2, 0, 5), Part(2, 2, 5, 6))
    assert [part.suffix for part in (WHOLE, Part(2, 2, 5, 6))] == ["", "-2"]


def test_each_row_stands_in_one_of_the_workbooks_in_order(tmp_path):
    folder = publish(tmp_path, 7, workbook_rows=3, workbooks=3)
    assert sorted(path.name for path in folder.glob("*.xlsx")) == [f"scene_items-{n}.xlsx" for n in (1, 2, 3)]
    ids = []
    for number in (1, 2, 3):
        book = openpyxl.load_workbook(folder / f"scene_items-{number}.xlsx")
        ids.append([row[0] for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)])
    assert ids == [
        ["scene-000001", "scene-000002", "scene-000003"],
        ["scene-000004", "scene-000005", "scene-000006"],
        ["scene-000007"],
    ]
    about = [row[1] for row in book.worksheets[1].iter_rows(values_only=True)]
    assert "第3册（共3册），第7至7行。" in about and "Part 3 of 3, rows 7 to 7" in about


def test_package_readme_and_index_list_all_of_them_and_frictionless_finds_them_valid(tmp_path):
    folder = publish(tmp_path, 7, workbook_rows=3, workbooks=3)
    report = Package(str(folder / "datapackage.json")).validate()
    assert report.flatten(["task", "type", "message"]) == []
    rows = {task.name: task.stats.get("rows") for task in report.tasks if "xlsx" in task.name}
    assert rows == {"scene_items-xlsx-1": 3, "scene_items-xlsx-2": 3, "scene_items-xlsx-3": 1}
    readme = (folder / "README.md").read_text("utf-8")
    assert "| `scene_items-2.xlsx` | 第2册（共3册），第4至6行。供Excel查看的副本" in readme
    assert "| `scene_items-2.xlsx` | Part 2 of 3, rows 4 to 6: a copy for Excel" in readme
    write_index(folder.parents[1])
    write_catalogs(folder.parents[1])
    index = json.loads((folder.parents[1] / "index.json").read_bytes())["datasets"][0]
    assert [one["path"].split("/")[-1] for one in index["formats"]] == [
        "scene_items.parquet", "scene_items.csv",
        "scene_items-1.xlsx", "scene_items-2.xlsx", "scene_items-3.xlsx",
        "scene_items.json", "scene_items.xml",
    ]  # fmt: skip
    catalog = json.loads((folder.parents[1] / "catalog.jsonld").read_bytes())
    assert len(catalog["dcat:dataset"][0]["dcat:distribution"]) == 7


@pytest.mark.parametrize(("rows", "books"), [(6, 2), (7, 0)])
def test_beyond_the_greatest_number_of_workbooks_there_is_none_and_the_readme_says_so(tmp_path, rows, books):
    folder = publish(tmp_path, rows, workbook_rows=3, workbooks=2)
    assert len(list(folder.glob("*.xlsx"))) == books
    said = "本版共7行，超过工作簿6行的上限" in (folder / "README.md").read_text("utf-8")
    assert said is (books == 0)
