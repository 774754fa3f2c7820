"""One word for one thing: in all contracts, and wherever titles are shown, a field has one name and one meaning."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
import yaml

from orchestration.contracts import Contract, Field, load_contracts, submitted
from orchestration.intake.forms import Form, form_of
from orchestration.intake.headings import Heading, claim

PROJECT = Path(__file__).parents[2]
CONTRACTS = load_contracts(PROJECT / "schemas")
FIELDS = [field for contract in CONTRACTS.values() for field in contract.fields]
FORMS = {name: form_of(contract) for name, contract in submitted(CONTRACTS).items()}


def by(pairs: Iterable[tuple[str, object]]) -> dict[str, set[object]]:
    """What each first part goes with."""
    found: dict[str, set[object]] = defaultdict(set)
    for one, other in pairs:
        found[one].add(other)
    return dict(found)


def several(found: Mapping[str, set[object]]) -> dict[str, set[object]]:
    return {one: others for one, others in found.items() if len(others) > 1}


def meaning(field: Field) -> tuple[object, ...]:
    return field.title, field.title_en, field.type, field.kind, field.unit, field.codes


def test_a_field_name_means_one_thing() -> None:
    assert several(by((field.name, meaning(field)) for field in FIELDS)) == {}


def test_a_title_is_of_one_field() -> None:
    assert several(by((field.title, field.name) for field in FIELDS)) == {}
    assert several(by((field.title_en, field.name) for field in FIELDS)) == {}


def test_a_title_of_a_dataset_is_of_one_dataset() -> None:
    for titles in ([c.title for c in CONTRACTS.values()], [c.title_en for c in CONTRACTS.values()]):
        assert len(set(titles)) == len(CONTRACTS) == 31


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=CONTRACTS.keys())
def test_dbt_shows_the_titles_of_the_contract(contract: Contract) -> None:
    folder = PROJECT / "dbt_project" / "models" / ("derived" if contract.derived else "marts") / "generated"
    (model,) = yaml.safe_load((folder / f"{contract.name}.yml").read_text("utf-8"))["models"]
    titles = {name: model["config"]["meta"][name] for name in ("title", "title_en")}
    assert titles == {"title": contract.title, "title_en": contract.title_en}
    shown = {
        column["name"]: (column["config"]["meta"]["title"], column["config"]["meta"]["title_en"])
        for column in model["columns"]
        if "config" in column
    }
    assert shown == {field.name: (field.title, field.title_en) for field in contract.public_fields}


@pytest.mark.parametrize("contract", submitted(CONTRACTS).values(), ids=submitted(CONTRACTS).keys())
def test_intake_takes_a_form_by_the_headings_of_the_contract(contract: Contract) -> None:
    staged = PROJECT / "dbt_project" / "models" / "staging" / "generated" / f"stg_{contract.name}.yml"
    (model,) = yaml.safe_load(staged.read_text("utf-8"))["models"]
    headings = {c["name"]: c["config"]["meta"]["heading"] for c in model["columns"] if "config" in c}
    assert headings == {field.name: field.heading for field in contract.fields}


@pytest.mark.parametrize("contract", submitted(CONTRACTS).values(), ids=submitted(CONTRACTS).keys())
def test_a_form_with_what_its_contract_requires_is_of_no_other_dataset(contract: Contract) -> None:
    """Forms may share labels of their keys (技术名称, 社会信用代码): the fields beside them tell them apart."""
    headings = [field.heading for field in contract.fields if field.required or field.name in contract.key]
    claimed = {name: claimed_by(form, headings) for name, form in FORMS.items()}
    most = max(claimed.values())
    assert claimed[contract.name] == most == len(headings)
    assert [name for name, count in claimed.items() if count == most] == [contract.name]


def claimed_by(form: Form, headings: list[str]) -> int:
    """How many columns the form has a field for; none where it lacks its key."""
    claims = claim([Heading(position, (heading,)) for position, heading in enumerate(headings)], form)
    return len(claims.fields) if claims.fit(form) else 0
