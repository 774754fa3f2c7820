"""Good rows are good: every value holds what the contract asks, in whatever spelling it is written."""

import datetime
import random
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.contracts import Contract, Field, load_contracts
from orchestration.contracts.labels import fold
from orchestration.sample.code_lists import CodeList, read_code_lists
from orchestration.sample.enterprises import made_up_enterprises
from orchestration.sample.layouts import LARGE, SMALL
from orchestration.sample.rows import Row, compose
from orchestration.sample.sheets import as_text, letters
from orchestration.sample.spelling import Spelling, spell
from orchestration.sample.values import Period
from orchestration.sample.words import chance, draw, fill, load_words
from orchestration.sample.writing import SEEDS
from tests.sample.conftest import FIRST, ROOT

WORDS = load_words()
LISTS = read_code_lists(SEEDS, ["cities", "counties", "chains", "industries"])
ENTERPRISES = made_up_enterprises(WORDS, LISTS, 2023)
CONTRACTS = load_contracts(ROOT / "schemas")
PERIOD = Period(datetime.date(2024, 1, 8), datetime.date(2024, 6, 21))
HANDS = [layout.hand for _, layout in (*SMALL, *LARGE)]


def row_of(dataset: str, seed: int) -> tuple[Contract, Row]:
    rng = random.Random(seed)
    return CONTRACTS[dataset], compose(CONTRACTS[dataset], rng.choice(ENTERPRISES), PERIOD, WORDS, LISTS, rng)


@settings(max_examples=300)
@given(st.sampled_from(FIRST), st.integers(0, 10**9))
def test_a_row_keeps_its_contract(dataset: str, seed: int) -> None:
    contract, row = row_of(dataset, seed)
    assert list(row.values) == [field.name for field in contract.fields]
    for field in contract.fields:
        value = row.values[field.name]
        if value is None:
            assert not field.required
            continue
        if field.codes:
            assert value in {code.code for code in LISTS[field.codes].present}
        if field.kind == "choice":
            assert value in field.categories
        if field.kind == "set":
            assert isinstance(value, tuple)
            assert set(value) <= set(field.categories)
        if isinstance(value, Decimal):
            assert field.constraint("minimum") is None or value >= field.constraint("minimum")
            assert field.constraint("maximum") is None or value <= field.constraint("maximum")
        if isinstance(value, str) and field.constraint("maxLength"):
            assert len(value) <= field.constraint("maxLength")
        if field.public and field.kind in ("text", "name"):
            assert "{" not in str(value)
            assert "@" not in str(value)


@settings(max_examples=200)
@given(st.integers(0, 10**9))
def test_a_scene_item_is_not_over_before_it_begins(seed: int) -> None:
    _, row = row_of("scene_items", seed)
    start, end = row.values["published_on"], row.values["valid_until"]
    assert end is None or (isinstance(start, datetime.date) and isinstance(end, datetime.date) and end >= start)


@settings(max_examples=200)
@given(st.integers(0, 10**9))
def test_private_figures_do_not_end_in_zero(seed: int) -> None:
    _, row = row_of("new_products", seed)
    sales = row.values["sales"]
    assert sales is None or str(sales)[-1] != "0"


CODED = [(name, code.code) for name, codes in LISTS.items() for code in codes.present]


@settings(max_examples=500)
@given(st.sampled_from(CODED), st.sampled_from(HANDS), st.integers(0, 10**9))
def test_a_code_in_any_spelling_still_means_that_code(place: tuple[str, str], hand: Spelling, seed: int) -> None:
    name, code = place
    field = next(f for c in CONTRACTS.values() for f in c.fields if f.codes == name)
    text = as_text(spell(field, code, hand, LISTS, random.Random(seed), set()))
    parent = LISTS[name].by_code[code].parent
    meant = [entry.code for entry in LISTS[name].named(text) if not parent or entry.parent == parent]
    assert meant == [code]


NAMES = st.text("济南样例恒达智能装备有限公司YL-12（）", min_size=1, max_size=30).map(str.strip).filter(bool)


@settings(max_examples=300)
@given(NAMES, st.sampled_from(HANDS), st.integers(0, 10**9))
def test_a_name_in_any_spelling_folds_to_itself(name: str, hand: Spelling, seed: int) -> None:
    field = CONTRACTS["new_products"].field("org_name")
    assert fold(as_text(spell(field, name, hand, LISTS, random.Random(seed), set()))) == fold(name)


DAY = CONTRACTS["scene_items"].field("published_on")


@pytest.mark.parametrize(
    ("spelling", "written"),
    [
        ("date_iso", "2024-03-05"),
        ("date_chinese", "2024年3月5日"),
        ("date_slash", "2024/3/5"),
        ("date_dots", "2024.3.5"),
        ("date_compact", "20240305"),
        ("date_serial", 45356),
        ("date_cell", datetime.date(2024, 3, 5)),
    ],
)
def test_a_day_in_all_its_spellings(spelling: str, written: object) -> None:
    habits: set[str] = set()
    day = datetime.date(2024, 3, 5)
    assert spell(DAY, day, Spelling(dates=(spelling,)), LISTS, random.Random(1), habits) == written
    assert habits == {spelling}


def spelled(field: Field, value: object, **hand: object) -> object:
    return spell(field, value, Spelling(**hand), LISTS, random.Random(1), set())  # type: ignore[arg-type]


def test_numbers_as_hands_write_them() -> None:
    sales, rate = CONTRACTS["new_products"].field("sales"), CONTRACTS["morning_star_factories"].field("connection_rate")
    year = CONTRACTS["morning_star_factories"].field("recognised_year")
    assert spelled(sales, Decimal("3187.0719")) == Decimal("3187.0719")
    assert spelled(sales, Decimal("3187.0719"), money="元") == 31870719
    assert spelled(sales, Decimal("3187.0719"), money="元", thousands=True) == "31,870,719"
    assert spelled(sales, Decimal("3000"), thousands=True, full_width=1.0) == "３,０００"
    assert spelled(rate, Decimal("85.5"), percent_sign=True) == "85.5%"
    assert spelled(year, Decimal(2023)) == 2023
    assert spelled(year, Decimal(2023), year_word=True) == "2023年"
    assert spelled(rate, None, placeholders=("—",)) == "—"


def test_cells_as_text() -> None:
    assert as_text(913701020000123456.0) == "9.137E+17"
    assert as_text(45356) == "45356"
    assert as_text(Decimal("12.50")) == "12.50"
    assert as_text(datetime.date(2024, 3, 5)) == "2024/3/5"
    assert as_text(None) == ""


def test_letters_of_columns() -> None:
    assert [letters(column) for column in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


@given(st.integers(0, 10**9), st.integers(-50, 50), st.integers(0, 100))
def test_a_number_is_drawn_from_its_range(seed: int, low: int, width: int) -> None:
    number = draw(Decimal(low), Decimal(low + width), random.Random(seed))
    assert low <= number <= low + width
    assert number == int(number)


def test_a_text_uses_no_word_twice_and_knows_its_slots() -> None:
    lists = {"site": ["甲", "乙"], "task": {"运维": ["巡检"]}, "deep": ["{site}{site}"]}
    for seed in range(20):
        assert fill("{site}{site}", random.Random(seed), lists) in ("甲乙", "乙甲")
    assert fill("{task:field}", random.Random(1), lists, lambda name: "运维") == "巡检"
    assert fill("{deep}", random.Random(1), lists) in ("甲乙", "乙甲")
    assert fill("{7-7}台，{0.5-0.5}毫米", random.Random(1), {}) == "7台，0.5毫米"
    with pytest.raises(KeyError):
        fill("{nowhere}", random.Random(1), lists)


def test_chance_depends_on_its_parts_alone() -> None:
    assert chance(2023, "rows").random() == chance(2023, "rows").random()
    assert chance(2023, "rows").random() != chance(2024, "rows").random()


def test_a_code_list_knows_what_is_plain(lists: dict[str, CodeList]) -> None:
    counties = lists["counties"]
    assert not counties.plain("市中区")
    assert counties.plain("历下区")
    assert [code.code for code in counties.named("邹平县")] == ["371626"]
    assert "市中区" not in {code.name for code in counties.retired}
