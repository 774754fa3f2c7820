"""What may be published only with consent is as private as any private value where the row does not give it."""

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest

from orchestration.contracts import Contract
from orchestration.sample import write_sample
from orchestration.sample.code_lists import CodeList
from orchestration.sample.enterprises import made_up_enterprises
from orchestration.sample.filling import filled
from orchestration.sample.rows import Row
from orchestration.sample.submissions import World, call
from orchestration.sample.words import load_words
from tests.sample.invented import WISHES, WISHES_WORDS, contracts_in, words_in


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("consent")


@pytest.fixture(scope="module")
def registers(folder: Path) -> dict[str, Contract]:
    return contracts_in(folder, wishes=WISHES)


@pytest.fixture(scope="module")
def words_file(folder: Path) -> Path:
    return words_in(folder, wishes=WISHES_WORDS)


@pytest.fixture(scope="module")
def world(words_file: Path, lists: dict[str, CodeList]) -> World:
    words = load_words(words_file)
    return World(words, lists, made_up_enterprises(words, lists, 2023), 2023, 1.0)


@pytest.fixture(scope="module")
def rows(registers: dict[str, Contract], world: World) -> list[Row]:
    return [
        entry.row
        for submission in filled(registers, world)["wishes"]
        for entry in submission.entries
        if entry.row.values["budget"] is not None and submission.holds({"budget"}) and not entry.faults
    ]


def test_a_figure_without_consent_can_be_told_from_all_others(rows: list[Row]) -> None:
    hidden = [str(row.values["budget"]) for row in rows if row.values["agreed"] is not True]
    open_ = [str(row.values["budget"]) for row in rows if row.values["agreed"] is True]
    assert min(len(hidden), len(open_)) > 15
    assert [text for text in hidden if not re.fullmatch(r"\d+\.\d{3}[1-9]", text)] == []
    assert [text for text in open_ if not re.fullmatch(r"\d+\.\d{2}", text)] == []
    assert {row.values["agreed"] for row in rows} == {True, False, None}


def test_the_manifest_lists_it_where_consent_is_not_given_and_only_there(
    tmp_path: Path, registers: dict[str, Contract], words_file: Path, rows: list[Row]
) -> None:
    manifest = write_sample(tmp_path, registers, words_file=words_file)
    private = set(json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))["private_values"])
    assert private == set(manifest.private_values)
    field = registers["wishes"].field("budget")
    for row in rows:
        assert row.hides(field) is (row.values["agreed"] is not True)
        assert (str(row.values["budget"]) in private) is row.hides(field)


def test_whole_numbers_and_yes_itself_are_not_hidden_behind_it(registers: dict[str, Contract], rows: list[Row]) -> None:
    contract = registers["wishes"]
    assert not rows[0].hides(contract.field("agreed"))
    assert not rows[0].hides(contract.field("opened"))
    assert isinstance(rows[0].values["budget"], Decimal)


def test_the_column_of_the_consent_is_never_left_out(registers: dict[str, Contract], world: World) -> None:
    forms = [form for position in range(9) for form in call(registers["wishes"], position, position, world)]
    assert [form for form in forms if not form.holds({"agreed"})] == []
    assert [form for form in forms if not form.holds({"budget"})] != []
