"""Rows that refer to another register: what they mean is sure to be published, but where they are at fault."""

from dataclasses import replace

import pytest

from orchestration.contracts import Contract, Reference
from orchestration.sample.code_lists import CodeList
from orchestration.sample.enterprises import made_up_enterprises
from orchestration.sample.faults import Fault
from orchestration.sample.filling import filled
from orchestration.sample.references import answers, in_order
from orchestration.sample.submissions import Entry, Submission, World
from orchestration.sample.words import load_words
from tests.sample.invented import DEALS, DEALS_WORDS, WISHES, WISHES_WORDS, contracts_in, words_in

REFERENCE = Reference(("uscc", "wish_name"), "wishes", ("uscc", "wish_name"))


@pytest.fixture(scope="module")
def registers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Contract]:
    return contracts_in(tmp_path_factory.mktemp("registers"), wishes=WISHES, deals=DEALS)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, lists: dict[str, CodeList]) -> World:
    folder = tmp_path_factory.mktemp("words")
    words = load_words(words_in(folder, wishes=WISHES_WORDS, deals=DEALS_WORDS))
    return World(words, lists, made_up_enterprises(words, lists, 2023), 2023, 1.0)


@pytest.fixture(scope="module")
def sent(registers: dict[str, Contract], world: World) -> dict[str, list[Submission]]:
    return filled(registers, world)


def entries(submissions: list[Submission]) -> list[tuple[Submission, Entry]]:
    return [(submission, entry) for submission in submissions for entry in submission.entries]


def test_who_is_referred_to_comes_first(registers: dict[str, Contract]) -> None:
    assert [contract.name for contract in in_order(registers)] == ["wishes", "deals"]
    assert [contract.name for contract in in_order({"deals": registers["deals"]})] == ["deals"]


def test_a_circle_is_said(registers: dict[str, Contract]) -> None:
    back = replace(registers["wishes"], references=(replace(REFERENCE, dataset="deals"),))
    with pytest.raises(ValueError, match="in a circle: deals, wishes"):
        in_order({**registers, "wishes": back})


def test_every_valid_row_refers_to_a_published_one_or_to_none(sent: dict[str, list[Submission]]) -> None:
    published = {
        (entry.row.values["uscc"], entry.row.values["wish_name"]) for _, entry in entries(sent["wishes"]) if entry.valid
    }
    keys = [
        (entry.row.values["uscc"], entry.row.values["wish_name"]) for _, entry in entries(sent["deals"]) if entry.valid
    ]
    referring = [key for key in keys if key[1] is not None]
    assert set(referring) <= published
    assert 0.2 < len(referring) / len(keys) < 0.95
    assert len(set(referring)) > 20


def test_who_refers_is_the_enterprise_referred_to_and_of_the_city_of_the_submitter(
    sent: dict[str, list[Submission]],
) -> None:
    for submission, entry in entries(sent["deals"]):
        assert entry.row.values["uscc"] == entry.row.enterprise.uscc
        if submission.submitter.city and not any(fault.code == "outside_scope" for fault in entry.faults):
            assert entry.row.enterprise.city == submission.submitter.city


def test_who_refers_is_sent_by_the_same_cities(sent: dict[str, list[Submission]]) -> None:
    wishing, dealing = ({each.submitter.name for each in sent[name]} for name in ("wishes", "deals"))
    assert len(wishing) == 5
    assert len(dealing) == 4
    assert dealing < wishing


def test_a_reference_that_nothing_answers_stands_at_its_last_field(sent: dict[str, list[Submission]]) -> None:
    unknown = [entry for _, entry in entries(sent["deals"]) if any(f.code == "reference_unknown" for f in entry.faults)]
    assert len(unknown) == 3
    for entry in unknown:
        (fault,) = entry.faults
        assert fault.told_at == "wish_name"
        assert str(fault.value).startswith("样例未登记心愿名称")


def test_other_faults_in_a_field_that_refers_come_without_a_reference(sent: dict[str, list[Submission]]) -> None:
    faulty = [
        entry
        for _, entry in entries(sent["deals"])
        if any(fault.field == "uscc" and fault.code != "required_missing" for fault in entry.faults)
    ]
    assert len(faulty) >= 9
    assert {entry.row.values["wish_name"] for entry in faulty} == {None}


def test_what_varies_among_valid_rows_is_not_referred_to(sent: dict[str, list[Submission]], world: World) -> None:
    """A wish whose stage one sender gives otherwise: which of them is published is not known yet."""
    contract = sent["wishes"][0].contract
    stage = replace(REFERENCE, fields=("stage",), their_fields=("stage",))
    first = sent["wishes"][0].entries[0].row
    other = replace(first, values={**first.values, "stage": "已办结", "wish_name": "甲"})
    one = replace(other, values={**other.values, "stage": "办理中"})
    late = replace(sent["wishes"][0], entries=[Entry(one), Entry(other)])
    assert answers(stage, contract, [late]) == ()
    held_back = Entry(other, (Fault("required_missing", "stage", "stage"),))
    early = replace(sent["wishes"][0], entries=[Entry(one), held_back])
    assert [answer.values for answer in answers(stage, contract, [early])] == [("办理中",)]


def test_without_the_other_register_nothing_is_referred_to(registers: dict[str, Contract], world: World) -> None:
    alone = filled({"deals": registers["deals"]}, world)
    assert {entry.row.values["wish_name"] for _, entry in entries(alone["deals"])} == {None}
