"""Faults that only lists of another day have room for: a chain or an industry that was retired."""

import shutil
from dataclasses import replace
from pathlib import Path

from orchestration.contracts import Contract
from orchestration.sample import write_sample
from orchestration.sample.code_lists import CodeList, read_code_lists
from orchestration.sample.faults import candidates
from orchestration.sample.words import load_words
from orchestration.sample.writing import SEEDS


def test_a_retired_chain_is_sent_too(tmp_path: Path, contracts: dict[str, Contract]) -> None:
    seeds = tmp_path / "seeds"
    shutil.copytree(SEEDS, seeds)
    with (seeds / "chains.csv").open("a", encoding="utf-8") as file:
        file.write("C00,旧时产业,Former chain,旧时产业链,2020-01-01,2023-08-14,C10,2020\n")
    manifest = write_sample(tmp_path, contracts, scale=0.02, seeds=seeds)
    retired = [fault for fault in manifest.faults if fault.code == "code_retired" and fault.field == "chain"]
    assert {fault.dataset for fault in retired} == {"new_products", "scene_items"}


def test_a_city_that_cannot_be_read_comes_with_a_county_that_is_plain(
    contracts: dict[str, Contract], lists: dict[str, CodeList]
) -> None:
    found = candidates(contracts["scene_items"], load_words(), lists)
    counties = [
        c.counties for c in found if c.field.name == "city_code" and c.code in ("required_missing", "code_unknown")
    ]
    assert counties
    assert all(places and not places & {"370103", "370402", "370117"} for places in counties)


def test_a_former_city_is_named_by_those_who_were_in_it(
    contracts: dict[str, Contract], lists: dict[str, CodeList]
) -> None:
    found = candidates(contracts["scene_items"], load_words(), lists)
    assert {c.counties for c in found if c.field.name == "city_code" and c.code == "code_retired"} == {
        frozenset({"370116"})
    }


def test_a_former_city_without_counties_is_named_by_those_of_the_city_that_took_its_place(
    contracts: dict[str, Contract], lists: dict[str, CodeList]
) -> None:
    scenes = contracts["scene_items"]
    without = replace(scenes, fields=tuple(field for field in scenes.fields if field.name != "county_code"))
    found = candidates(without, load_words(), lists)
    jinan = frozenset(county.code for county in lists["counties"].present if county.parent == "370100")
    assert {(c.counties, c.kept) for c in found if c.field.name == "city_code" and c.code == "code_retired"} == {
        (jinan, ())
    }


def test_every_code_is_planted_at_least_three_times_in_each_dataset(
    contracts: dict[str, Contract], lists: dict[str, CodeList]
) -> None:
    for contract in contracts.values():
        found = [candidate.code for candidate in candidates(contract, load_words(), lists)]
        assert min(found.count(code) for code in set(found)) >= 3


def test_lists_are_read_with_their_retired_codes() -> None:
    cities = read_code_lists(SEEDS, ["cities"])["cities"]
    assert len(cities.present) == 16
    assert [(code.code, code.replaced_by) for code in cities.retired] == [("371200", "370100")]
