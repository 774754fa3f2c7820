"""The table as JSON and as XML: read back by parsers of others, value by value, whatever is in it."""

from __future__ import annotations

import datetime
import json
import re
from xml.etree import ElementTree

import duckdb
import pyarrow.parquet as pq
import pytest

from orchestration.release import MartError, release
from orchestration.release.columns import published_columns
from orchestration.release.json_table import write_json_table
from orchestration.release.package import Package
from orchestration.release.xml_table import write_xml_table
from tests.release.marts import (
    CONTRACTS,
    CREATED,
    SCENES,
    VALIDATION,
    awkward_scenes,
    factory,
    scene,
    scenes,
    write_mart,
)

ROWS = {
    "scene_items": [
        *awkward_scenes(),
        scene(100, description="</description>]]>&amp;", investment=1e22),
        scene(101, investment=1e-7),
    ],
    "morning_star_factories": [factory(number) for number in range(1, 9)],
}
COLUMNS = published_columns(SCENES)


def package(columns=COLUMNS, sample=False):
    return Package(SCENES, columns, "1.2.3", CREATED, 1, sample, (), {})


def as_text(value):
    return value.isoformat() if isinstance(value, datetime.date) else value


@pytest.mark.parametrize("dataset", sorted(ROWS))
def test_json_has_the_very_values_of_the_parquet(tmp_path, dataset):
    columns = published_columns(CONTRACTS[dataset])
    mart = write_mart(tmp_path / "mart.parquet", CONTRACTS[dataset], ROWS[dataset])
    write_json_table(mart, columns, tmp_path / "t.json")
    rows = json.loads((tmp_path / "t.json").read_bytes().decode("utf-8"))
    assert [list(row) for row in rows] == [[column.name for column in columns]] * len(ROWS[dataset])
    expected = [{name: as_text(value) for name, value in row.items()} for row in pq.read_table(mart).to_pylist()]
    assert rows == expected
    assert (tmp_path / "t.json").read_text("utf-8").count("\n\t{") == len(rows)


@pytest.mark.parametrize("dataset", sorted(ROWS))
def test_xml_has_the_very_values_of_the_parquet(tmp_path, dataset):
    contract = CONTRACTS[dataset]
    columns = published_columns(contract)
    mart = write_mart(tmp_path / "mart.parquet", contract, ROWS[dataset])
    write_xml_table(mart, package(columns), tmp_path / "t.xml")
    root = ElementTree.parse(tmp_path / "t.xml").getroot()
    kinds = {"string": str, "integer": int, "number": float, "date": datetime.date.fromisoformat}
    read = {column.name: kinds[column.type] for column in columns}
    found = [{one.tag: read[one.tag](one.text or "") for one in row} for row in root]
    rows = pq.read_table(mart).to_pylist()
    assert found == [{name: value for name, value in row.items() if value is not None} for row in rows]
    assert "replaced" not in root.attrib


def test_the_root_of_the_xml_names_the_version_and_marks_made_up_data(tmp_path):
    mart = write_mart(tmp_path / "mart.parquet", SCENES, scenes(1))
    write_xml_table(mart, package(sample=True), tmp_path / "t.xml")
    assert ElementTree.parse(tmp_path / "t.xml").getroot().attrib == {
        "name": "scene_items",
        "version": "1.2.3",
        "title": "场景供需项目（样例数据）",
    }


def test_characters_that_xml_cannot_hold_are_replaced_and_their_cells_counted(tmp_path):
    rows = [scene(1, field="\x00a\x0b\x1f"), scene(2, field="\ufffe", description="\uffff"), scene(3, field="\x7f\t")]
    mart = write_mart(tmp_path / "mart.parquet", SCENES, rows)
    write_xml_table(mart, package(), tmp_path / "t.xml")
    root = ElementTree.parse(tmp_path / "t.xml").getroot()
    assert root.get("replaced") == "3"
    assert [row.findtext("field") for row in root] == ["\ufffda\ufffd\ufffd", "\ufffd", "\x7f\t"]
    write_json_table(mart, COLUMNS, tmp_path / "t.json")
    assert [row["field"] for row in json.loads((tmp_path / "t.json").read_bytes())] == [row["field"] for row in rows]


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_numbers_that_json_does_not_know_are_refused_by_column(tmp_path, number):
    mart = write_mart(tmp_path / "mart.parquet", SCENES, [scene(1), scene(2, investment=number)])
    with pytest.raises(MartError, match="column investment holds a number that is not finite"):
        write_json_table(mart, COLUMNS, tmp_path / "t.json")


def test_a_table_without_rows_is_an_empty_array_and_an_empty_element(tmp_path):
    mart = write_mart(tmp_path / "mart.parquet", SCENES, [])
    write_json_table(mart, COLUMNS, tmp_path / "t.json")
    write_xml_table(mart, package(), tmp_path / "t.xml")
    assert json.loads((tmp_path / "t.json").read_bytes()) == []
    assert len(ElementTree.parse(tmp_path / "t.xml").getroot()) == 0


def test_many_rows_keep_their_order_and_give_the_same_bytes_again(tmp_path):
    one = write_mart(tmp_path / "one.parquet", SCENES, [scene(1)])
    many = tmp_path / "it's many.parquet"
    with duckdb.connect() as connection:
        connection.read_parquet(str(one)).create_view("one")
        connection.execute("SET VARIABLE target = $target", {"target": str(many)})
        connection.execute(
            "COPY (SELECT * REPLACE (printf('scene-%06d', i) AS id) FROM one, range(300_000) AS r(i) ORDER BY i) "
            "TO (getvariable('target')) (FORMAT parquet)"
        )
    for name in ("a", "b"):
        write_json_table(many, COLUMNS, tmp_path / f"{name}.json")
        write_xml_table(many, package(), tmp_path / f"{name}.xml")
    ids = [f"scene-{number:06d}" for number in range(300_000)]
    for format_, pattern in (("json", r'"id":"([^"]+)"'), ("xml", "<id>([^<]+)</id>")):
        content = (tmp_path / f"a.{format_}").read_bytes()
        assert content == (tmp_path / f"b.{format_}").read_bytes()
        assert re.findall(pattern, content.decode()) == ids


def test_above_the_row_limit_there_is_no_xml_and_the_readme_says_so(tmp_path):
    mart = write_mart(tmp_path / "mart.parquet", SCENES, scenes(7))
    folder = release(SCENES, mart, VALIDATION, tmp_path / "published", created=CREATED, xml_rows=6).folder
    assert not (folder / "scene_items.xml").exists()
    readme = (folder / "README.md").read_text("utf-8")
    assert "本版共7行，超过XML6行的上限，因此不提供xml，请使用Parquet或CSV。" in readme
    assert "This version has 7 rows, more than the 6 that XML is written for; so there is no xml." in readme
    assert "scene_items.xml" not in readme


def test_above_the_row_limit_there_is_no_json_and_the_readme_says_so(tmp_path):
    mart = write_mart(tmp_path / "mart.parquet", SCENES, scenes(7))
    folder = release(SCENES, mart, VALIDATION, tmp_path / "published", created=CREATED, json_rows=6).folder
    assert not (folder / "scene_items.json").exists()
    readme = (folder / "README.md").read_text("utf-8")
    assert "本版共7行，超过JSON6行的上限，因此不提供json，请使用Parquet或CSV。" in readme
    assert "This version has 7 rows, more than the 6 that JSON is written for; so there is no json." in readme
    assert "scene_items.json" not in readme
    resources = json.loads((folder / "datapackage.json").read_text("utf-8"))["resources"]
    assert [resource["format"] for resource in resources] == ["parquet", "csv", "xlsx", "xml", "csv"]
    again = release(SCENES, mart, VALIDATION, tmp_path / "published", created=CREATED)
    assert (again.version, [reason.code for reason in again.reasons]) == ("1.0.1", ["metadata_changed"])
    assert (again.folder / "scene_items.json").exists()
