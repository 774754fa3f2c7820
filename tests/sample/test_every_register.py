"""The sample of every register: each has good rows and every fault that its contract has room for."""

import re
from collections import defaultdict
from collections.abc import Mapping
from itertools import islice

import pytest

from orchestration.contracts import load_contracts, submitted
from orchestration.sample.code_lists import read_code_lists
from orchestration.sample.enterprises import made_up_enterprises
from orchestration.sample.faults import candidates
from orchestration.sample.filling import filled
from orchestration.sample.references import answers
from orchestration.sample.side_effects import broken_rules, unanswered
from orchestration.sample.submissions import Entry, Submission, World
from orchestration.sample.values import Value
from orchestration.sample.words import load_words
from orchestration.sample.writing import SEEDS
from tests.sample.conftest import ROOT

REGISTERS = submitted(load_contracts(ROOT / "schemas"))
LISTS = read_code_lists(
    SEEDS, {"cities", "counties", *(f.codes for each in REGISTERS.values() for f in each.fields if f.codes)}
)
WORDS = load_words()
# A reference that is too long is also one that nothing answers, and a faulty row has one fault.
NO_ROOM = {("cooperations", "too_long", "need_name"), ("cooperations", "too_long", "result_name")}


@pytest.fixture(scope="module")
def sent() -> dict[str, list[Submission]]:
    world = World(WORDS, LISTS, made_up_enterprises(WORDS, LISTS, 2023), 2023, 0.1)
    return filled(REGISTERS, world)


def as_sent(submission: Submission, entry: Entry) -> Mapping[str, Value]:
    """What the form says of a row: nothing where it lacks the column."""
    there = {field.name for field in submission.fields}
    return {name: value if name in there else None for name, value in entry.row.values.items()}


def test_every_register_has_words() -> None:
    assert WORDS["datasets"].keys() == REGISTERS.keys()


def test_no_python_names_a_register() -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "orchestration" / "sample").glob("*.py")}
    named = re.compile(r"\b(" + "|".join(REGISTERS) + r")\b")
    assert [name for name, text in texts.items() if named.search(text)] == []


def test_every_fault_that_there_is_room_for_is_planted(sent: dict[str, list[Submission]]) -> None:
    planted = {
        (name, fault.code, fault.field)
        for name, submissions in sent.items()
        for submission in submissions
        for entry in submission.entries
        for fault in entry.faults
    }
    room = {
        (name, candidate.code, candidate.field.name)
        for name, contract in REGISTERS.items()
        for candidate in candidates(contract, WORDS, LISTS)
    }
    assert room - planted == NO_ROOM
    assert planted - room == set()


def test_every_rule_is_broken(sent: dict[str, list[Submission]]) -> None:
    broken = defaultdict(set)
    for name, submissions in sent.items():
        for submission in submissions:
            broken[name] |= {fault.detail for entry in submission.entries for fault in entry.faults if fault.detail}
    assert broken == {name: {rule.name for rule in contract.rules} for name, contract in REGISTERS.items()}


@pytest.mark.parametrize("name", [name for name, contract in REGISTERS.items() if contract.rules])
def test_good_rows_hold_every_rule(sent: dict[str, list[Submission]], name: str) -> None:
    good = ((s, entry) for s in sent[name] for entry in s.entries if not entry.faults)
    for submission, entry in islice(good, 60):
        assert broken_rules(REGISTERS[name], as_sent(submission, entry), submission.round) == []


@pytest.mark.parametrize("name", [name for name, contract in REGISTERS.items() if contract.references])
def test_good_rows_refer_to_published_ones(sent: dict[str, list[Submission]], name: str) -> None:
    contract = REGISTERS[name]
    may_mean = {each: answers(each, REGISTERS[each.dataset], sent[each.dataset]) for each in contract.references}
    good = [as_sent(submission, entry) for submission in sent[name] for entry in submission.entries if not entry.faults]
    assert [values for values in good if unanswered(contract, values, may_mean)] == []
    for reference in contract.references:
        referring = [values for values in good if all(values[field] is not None for field in reference.fields)]
        assert 0.2 < len(referring) / len(good) < 0.95


def test_no_more_items_than_a_contract_allows(sent: dict[str, list[Submission]]) -> None:
    limits = [(name, f) for name, contract in REGISTERS.items() for f in contract.fields if f.constraint("maxItems")]
    assert len(limits) > 1
    for name, field in limits:
        good = [entry.row.values[field.name] for s in sent[name] for entry in s.entries if not entry.faults]
        assert 1 < max(len(value) for value in good if isinstance(value, tuple)) <= field.constraint("maxItems")


def test_a_register_has_few_senders_but_for_the_first_ones(sent: dict[str, list[Submission]]) -> None:
    senders = {name: {each.submitter.name for each in submissions} for name, submissions in sent.items()}
    assert {name for name, found in senders.items() if len(found) == 17} == {
        "morning_star_factories", "new_products", "scene_items",
    }  # fmt: skip
    few = [found for found in senders.values() if len(found) < 17]
    assert all("山东省样例产业协会" in found for found in few)
    # The cities differ, so that every one of them sends something beside.
    assert len(set[str]().union(*few)) >= 17
