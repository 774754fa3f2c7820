"""`docs/add-a-dataset.md` followed word for word: its files are written, its commands run, its outputs compared."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.contracts import ContractError, load_contracts
from orchestration.contracts.loading import CONSTRAINTS, CONTRACT_PROPERTIES, FIELD_PROPERTIES, RULE_PROPERTIES
from orchestration.settings import PROJECT
from orchestration.yaml_files import read_mapping
from tests.contracts.test_one_word import by, meaning, several

GUIDE = (PROJECT / "docs" / "add-a-dataset.md").read_text("utf-8")
# A path in bold, and below it the whole content of the file.
FILE = re.compile(r"^\*\*`([^`\n]+)`\*\*\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CONTRACT = "schemas/service_platforms.yaml"
# What a newcomer may do wrong in the contract of the guide: the words there, those instead, and the error.
MISTAKES = {
    "kind": ("kind: choice, ", "kind: choise, ", "field platform_level: kind 'choise' is none of text, name, …"),
    "property": ("consent: income", "consents: income", "field service_income: unknown property consents"),
    "common": (
        "  - {name: uscc, type: string, common: true}",
        "  - {name: uscc, type: string, common: true}\n  - {name: platform_owner, type: string, common: true}",
        "field platform_owner: is marked common, but shared/fields.yaml has no such field",
    ),
    "key": (
        "{required: true, maxLength: 200}",
        "{maxLength: 200}",
        "field platform_name: a field of the key must be required and public",
    ),
    "label": (
        "[满意率, 满意度]",
        "[满意率, 服务企业数]",
        "field satisfaction_rate: the label '服务企业数' is claimed by enterprises_served too",
    ),
    "openness": (
        "[服务类别, 服务功能], visibility: public, openness: unconditional",
        "[服务类别, 服务功能], visibility: public",
        "field service_kinds: is public, but its openness says it may not be opened",
    ),
    "consent": (
        "consent: income_consent",
        "consent: income_agreed",
        "field service_income: its consent 'income_agreed' is no public field of kind boolean",
    ),
    "rule": (
        "fields: [valid_until, ",
        "fields: [valid_to, ",
        "field valid_to: rule valid_beyond_the_year_of_recognition names a field that the contract does not have",
    ),
    "name": (
        "name: service_platforms\n",
        "name: service_platform\n",
        "is named 'service_platform' inside; file and name must agree",
    ),
}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of all that `fuzhi` reads, with `fuzhi` where `make` puts it."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("orchestration", "schemas", "dbt_project", "expectations"):
        unwanted = shutil.ignore_patterns("target", "logs", "__pycache__")
        shutil.copytree(PROJECT / name, folder / name, ignore=unwanted)
    command = folder / ".venv" / "bin" / "fuzhi"
    command.parent.mkdir(parents=True)
    installed = Path(sys.executable).with_name("fuzhi")
    command.write_text(f"#!/bin/sh\nPYTHONPATH='{folder}' exec '{installed}' \"$@\"\n", "utf-8")
    command.chmod(0o755)
    for path, content in FILE.findall(GUIDE):
        place = folder / path
        assert not place.exists(), f"{path} is there already"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(content, "utf-8")
    return folder


def test_the_guide_followed_word_for_word(checkout: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("FUZHI_", "DAGSTER_"))}
    consoles = CONSOLE.findall(GUIDE)
    assert len(consoles) == 6
    for console in consoles:
        for shown in re.split(r"^(?=\$ )", console, flags=re.MULTILINE)[1:]:
            command, _, output = shown.removeprefix("$ ").partition("\n")
            said = subprocess.run(
                ["bash", "-c", command], cwd=checkout, env=environment | {"COLUMNS": "120"}, stdout=subprocess.PIPE
            )
            lines = [line.rstrip() for line in said.stdout.decode("utf-8").splitlines()]
            assert re.fullmatch(_pattern(output), "\n".join(lines) + "\n"), f"$ {command}\n" + "\n".join(lines)
    manifest = json.loads((checkout / "try" / "sample" / "manifest.json").read_text("utf-8"))
    # Good rows and faulty ones.
    assert manifest["datasets"]["service_platforms"]["published"] > 40
    assert manifest["datasets"]["service_platforms"]["quarantined"] > 20


def _pattern(output: str) -> str:
    """What the output must be: `…` alone stands for any lines, in a line for any words."""
    lines = [r"(?:.*\n)*?" if line == "…" else rf"{_words(line)}\n" for line in output.splitlines()]
    return "".join(lines)


def _words(line: str) -> str:
    return ".*".join(re.escape(part) for part in line.split("…"))


@pytest.fixture
def schemas(tmp_path: Path) -> Path:
    """The project's contracts, with that of the guide."""
    shutil.copytree(PROJECT / "schemas", tmp_path / "schemas")
    (tmp_path / CONTRACT).write_text(dict(FILE.findall(GUIDE))[CONTRACT], "utf-8")
    return tmp_path / "schemas"


def test_its_words_agree_with_those_of_the_other_contracts(schemas: Path) -> None:
    fields = [field for contract in load_contracts(schemas).values() for field in contract.fields]
    assert several(by((field.name, meaning(field)) for field in fields)) == {}
    assert several(by((field.title, field.name) for field in fields)) == {}
    assert several(by((field.title_en, field.name) for field in fields)) == {}


@pytest.mark.parametrize(("right", "wrong", "error"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_told_as_the_guide_says(schemas: Path, right: str, wrong: str, error: str) -> None:
    contract = schemas / "service_platforms.yaml"
    content = contract.read_text("utf-8")
    assert right in content
    contract.write_text(content.replace(right, wrong, 1), "utf-8")
    with pytest.raises(ContractError) as raised:
        load_contracts(schemas)
    place = "service_platforms.yaml, " if error.startswith("field") else "service_platforms.yaml: "
    assert re.fullmatch(_words(f"{place}{error}"), str(raised.value))
    assert f"`{place}{error}`" in GUIDE


def test_every_property_kind_and_common_field_is_explained() -> None:
    shared = PROJECT / "schemas" / "shared"
    kinds = read_mapping(shared / "kinds.yaml", of="kinds")
    common = read_mapping(shared / "fields.yaml", of="fields")
    said = set(re.findall(r"`(\w+)`", GUIDE))
    words = {*CONTRACT_PROPERTIES, *FIELD_PROPERTIES, *RULE_PROPERTIES, *CONSTRAINTS, *kinds, *common}
    assert sorted(words - said) == []
