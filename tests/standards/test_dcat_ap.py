"""DCAT-AP 3: pyshacl finds the catalogue to conform to the shapes, and finds what is wrong in a copy."""

from __future__ import annotations

import hashlib
import json

import pytest

from orchestration.release import write_catalogs
from tests.standards.conftest import DATASETS
from tests.standards.validators import change, run, standard


def validate(catalog, shapes="html_shacl_shapes.ttl"):
    shapes = standard("dcat-ap-3.0.1") / shapes
    done = run("pyshacl", "-s", shapes, "-df", "json-ld", catalog)
    return done.returncode, done.stdout + done.stderr


def first_file(catalog):
    return catalog["dcat:dataset"][0]["dcat:distribution"][0]


def catalog_of(published):
    return json.loads((published / "catalog.jsonld").read_bytes())


@pytest.mark.parametrize("shapes", ["html_shacl_shapes.ttl", "html_shacl_range.ttl"])
def test_the_catalogue_conforms_to_the_shapes(published, shapes):
    code, said = validate(published / "catalog.jsonld", shapes)
    assert code == 0 and "Conforms: True" in said, said


def test_the_triples_are_there_for_the_shapes_to_look_at(published):
    done = run("rdfpipe", "-i", "json-ld", "-o", "nt", published / "catalog.jsonld")
    triples = done.stdout.splitlines()
    for kind, count in (("Catalog", 1), ("Dataset", 3), ("Distribution", 15)):
        ending = f"<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/dcat#{kind}> ."
        assert sum(line.endswith(ending) for line in triples) == count


@pytest.mark.parametrize(
    ("fault", "path"),
    [
        (lambda catalog: catalog["dcat:dataset"][0].pop("dct:title"), "dct:title"),
        (lambda catalog: first_file(catalog).pop("dcat:accessURL"), "dcat:accessURL"),
        (lambda catalog: catalog.pop("dct:publisher"), "dct:publisher"),
        (lambda catalog: first_file(catalog).update({"dcat:byteSize": "many"}), "dcat:byteSize"),
    ],
    ids=["no title", "no address", "no publisher", "no size"],
)
def test_the_validator_finds_a_planted_fault(published, tmp_path, fault, path):
    copy = tmp_path / "catalog.jsonld"
    copy.write_bytes((published / "catalog.jsonld").read_bytes())
    change(copy, fault)
    code, said = validate(copy)
    assert code == 1 and "Conforms: False" in said and f"Result Path: {path}" in said


def test_every_distribution_has_an_address_that_leads_to_its_file(published):
    for dataset in catalog_of(published)["dcat:dataset"]:
        for one in dataset["dcat:distribution"]:
            content = (published / one["dcat:downloadURL"]["@id"]).read_bytes()
            assert one["dcat:byteSize"]["@value"] == str(len(content))
            assert one["spdx:checksum"]["spdx:checksumValue"]["@value"] == hashlib.sha256(content).hexdigest()


def test_what_it_says_of_a_dataset_in_its_second_version(published):
    catalog = catalog_of(published)
    assert [one["dct:identifier"] for one in catalog["dcat:dataset"]] == DATASETS
    dataset = catalog["dcat:dataset"][0]
    assert dataset["@id"] == "morning_star_factories/"
    assert dataset["dcat:version"] == "1.1.0"
    assert dataset["dcat:previousVersion"] == {"@id": "morning_star_factories/1.0.0/"}
    assert "dcat:previousVersion" not in catalog["dcat:dataset"][1]
    assert dataset["dct:title"][0] == {"@value": "晨星工厂（样例数据）", "@language": "zh"}
    assert dataset["dct:temporal"] == {
        "@type": "dct:PeriodOfTime",
        "dcat:startDate": {"@value": "2023", "@type": "xsd:gYear"},
        "dcat:endDate": {"@value": "2024", "@type": "xsd:gYear"},
    }
    assert dataset["dct:accessRights"]["@id"].endswith("/access-right/PUBLIC")
    assert dataset["dcat:distribution"][0]["dct:license"]["@id"] == "https://creativecommons.org/licenses/by/4.0/"


@pytest.mark.parametrize("base", ["https://data.example.org/fuzhi", "https://data.example.org/fuzhi/"])
def test_with_a_base_every_address_is_absolute(published, base):
    relative = (published / "catalog.jsonld").read_bytes()
    write_catalogs(published, base)
    catalog = catalog_of(published)
    assert catalog["@id"] == "https://data.example.org/fuzhi/"
    address = "https://data.example.org/fuzhi/scene_items/1.0.0/scene_items.csv"
    assert catalog["dcat:dataset"][2]["dcat:distribution"][1]["dcat:downloadURL"] == {"@id": address}
    assert validate(published / "catalog.jsonld")[0] == 0
    write_catalogs(published)
    assert (published / "catalog.jsonld").read_bytes() == relative


def test_a_catalogue_of_nothing_conforms_too(tmp_path):
    write_catalogs(tmp_path / "published")
    assert validate(tmp_path / "published" / "catalog.jsonld")[0] == 0
