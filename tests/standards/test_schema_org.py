"""schema.org: the Dataset as search engines read it, and that it is the same graph to any reader of JSON-LD."""

from __future__ import annotations

import hashlib
import json

from tests.standards.validators import run


def test_the_dataset_names_its_version_licence_publisher_and_period(published):
    said = json.loads((published / "scene_items" / "1.0.0" / "schema.org.jsonld").read_bytes())
    assert (said["@context"], said["@type"]) == ("https://schema.org/", "Dataset")
    assert said["name"] == "场景供需项目（样例数据）"
    assert said["alternateName"] == "Scene supply and demand items (sample data)"
    assert (said["version"], said["datePublished"]) == ("1.0.0", "2024-09-30")
    assert said["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert said["publisher"]["name"] == "山东省工业和信息化厅"
    assert said["temporalCoverage"] == "2023/2024"
    assert said["description"].startswith("样例数据：全部内容由程序虚构")
    # Search engines take 50 to 5,000 characters of description.
    assert 50 <= len(said["description"]) <= 5_000


def test_each_format_is_a_download_with_its_checksum(package):
    said = json.loads((package / "schema.org.jsonld").read_bytes())
    assert [one["encodingFormat"] for one in said["distribution"]] == [
        "application/vnd.apache.parquet",
        "text/csv",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/json",
        "application/xml",
    ]
    for one in said["distribution"]:
        content = (package / one["contentUrl"]).read_bytes()
        assert (one["sha256"], one["contentSize"]) == (hashlib.sha256(content).hexdigest(), f"{len(content)} B")


def test_a_reader_of_json_ld_finds_the_dataset(published, tmp_path):
    said = json.loads((published / "scene_items" / "1.0.0" / "schema.org.jsonld").read_bytes())
    # What the context at schema.org comes down to, which no test may fetch.
    said["@context"] = {"@vocab": "https://schema.org/"}
    path = tmp_path / "schema.jsonld"
    path.write_text(json.dumps(said), "utf-8")
    done = run("rdfpipe", "-i", "json-ld", "-o", "nt", path)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert sum("<https://schema.org/DataDownload>" in line for line in lines) == 5
    assert sum("<https://schema.org/variableMeasured>" in line for line in lines) == 15
