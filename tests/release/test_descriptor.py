"""datapackage.json: what it says, and that tools of others accept the package."""

from __future__ import annotations

import json
import subprocess
import sys

import pyarrow.parquet as pq
import pytest
from frictionless import Package, Schema

from orchestration.release import release
from orchestration.release.columns import published_columns
from orchestration.release.descriptor import describe, edition
from orchestration.release.resources import table_schema
from orchestration.release.source import plan_source, submissions_source
from tests.release.marts import (
    CONTRACTS,
    CREATED,
    SCENES,
    SHARED,
    VALIDATION,
    awkward_scenes,
    factory,
    scene,
    scenes,
    write_mart,
)

ALL = ("parquet", "csv", "xlsx", "json", "xml")
ROWS = {
    "scene_items": [
        *(row for row in awkward_scenes() if len(row["field"] or "") <= 100),
        scene(100, investment=None, description="长" * 4_000),
        scene(101, county_code="370102", chain="C01"),
    ],
    "morning_star_factories": [factory(number) for number in range(1, 20)],
    "new_products": [
        {"id": f"p{n}", "product_name": f"产品{n}", "kind": "新产品", "org_name": "企业", "city_code": "370300",
         "uscc": "91370100MA3C4YQ88K", "field": "机器人", "level": "国内领先", "round": "2024-01",
         "ip_types": "发明专利;软件著作权" if n % 2 else None, "tiers": "瞪羚" if n % 2 else None}
        for n in range(1, 9)
    ],
}  # fmt: skip


def published(tmp_path, dataset, rows, **options):
    contract = CONTRACTS[dataset]
    mart = write_mart(tmp_path / f"{dataset}.parquet", contract, rows)
    options = {"created": CREATED, "sources": [submissions_source(["2024-01"])], **options}
    return release(contract, mart, VALIDATION, tmp_path / "published", **options).folder


def field(schema, name):
    return next(one for one in schema["fields"] if one["name"] == name)


@pytest.mark.parametrize("dataset", sorted(ROWS))
def test_frictionless_finds_every_resource_valid(tmp_path, dataset):
    folder = published(tmp_path, dataset, ROWS[dataset])
    report = Package(str(folder / "datapackage.json")).validate()
    assert report.flatten(["task", "type", "message"]) == []
    assert [(task.name, task.stats.get("rows")) for task in report.tasks] == [
        *((f"{dataset}-{format_}", len(ROWS[dataset])) for format_ in ("parquet", "csv", "xlsx")),
        *((f"{dataset}-{format_}", None) for format_ in ("json", "xml", "changes")),
    ]


def test_frictionless_finds_the_changes_valid(tmp_path):
    published(tmp_path, "scene_items", [*ROWS["scene_items"], scene(102, investment=1.5)])
    folder = published(tmp_path, "scene_items", [*ROWS["scene_items"][1:], scene(102, field="", investment=1e22)])
    report = Package(str(folder / "datapackage.json")).get_resource("scene_items-changes").validate()
    assert report.flatten(["type", "message"]) == []
    assert (folder / "changes.csv").read_text("utf-8") == (
        "key,kind,column,old,new\nscene-000001,removed,,,\n"
        'scene-000102,changed,field,,""\nscene-000102,changed,investment,1.5,1e+22\n'
    )
    assert report.tasks[0].stats["rows"] == 3


def test_frictionless_finds_a_table_without_rows_valid(tmp_path):
    folder = published(tmp_path, "morning_star_factories", [])
    assert Package(str(folder / "datapackage.json")).validate().flatten(["type", "message"]) == []


def test_the_command_line_of_frictionless_agrees(tmp_path):
    folder = published(tmp_path, "scene_items", ROWS["scene_items"])
    command = [sys.executable, "-m", "frictionless", "validate", str(folder / "datapackage.json"), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["valid"] is True


@pytest.mark.parametrize("format_", ["csv", "xlsx", "parquet"])
def test_frictionless_finds_a_value_outside_the_contract_in_every_format(tmp_path, format_):
    folder = published(tmp_path, "scene_items", [scene(1), scene(2, side="互换"), scene(3, investment=-1.0)])
    report = Package(str(folder / "datapackage.json")).get_resource(f"scene_items-{format_}").validate()
    assert report.flatten(["rowNumber", "fieldNumber", "type"]) == [
        [3, 2, "constraint-error"],
        [4, 11, "constraint-error"],
    ]


@pytest.mark.parametrize("format_", ["csv", "json", "xlsx", "xml"])
def test_frictionless_notices_a_changed_byte(tmp_path, format_):
    folder = published(tmp_path, "scene_items", scenes(3))
    path = folder / f"scene_items.{format_}"
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b"scene-000001", b"scene-000009"))
    if format_ != "xlsx":
        report = Package(str(folder / "datapackage.json")).get_resource(f"scene_items-{format_}").validate()
        assert "hash-count" in [error[0] for error in report.flatten(["type"])]
    else:
        path.write_bytes(path.read_bytes() + b"\0")
        report = Package(str(folder / "datapackage.json")).get_resource(f"scene_items-{format_}").validate()
        assert {"hash-count", "byte-count"} <= {error[0] for error in report.flatten(["type"])}


def test_frictionless_still_calls_any_size_of_a_parquet_file_wrong(tmp_path):
    # The day this fails, the Parquet resource can state its `bytes` like the others.
    folder = published(tmp_path, "scene_items", scenes(3))
    descriptor = json.loads((folder / "datapackage.json").read_text("utf-8"))
    assert "bytes" not in descriptor["resources"][0]
    descriptor["resources"][0]["bytes"] = (folder / "scene_items.parquet").stat().st_size
    report = Package.from_descriptor(descriptor, basepath=str(folder)).get_resource("scene_items-parquet").validate()
    assert [error[0] for error in report.flatten(["type"])] == ["byte-count"]


@pytest.mark.parametrize("dataset", sorted(ROWS))
def test_the_json_schemas_of_the_standard_accept_it(tmp_path, dataset):
    jsonschema = pytest.importorskip("jsonschema")
    profiles = SHARED / "standards" / "datapackage-2.0"
    if not profiles.is_dir():
        pytest.skip("../shared/standards/datapackage-2.0 is not there")
    folder = published(tmp_path, dataset, ROWS[dataset])
    descriptor = json.loads((folder / "datapackage.json").read_text("utf-8"))
    package_profile = json.loads((profiles / "datapackage.json").read_text("utf-8"))
    schema_profile = json.loads((profiles / "tableschema.json").read_text("utf-8"))
    jsonschema.validate(descriptor, package_profile)
    for resource in descriptor["resources"]:
        if resource["format"] != "xml":
            jsonschema.validate(resource["schema"], schema_profile)
    descriptor["licenses"] = []
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(descriptor, package_profile)


def test_what_the_package_says_of_itself(tmp_path):
    folder = published(tmp_path, "scene_items", scenes(3))
    said = json.loads((folder / "datapackage.json").read_text("utf-8"))
    resources = said.pop("resources")
    assert said == {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "scene_items",
        "title": "场景供需项目",
        "title_en": "Scene supply and demand items",
        "description": SCENES.description,
        "description_en": SCENES.description_en,
        "version": "1.0.0",
        "created": "2024-03-05T00:00:00Z",
        "sample": False,
        "openness": "unconditional",
        "keywords": [
            "场景供需项目", "山东省", "中小企业", "科技成果赋智",
            "Scene supply and demand items", "Shandong", "small and medium-sized enterprises", "open data",
        ],
        "licenses": [
            {"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/",
             "title": "Creative Commons Attribution 4.0 International"},
        ],
        "contributors": [{"title": SCENES.owner, "title_en": SCENES.owner_en, "roles": ["owner", "publisher"]}],
        "sources": [
            {"title": plan_source().title, "title_en": plan_source().title_en},
            {"title": "各市工业和信息化局、行业协会和高等学校的报送（批次：2024-01）",
             "title_en": "Submissions of city bureaux of industry and information technology, associations and "
                         "universities (rounds: 2024-01)"},
        ],
        "rounds": ["2024-01"],
        "change": {
            "previous": None, "reasons": [], "rows": {"added": 0, "removed": 0, "changed": 0}, "cells": {},
            "withheld": 0, "columns": {"added": [], "removed": [], "renamed": []}, "accepted": [],
        },
    }  # fmt: skip
    assert [(r["name"], r["path"], r["format"], r["mediatype"], r.get("encoding")) for r in resources] == [
        ("scene_items-parquet", "scene_items.parquet", "parquet", "application/vnd.apache.parquet", None),
        ("scene_items-csv", "scene_items.csv", "csv", "text/csv", "utf-8"),
        ("scene_items-xlsx", "scene_items.xlsx", "xlsx",
         "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", None),
        ("scene_items-json", "scene_items.json", "json", "application/json", "utf-8"),
        ("scene_items-xml", "scene_items.xml", "xml", "application/xml", "utf-8"),
        ("scene_items-changes", "changes.csv", "csv", "text/csv", "utf-8"),
    ]  # fmt: skip


def test_made_up_data_says_so_in_title_and_description(tmp_path):
    folder = published(tmp_path, "scene_items", scenes(3), sample=True)
    said = json.loads((folder / "datapackage.json").read_text("utf-8"))
    assert said["sample"] is True
    assert (said["title"], said["title_en"]) == (
        "场景供需项目（样例数据）",
        "Scene supply and demand items (sample data)",
    )
    assert said["description"].startswith("样例数据：全部内容由程序虚构，仅供演示。")
    assert said["description"].endswith(SCENES.description)
    assert said["description_en"].startswith("Sample data: all of it was made up by a program")


def test_the_schema_has_the_public_fields_alone_with_their_constraints():
    columns = published_columns(SCENES)
    schema = table_schema(columns, "csv")
    assert [one["name"] for one in schema["fields"]] == [column.name for column in columns]
    assert schema["primaryKey"] == ["id"]
    assert schema["missingValues"] == [""]
    assert field(schema, "id")["constraints"] == {"required": True, "unique": True}
    assert field(schema, "round")["constraints"] == {"required": True}
    assert field(schema, "side") == {
        "name": "side",
        "type": "string",
        "title": "方向",
        "title_en": "Side",
        "description": "场景需求或场景供给。",
        "description_en": "Whether it is a demand (需求) or a supply (供给).",
        "categories": ["需求", "供给"],
        "constraints": {"required": True, "enum": ["需求", "供给"]},
    }
    assert field(schema, "scene_name")["constraints"] == {"maxLength": 200, "required": True}
    assert field(schema, "investment")["unit"] == "万元"
    assert field(schema, "city_code")["codes"] == "cities"


def test_a_set_is_bound_to_its_words_by_a_pattern():
    schema = Schema.from_descriptor(table_schema(published_columns(CONTRACTS["new_products"]), "csv"))
    tiers = schema.get_field("tiers")
    assert tiers.read_cell("瞪羚;独角兽") == ("瞪羚;独角兽", None)
    assert tiers.read_cell(None) == (None, None)
    for wrong in ("瞪羚;", "瞪羚、独角兽", "瞪羚羊"):
        assert tiers.read_cell(wrong)[1] is not None


def test_workbook_fields_are_its_headings_and_parquet_numbers_may_be_nan():
    columns = published_columns(CONTRACTS["morning_star_factories"])
    workbook, parquet = table_schema(columns, "xlsx"), table_schema(columns, "parquet")
    assert workbook["primaryKey"] == ["条目标识"]
    assert field(workbook, "联网设备数（台）")["type"] == "integer"
    assert {one["name"] for one in parquet["fields"] if "missingValues" in one} == {
        "recognised_year", "connected_devices", "connection_rate", "data_volume",
    }  # fmt: skip
    assert not any("missingValues" in one for one in workbook["fields"])


def test_private_fields_are_named_nowhere(tmp_path):
    folder = published(tmp_path, "scene_items", scenes(3))
    for private in (one for one in SCENES.fields if not one.public):
        for path in folder.iterdir():
            if path.suffix in (".json", ".md", ".csv"):
                assert private.name not in path.read_text("utf-8")
        assert private.name not in pq.read_schema(folder / "scene_items.parquet").names


def test_editions_are_equal_whatever_the_version_date_and_files(tmp_path):
    columns = published_columns(SCENES)
    sources = (plan_source(), submissions_source(["2024-01"]))
    folder = published(tmp_path, "scene_items", scenes(3))
    released = json.loads((folder / "datapackage.json").read_text("utf-8"))
    data = released["resources"][0]["hash"].removeprefix("sha256:")
    described = describe(SCENES, columns, sources, False, ALL)
    assert edition(described, data=data) == edition(released)
    assert edition(describe(SCENES, columns, sources, True, ALL), data=data) != edition(released)
    assert edition(describe(SCENES, columns, sources, False, ("parquet", "csv")), data=data) != edition(released)


def test_awkward_texts_come_back_through_frictionless(tmp_path):
    folder = published(tmp_path, "scene_items", ROWS["scene_items"])
    rows = Package(str(folder / "datapackage.json")).get_resource("scene_items-csv").read_rows()
    assert [row["field"] for row in rows] == [row.get("field") or None for row in ROWS["scene_items"]]
