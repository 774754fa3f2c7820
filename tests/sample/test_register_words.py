"""What the words of a register say about its senders, its fields and its rules is done, and nothing else goes wrong."""

import datetime
import random
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from orchestration.contracts import Contract
from orchestration.sample.breaking import break_rule, needed, where
from orchestration.sample.code_lists import CodeList
from orchestration.sample.enterprises import made_up_enterprises
from orchestration.sample.filling import filled
from orchestration.sample.mistakes import MISTAKES
from orchestration.sample.occasions import Mistake, Occasion, Room
from orchestration.sample.rows import Row, compose
from orchestration.sample.senders import senders, submitters
from orchestration.sample.side_effects import broken_rules
from orchestration.sample.spelling import Spelling, spell
from orchestration.sample.submissions import Entry, Submission, World
from orchestration.sample.values import Period, as_value, share
from orchestration.sample.words import load_words
from tests.sample.invented import WISHES, WISHES_WORDS, contracts_in, words_in

PERIOD = Period(datetime.date(2024, 1, 8), datetime.date(2024, 6, 21))


@pytest.fixture(scope="module")
def wishes(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    return contracts_in(tmp_path_factory.mktemp("registers"), wishes=WISHES)["wishes"]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, lists: dict[str, CodeList]) -> World:
    words = load_words(words_in(tmp_path_factory.mktemp("words"), wishes=WISHES_WORDS))
    return World(words, lists, made_up_enterprises(words, lists, 2023), 2023, 1.0)


@pytest.fixture(scope="module")
def sent(wishes: Contract, world: World) -> list[tuple[Submission, Entry]]:
    found = filled({"wishes": wishes}, world)["wishes"]
    return [(submission, entry) for submission in found for entry in submission.entries]


@pytest.fixture(scope="module")
def rows(wishes: Contract, world: World) -> list[Row]:
    rng = random.Random(1)
    return [
        compose(wishes, enterprise, PERIOD, world.words, world.lists, rng) for enterprise in world.enterprises[:300]
    ]


def names(flavour: dict[str, Any], position: int, world: World) -> list[str]:
    return [sender.name for sender in senders(flavour, position, world.words, world.lists)]


def test_all_send_where_nothing_is_said(world: World) -> None:
    assert senders({}, 3, world.words, world.lists) == submitters(world.words, world.lists)
    assert len(names({}, 3, world)) == 17


def test_few_senders_are_other_cities_for_each_position_and_the_association(world: World) -> None:
    assert names({"senders": 2}, 0, world) == ["济南市工业和信息化局", "枣庄市工业和信息化局"]
    assert names({"senders": 3}, 0, world) == [*names({"senders": 2}, 0, world), "山东省样例产业协会"]
    assert names({"senders": 3}, 1, world) == ["烟台市工业和信息化局", "泰安市工业和信息化局", "山东省样例产业协会"]
    everybody = {name for position in range(16) for name in names({"senders": 4}, position, world)}
    assert len(everybody) == 17
    assert {len(names({"senders": n}, position, world)) for n in (5, 9, 17) for position in range(20)} == {5, 9, 17}


def test_more_senders_include_those_that_fewer_are(world: World) -> None:
    for position in range(16):
        assert set(names({"senders": 3}, position, world)) < set(names({"senders": 5}, position, world))


def test_a_university_sends_too_where_words_ask_for_it(world: World) -> None:
    sending = senders({"senders": 3, "also": "university"}, 0, world.words, world.lists)
    assert [(each.name, each.city) for each in sending[2:]] == [
        ("山东省样例产业协会", None),
        ("山东样例大学科技处", None),
    ]


def test_a_value_stands_only_where_another_says_so(rows: list[Row]) -> None:
    found = Counter((row.values["stage"], row.values["done_on"] is not None) for row in rows)
    assert found.keys() == {("已办结", True), ("办理中", False)}


def test_a_share_is_computed_exactly() -> None:
    flavour = {"share": 0.2, "at_most": 300}
    assert str(share(Decimal("123.45"), flavour)) == "24.69"
    assert str(share(Decimal("1500.00"), flavour)) == "300"
    assert str(share(Decimal("1000.00"), flavour)) == "200"
    assert str(share(Decimal("9000"), flavour)) == "300"
    assert str(share(Decimal("9000"), {"share": 0.3})) == "2700"
    assert share(None, flavour) is None


def test_sets_and_lists_have_no_more_items_than_they_may(rows: list[Row]) -> None:
    for name, most in (("ways", 2), ("tags", 3)):
        lengths = {len(value) for row in rows if isinstance(value := row.values[name], tuple)}
        assert max(lengths) == most


def test_months_are_of_their_range_or_of_the_round(wishes: Contract, world: World, rows: list[Row]) -> None:
    assert {row.values["since"] for row in rows} == {None, "2021-11", "2021-12", "2022-01", "2022-02"}
    plain = {**world.words, "datasets": {"wishes": {}}}
    rng = random.Random(2)
    found = {compose(wishes, world.enterprises[0], PERIOD, plain, world.lists, rng).values["since"] for _ in range(200)}
    assert found == {None, *(f"2024-0{month}" for month in range(1, 7))}


@pytest.mark.parametrize(
    ("spelling", "written"),
    [
        ("date_iso", "2024-03"), ("date_chinese", "2024年3月"), ("date_slash", "2024/3"), ("date_dots", "2024.03"),
        ("date_compact", "202403"), ("date_cell", "2024-03"), ("date_serial", "2024-03"),
    ],
)  # fmt: skip
def test_a_month_in_all_its_spellings(wishes: Contract, spelling: str, written: str) -> None:
    hand = Spelling(dates=(spelling,))
    assert spell(wishes.field("since"), "2024-03", hand, {}, random.Random(1), set()) == written


def mistake(code: str, name: str, wishes: Contract, world: World, turn: int = 0) -> Mistake:
    row = compose(wishes, world.enterprises[0], PERIOD, world.words, world.lists, random.Random(3))
    field = wishes.field(name)
    fits, make = MISTAKES[code]
    assert fits(Room(field, wishes, world.lists))
    return make(Occasion(field, row, turn, world.words, world.lists, random.Random(4)))


def test_one_item_too_many(wishes: Contract, world: World) -> None:
    assert mistake("too_many_items", "ways", wishes, world).value == ("甲", "乙", "丙")
    assert mistake("too_many_items", "tags", wishes, world).value == (
        "样例标签1",
        "样例标签2",
        "样例标签3",
        "样例标签4",
    )


def test_no_such_month(wishes: Contract, world: World) -> None:
    cells = [mistake("month_unreadable", "since", wishes, world, turn).cell for turn in range(3)]
    assert cells == ["2024年13月", "2024", "一季度"]


def test_what_is_read_where_something_is_wrong(wishes: Contract) -> None:
    assert Mistake("待定").read(wishes.field("done_on")) is None
    assert Mistake("9137").read(wishes.field("uscc")) == "9137"
    assert Mistake(value=Decimal("3.5")).read(wishes.field("opened")) is None
    assert Mistake(value=Decimal("3.5")).read(wishes.field("cost")) == Decimal("3.5")
    assert Mistake().read(wishes.field("cost")) is None


VALUES: dict[str, Any] = {
    "refund": Decimal(40), "cost": Decimal(200), "stage": "办理中", "done_on": None,
    "opened": Decimal(60), "closed": Decimal(50),
}  # fmt: skip


def test_a_rule_is_broken_in_the_way_that_the_words_say(wishes: Contract, world: World) -> None:
    row, rng = Row(VALUES, world.enterprises[0]), random.Random(5)

    def value(**how: Any) -> object:
        return break_rule(how, wishes, row, rng).value

    assert 45 <= value(field="refund", plus=[5, 60]) <= 100  # type: ignore[operator]
    assert 61 <= value(field="closed", above="opened", by=[1, 30]) <= 90  # type: ignore[operator]
    assert value(field="done_on", set=datetime.date(2024, 3, 5)) == datetime.date(2024, 3, 5)
    assert value(field="cost", set=12.5) == Decimal("12.5")
    assert value(field="cost", empty=True) is None
    with pytest.raises(ValueError, match="say no way to break"):
        value(field="cost")
    with pytest.raises(ValueError, match="needs a number or a day"):
        value(field="done_on", before="done_on", days=[1, 2])


def test_what_the_row_must_hold_for_it(wishes: Contract) -> None:
    refund, done, *_ = wishes.rules
    ways = WISHES_WORDS["rules"]
    assert needed(ways["refund_as_computed"], refund) == {"refund", "cost"}
    assert needed(ways["done_has_a_day"], done) == set()
    assert where(ways["not_done_has_none"], wishes) == {"stage": "办理中"}
    assert where({"where": {"opened": 5, "ways": ["甲"], "done_on": None}}, wishes) == {
        "opened": Decimal(5), "ways": ("甲",), "done_on": None,
    }  # fmt: skip
    assert as_value(wishes.field("agreed"), True) is True


def test_rules_are_judged_by_what_the_row_holds_and_its_round(wishes: Contract) -> None:
    def broken(round_id: str = "2024-02", **values: Any) -> list[str]:
        return [rule.name for rule in broken_rules(wishes, {**VALUES, **values}, round_id)]

    assert broken() == []
    assert broken(cost=None) == []
    assert broken(refund=Decimal("41")) == ["refund_as_computed"]
    assert broken(stage="已办结") == ["done_has_a_day"]
    assert broken(done_on=datetime.date(2024, 3, 5)) == ["not_done_has_none"]
    assert broken(closed=Decimal(61)) == ["closed_were_open"]
    assert broken(closed=Decimal(61), round_id="2024-01") == []


def test_every_rule_is_broken_alone_and_in_its_rounds(wishes: Contract, sent: list[tuple[Submission, Entry]]) -> None:
    planted = [
        (submission.round, entry, entry.faults[0])
        for submission, entry in sent
        if [fault.code for fault in entry.faults] == ["rule_broken"]
    ]
    assert {(fault.detail, fault.field, fault.told_at) for _, _, fault in planted} == {
        ("refund_as_computed", "refund", "refund"),
        ("done_has_a_day", "done_on", "stage"),
        ("not_done_has_none", "done_on", "done_on"),
        ("closed_were_open", "closed", "opened"),
    }
    for round_id, entry, fault in planted:
        values = {**entry.row.values, fault.field: fault.read}
        assert [rule.name for rule in broken_rules(wishes, values, round_id)] == [fault.detail]
    assert {round_id for round_id, _, fault in planted if fault.detail == "closed_were_open"} == {"2024-02"}


def test_no_other_fault_breaks_a_rule(wishes: Contract, sent: list[tuple[Submission, Entry]]) -> None:
    others = [(s, entry) for s, entry in sent if all(fault.code != "rule_broken" for fault in entry.faults)]
    # What costs less than nothing would break the rule on the refund too: there is no room for it.
    assert {fault.code for _, entry in others for fault in entry.faults if fault.field in ("cost", "done_on")} == {
        "date_unreadable", "error_cell", "number_approximate", "number_unreadable",
    }  # fmt: skip
    for submission, entry in others:
        values = {**entry.row.values, **{fault.field: fault.read for fault in entry.faults}}
        assert broken_rules(wishes, values, submission.round) == []


def test_words_that_do_not_break_a_rule_are_said(wishes: Contract, world: World) -> None:
    weak = {**WISHES_WORDS, "rules": {"closed_were_open": {"field": "closed", "set": 1}}}
    words = {**world.words, "datasets": {"wishes": weak}}
    other = World(words, world.lists, world.enterprises, 2023, 1.0)
    with pytest.raises(ValueError, match="wishes: the words on rule closed_were_open do not break it alone"):
        filled({"wishes": wishes}, other)
