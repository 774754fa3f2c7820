"""CSV on the Web: csvwvalidate accepts each CSV with its metadata, and finds what is wrong in a copy."""

from __future__ import annotations

import json

import pytest

from tests.standards.validators import copy_of, plant, run


def validate(folder, dataset):
    # --lax: a code that is not given refers to nothing.
    done = run("csvwvalidate", "--verbose", "--lax", folder / f"{dataset}.csv-metadata.json")
    return done.returncode, done.stdout + done.stderr


def test_the_validator_accepts_every_csv_of_a_package(package):
    assert validate(package, package.parent.name) == (0, "OK\n")


def test_the_metadata_is_found_beside_the_csv(package):
    assert run("csvwvalidate", "--lax", package / f"{package.parent.name}.csv").returncode == 0


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (",1e+22,", ",many,", "investment: invalid lexical value for float: many"),
        ("scene-000100,供给", "scene-000100,互换", "side: invalid lexical value for string"),
        (",370102,", ",379999,", "Key `379999` not found in table codes-counties.csv"),
        ("scene-000100,", "scene-000101,", "duplicate primary key: scene-000101"),
    ],
)
def test_the_validator_finds_a_planted_fault(published, tmp_path, old, new, found):
    folder = copy_of(published / "scene_items" / "1.0.0", tmp_path / "copy")
    plant(folder / "scene_items.csv", old, new)
    code, said = validate(folder, "scene_items")
    assert code != 0 and found in said


def test_a_column_has_its_titles_in_both_languages_and_its_constraints(published):
    content = json.loads((published / "scene_items" / "1.0.0" / "scene_items.csv-metadata.json").read_bytes())
    table = content["tables"][0]
    columns = {column["name"]: column for column in table["tableSchema"]["columns"]}
    assert content["dc:title"][0] == {"@value": "场景供需项目（样例数据）", "@language": "zh"}
    assert [one["url"] for one in content["tables"]] == [
        "scene_items.csv", "codes-chains.csv", "codes-cities.csv", "codes-counties.csv", "changes.csv",
    ]  # fmt: skip
    assert table["tableSchema"]["primaryKey"] == ["id"]
    assert columns["investment"] == {
        "name": "investment",
        "titles": {"und": ["investment"], "zh": ["投资额"], "en": ["Investment"]},
        "dc:description": [
            {"@value": "计划投资额，单位万元。", "@language": "zh"},
            {"@value": "Planned investment in units of 10 000 yuan.", "@language": "en"},
        ],
        "datatype": {"base": "number", "minimum": 0},
        "null": [""],
        "required": False,
        "schema:unitText": "万元",
    }
    assert columns["side"]["datatype"] == {"base": "string", "format": "需求|供给"}
    assert columns["published_on"]["datatype"] == {"base": "date", "format": "yyyy-MM-dd"}
    assert columns["published_on"]["required"] is True
