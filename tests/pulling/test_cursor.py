"""Whatever a service gives again, and in whatever order: each record comes once, and none is left out."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.pulling.cursor import Mark, Reading
from orchestration.pulling.errors import PullError
from orchestration.pulling.source import Cursor

CURSOR = Cursor("at", "since")
# Record number, and its value of the cursor; None is a record without one.
Given = list[tuple[int, int | None]]
Part = list[dict[str, str | None]]


def record(number: int, at: Any) -> dict[str, str | None]:
    return {"n": str(number), "at": None if at is None else str(at)}


def pulled(
    cursor: Cursor | None, mark: Mark, parts: list[list[dict[str, str | None]]]
) -> tuple[list[str | None], Mark]:
    reading = Reading(cursor, mark, paged=False)
    new = [one["n"] for part in parts for one in reading.new(part)]
    return new, reading.mark()


@given(
    st.lists(st.lists(st.one_of(st.none(), st.integers(0, 5)), max_size=6), max_size=5),
    st.integers(0, 3),
    st.randoms(use_true_random=False),
)
def test_each_record_comes_once(pulls: list[list[int | None]], overlap: int, random: Any) -> None:
    """Records arrive with values that lie at most `overlap` before the last one that was given before."""
    cursor = Cursor("at", "since", overlap=overlap)
    table: Given = []
    mark, came, last = Mark(), [], 0
    for values in pulls:
        arrived = [None if value is None else max(0, last - overlap) + value for value in values]
        table += [(len(table) + n, at) for n, at in enumerate(arrived)]
        last = max([last, *(at for at in arrived if at is not None)])
        since = 0 if mark.since is None else int(mark.since)
        answer = [record(*one) for one in table if one[1] is None or one[1] >= since]
        random.shuffle(answer)
        new, mark = pulled(cursor, mark, [answer])
        came += new
    assert sorted(came, key=str) == sorted((str(number) for number, _ in table), key=str)


def test_what_is_kept_is_no_more_than_may_come_again() -> None:
    parts = [[record(n, n) for n in range(start, start + 1000)] for start in range(0, 50_000, 1000)]
    new, mark = pulled(CURSOR, Mark(), parts)
    assert len(new) == 50_000
    assert (mark.since, list(mark.seen.values())) == ("49999", ["49999"])


@pytest.mark.parametrize(
    ("values", "since"),
    [
        (["9", "10", "2"], "10"),
        (["-1.5", "-2"], "-1.5"),
        (["2024-03-05T08:00:00+08:00", "2024-03-05T00:30:00Z"], "2024-03-05T00:30:00Z"),
        (["2024-03-05 08:00:00.000001", "2024-03-05T08:00:00"], "2024-03-05 08:00:00.000001"),
        (["2024-03-05", "2024-12-01"], "2024-12-01"),
        (["b", "a10", "a9"], "b"),
    ],
)
def test_values_are_compared_as_what_they_are(values: list[str], since: str) -> None:
    assert pulled(CURSOR, Mark(), [[record(n, value) for n, value in enumerate(values)]])[1].since == since


@pytest.mark.parametrize(
    ("value", "overlap", "since"),
    [
        ("10", 3, "7"),
        ("1.5", 1, "0.5"),
        ("2024-03-05T08:00:00Z", 60, "2024-03-05T07:59:00Z"),
        ("2024-03-05 08:00:00.5+08:00", 60, "2024-03-05 07:59:00.500000+08:00"),
        ("2024-03-05", 60, "2024-03-04"),
        ("0001-01-01", 60, "0001-01-01"),
    ],
)
def test_the_overlap_is_told_in_the_spelling_of_the_source(value: str, overlap: int, since: str) -> None:
    cursor = Cursor("at", "since", overlap=overlap)
    _, mark = pulled(cursor, Mark(), [[record(1, value)]])
    assert mark.since == since
    # Nothing more comes: it does not go back further and further.
    assert pulled(cursor, mark, [[record(1, value)]]) == ([], mark)
    assert pulled(cursor, mark, []) == ([], mark)


def test_a_value_of_another_kind_is_told_also_in_a_later_pull() -> None:
    _, mark = pulled(CURSOR, Mark(), [[record(1, 5)]])
    with pytest.raises(PullError, match="several kinds"):
        pulled(CURSOR, mark, [[record(2, "2024-03-05")]])


def test_texts_have_no_overlap() -> None:
    with pytest.raises(PullError, match="no overlap"):
        pulled(Cursor("at", "since", overlap=1), Mark(), [[record(1, "a")]])


def test_more_of_one_value_than_can_be_kept_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestration.pulling.cursor.MOST_SEEN", 3)
    with pytest.raises(PullError, match="More than 3 records"):
        pulled(CURSOR, Mark(), [[record(n, 1) for n in range(4)]])


def test_without_a_cursor_the_content_is_told_whatever_its_order() -> None:
    records = [record(n % 3, n % 3) for n in range(7)]
    marks = {pulled(None, Mark(), [order])[1].content for order in (records, records[::-1])}
    assert len(marks) == 1
    assert pulled(None, Mark(), [records[1:]])[1].content not in marks


def test_a_service_that_gives_everything_whatever_it_is_asked_gives_nothing_twice() -> None:
    _, mark = pulled(CURSOR, Mark(), [[record(n, n) for n in range(5)]])
    assert pulled(CURSOR, mark, [[record(n, n) for n in range(7)]])[0] == ["5", "6"]
