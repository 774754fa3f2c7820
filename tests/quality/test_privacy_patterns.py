"""What counts as personal data in a text, measured on a labelled set of made-up cases."""

import csv
from collections import Counter
from pathlib import Path

import duckdb
from hypothesis import given
from hypothesis import strategies as st

from orchestration.quality.privacy_patterns import (
    KINDS,
    SUSPICIOUS,
    find,
    is_bank_card,
    is_credit_code,
    is_identity_number,
)

CASES = Path(__file__).with_name("privacy_cases.csv")


def cases() -> list[tuple[str, set[str], str]]:
    """Text, kinds that it holds, and why, of each case."""
    with CASES.open(encoding="utf-8", newline="") as file:
        return [(row["text"], set(filter(None, row["kind"].split(";"))), row["why"]) for row in csv.DictReader(file)]


def test_recall_and_precision_on_the_labelled_set_are_one() -> None:
    labelled = cases()
    assert len(labelled) >= 250
    assert sum(not kinds for _, kinds, _ in labelled) >= len(labelled) / 2
    planted, found, right = Counter[str](), Counter[str](), Counter[str]()
    wrong = []
    for text, kinds, why in labelled:
        told = find(text)
        planted.update(kinds)
        found.update(told)
        right.update(kinds & told)
        if told != kinds:
            wrong.append((text, sorted(kinds), sorted(told), why))
    print(f"{len(labelled)} cases, {sum(not kinds for _, kinds, _ in labelled)} of them hold nothing")
    for kind in KINDS:
        print(f"{kind}: recall {right[kind] / planted[kind]:.3f} of {planted[kind]}", end=", ")
        print(f"precision {right[kind] / found[kind]:.3f} of {found[kind]}")
    assert wrong == []
    assert set(planted) == set(KINDS)


def test_the_quick_search_passes_over_nothing_that_is_found() -> None:
    texts = [text for text, kinds, _ in cases() if kinds]
    passed_over = duckdb.execute(
        "select text from (select unnest($texts) as text) where not regexp_matches(text, $pattern)",
        {"texts": texts, "pattern": SUSPICIOUS},
    ).fetchall()
    assert passed_over == []


NUMBERS = ["138", "1234", "5678", "0531", "86", "+86", "0086", "86012345", "8601", "2345", "13812345678"]
PARTS = ["370102", "19900307", "4471", "6225", "8812", "3456", "7898"]
WORDS = ["电话", "Tel", "号码", "\u200b", "\u00a0", "\n", "a@b.cn", "例@", ".com"]
PIECES = st.sampled_from([*"01345689-. ()（）＋+—－　a张@:：１３８", *NUMBERS, *PARTS, *WORDS])


@given(st.lists(PIECES, max_size=9).map("".join))
def test_the_quick_search_is_never_narrower_than_the_closer_look(text: str) -> None:
    if find(text):
        assert duckdb.execute("select regexp_matches($1, $2)", [text, SUSPICIOUS]).fetchone() == (True,), text


@given(st.text(max_size=300))
def test_any_text_can_be_looked_at(text: str) -> None:
    assert find(text) <= set(KINDS)


def test_a_long_text_without_end_is_looked_at_in_time() -> None:
    """Each of these made a pattern with an open end go over the text again from every character."""
    for text in ("a" * 200_000 + "@", "1" * 200_000, "1 " * 100_000, "a@" * 100_000, "0531-" * 40_000, "1." * 100_000):
        assert find(text) == set()


def test_check_digits_decide() -> None:
    assert is_identity_number("11010519491231002X")
    assert not is_identity_number("110105194912310021")
    assert not is_identity_number("110105194902300023"), "there is no 30 February"
    assert is_bank_card("6228480402564890018")
    assert not is_bank_card("6228480402564890019")
    assert is_credit_code("911522010783762860")
    assert not is_credit_code("911522010783762861")
    # Right as an identity number and as the code of an institution; the text decides.
    both = "123701195001050518"
    assert is_identity_number(both) and is_credit_code(both)
    assert find(both) == set()
    assert find(f"身份证号{both}") == {"id_number"}
