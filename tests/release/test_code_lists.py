"""Code lists in a package: every code of its tables can be resolved from the package alone."""

from __future__ import annotations

import csv
import json
import shutil

from frictionless import Package

from orchestration.release import release
from orchestration.release.code_lists import CodeList, lists_of
from orchestration.release.columns import published_columns
from orchestration.release.versions import Reason
from tests.release.marts import CODE_LISTS, CONTRACTS, CREATED, PROJECT, SCENES, VALIDATION, factory, scene, write_mart

SEEDS = PROJECT / "dbt_project" / "seeds"
ROWS = [scene(1, county_code="370102", chain="C01"), scene(2, county_code=None, chain=None)]


def published(tmp_path, rows, contract=SCENES, lists=CODE_LISTS):
    mart = write_mart(tmp_path / "mart.parquet", contract, rows)
    return release(contract, mart, VALIDATION, tmp_path / "published", created=CREATED, code_lists=lists)


def errors(folder):
    return Package(str(folder / "datapackage.json")).validate().flatten(["rowNumber", "type", "cells"])


def test_a_package_carries_the_lists_of_its_columns_byte_for_byte(tmp_path):
    folder = published(tmp_path, ROWS).folder
    names = ["codes-chains.csv", "codes-cities.csv", "codes-counties.csv"]
    assert sorted(path.name for path in folder.glob("codes-*")) == names
    for name in names:
        assert (folder / name).read_bytes() == (SEEDS / name.removeprefix("codes-")).read_bytes()


def test_a_list_brings_the_lists_that_it_refers_to():
    counties = [column for column in published_columns(SCENES) if column.codes == "counties"]
    assert [one.name for one in lists_of(counties, CODE_LISTS)] == ["cities", "counties"]
    assert lists_of(published_columns(SCENES), {}) == ()


def test_columns_of_codes_refer_to_their_lists_in_every_table(tmp_path):
    folder = published(tmp_path, [factory(1)], CONTRACTS["morning_star_factories"]).folder
    resources = json.loads((folder / "datapackage.json").read_text("utf-8"))["resources"]
    keys = {
        one["name"]: [(key["fields"], key["reference"]["resource"]) for key in one["schema"].get("foreignKeys", [])]
        for one in resources
        if "schema" in one
    }
    own = [
        (["city_code"], "codes-cities"),
        (["county_code"], "codes-counties"),
        (["industry_code"], "codes-industries"),
    ]
    assert keys == {
        "morning_star_factories-parquet": own,
        "morning_star_factories-csv": own,
        "morning_star_factories-xlsx": [
            (["市"], "codes-cities"), (["县（市、区）"], "codes-counties"), (["行业"], "codes-industries"),
        ],
        "morning_star_factories-json": own,
        "codes-cities": [(["replaced_by"], "")],
        "codes-counties": [(["replaced_by"], ""), (["parent"], "codes-cities")],
        "codes-industries": [(["replaced_by"], "")],
        "morning_star_factories-changes": [],
    }  # fmt: skip


def test_frictionless_accepts_the_codes_and_finds_one_that_is_in_no_list(tmp_path):
    assert errors(published(tmp_path, ROWS).folder) == []
    wrong = published(tmp_path, [*ROWS, scene(3, county_code="379999")]).folder
    assert [error[:2] for error in errors(wrong)] == [[4, "foreign-key"]] * 3


def test_another_code_list_is_a_new_version(tmp_path):
    own = {name: CodeList(name, one.said, tmp_path / f"{name}.csv") for name, one in CODE_LISTS.items()}
    for name, one in CODE_LISTS.items():
        shutil.copyfile(one.table, own[name].table)
    assert published(tmp_path, ROWS, lists=own).version == "1.0.0"
    assert not published(tmp_path, ROWS, lists=own).new
    with own["chains"].table.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerow(["C99", "样例", "Sample", "", "2025-01-01", "", "", "2025"])
    again = published(tmp_path, ROWS, lists=own)
    assert (again.version, again.reasons) == ("1.0.1", (Reason("patch", "metadata_changed"),))
    with own["industries"].table.open("a", encoding="utf-8") as file:
        file.write("9999,样例,,,,,\n")
    assert not published(tmp_path, ROWS, lists=own).new


def test_the_readme_lists_the_code_lists(tmp_path):
    readme = (published(tmp_path, ROWS).folder / "README.md").read_text("utf-8")
    assert "| `codes-chains.csv` | 代码表：标志性产业链 |\n" in readme
    assert "| `codes-counties.csv` | code list: Counties |\n" in readme
