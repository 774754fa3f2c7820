"""CITATION.cff: check-jsonschema accepts it by the schema of the format, and finds what is wrong in a copy."""

from __future__ import annotations

import datetime

import yaml

from tests.standards.validators import copy_of, plant, run


def validate(folder):
    done = run("check-jsonschema", "--builtin-schema", "vendor.citation-file-format", folder / "CITATION.cff")
    return done.returncode, done.stdout + done.stderr


def test_the_validator_accepts_every_citation(package):
    assert validate(package) == (0, "ok -- validation done\n")


def test_the_validator_finds_a_planted_fault(published, tmp_path):
    folder = copy_of(published / "scene_items" / "1.0.0", tmp_path / "copy")
    plant(folder / "CITATION.cff", "type: dataset\n", "type: table\n")
    code, said = validate(folder)
    assert code == 1 and "'table' is not one of ['dataset', 'software']" in said


def test_it_cites_the_version_by_its_publisher_and_marks_made_up_data(published):
    said = yaml.safe_load((published / "morning_star_factories" / "1.1.0" / "CITATION.cff").read_text("utf-8"))
    assert said["authors"] == [
        {
            "name": "山东省工业和信息化厅",
            "alias": "Department of Industry and Information Technology of Shandong Province",
        }
    ]
    assert said["title"] == "晨星工厂（样例数据） Morning Star factories (sample data)"
    assert (said["version"], said["date-released"], said["license"]) == (
        "1.1.0",
        datetime.date(2024, 9, 30).isoformat(),
        "CC-BY-4.0",
    )
    assert said["abstract"].startswith("样例数据：全部内容由程序虚构")
