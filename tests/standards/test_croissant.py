"""Croissant: mlcroissant accepts each package, reads a code list through it, and finds what is wrong in a copy."""

from __future__ import annotations

import hashlib
import json

import pytest

from tests.standards.validators import change, copy_of, plant, run


def validate(folder):
    done = run("mlcroissant", "validate", "--jsonld", folder / "croissant.json")
    return done.returncode, done.stdout + done.stderr


def load(folder, records):
    done = run("mlcroissant", "load", "--jsonld", folder / "croissant.json", "--record_set", records)
    return done.returncode, done.stdout + done.stderr


def test_the_validator_accepts_every_package_without_a_warning(package):
    code, said = validate(package)
    assert code == 0 and "Done." in said
    assert "WARNING" not in said and "Found the following" not in said


@pytest.mark.parametrize(
    ("fault", "found"),
    [
        (lambda content: content["distribution"][0].pop("sha256"), "['md5', 'sha256']"),
        (lambda content: content["distribution"].pop(0), 'reference to node with UUID "scene_items.parquet"'),
        (lambda content: content["recordSet"][0]["field"][0].update(dataType="sc:Nonsense"), "dataType"),
    ],
    ids=["no checksum", "file not listed", "no such type"],
)
def test_the_validator_finds_a_planted_fault(published, tmp_path, fault, found):
    folder = copy_of(published / "scene_items" / "1.0.0", tmp_path / "copy")
    change(folder / "croissant.json", fault)
    code, said = validate(folder)
    assert code == 1 and found in said


def test_records_are_read_and_a_changed_file_is_refused_by_its_checksum(published, tmp_path):
    folder = copy_of(published / "scene_items" / "1.0.0", tmp_path / "copy")
    code, said = load(folder, "cities")
    assert code == 0 and "'cities/code': b'370100'" in said
    plant(folder / "codes-cities.csv", "Jinan", "Tsinan")
    code, said = load(folder, "cities")
    assert code != 0 and "Hash of downloaded file" in said


def test_a_changed_table_is_refused_by_its_checksum(published, tmp_path):
    folder = copy_of(published / "scene_items" / "1.0.0", tmp_path / "copy")
    path = folder / "scene_items.parquet"
    path.write_bytes(path.read_bytes() + b"\0")
    code, said = load(folder, "rows")
    assert code != 0 and "Hash of downloaded file" in said


def test_what_it_says_of_files_and_fields(published):
    folder = published / "scene_items" / "1.0.0"
    content = json.loads((folder / "croissant.json").read_bytes())
    assert content["conformsTo"] == "http://mlcommons.org/croissant/1.0"
    assert (content["name"], content["version"], content["datePublished"]) == (
        "场景供需项目（样例数据）",
        "1.0.0",
        "2024-09-30",
    )
    for file in content["distribution"]:
        data = (folder / file["contentUrl"]).read_bytes()
        assert (file["sha256"], file["contentSize"]) == (hashlib.sha256(data).hexdigest(), f"{len(data)} B")
    assert [one["@id"] for one in content["recordSet"]] == ["rows", "chains", "cities", "counties"]
    types = {field["name"]: field["dataType"] for field in content["recordSet"][0]["field"]}
    assert types["city_code"] == "sc:Text" and types["investment"] == "sc:Float" and types["published_on"] == "sc:Date"
