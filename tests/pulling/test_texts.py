"""Values of JSON as texts: every number as exact as it was written."""

import json
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.pulling.texts import local, parse, text_of

SHANDONG = ZoneInfo("Asia/Shanghai")


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4) | st.integers().map(Decimal))
def test_no_digit_of_a_number_is_lost(number: Decimal) -> None:
    text = text_of(parse(f"{number:f}".encode(), "utf-8"))
    assert text is not None
    assert Decimal(text) == number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_with_an_exponent_is_the_same_number(number: float) -> None:
    text = text_of(parse(json.dumps(number).encode(), "utf-8"))
    assert text is not None
    assert float(text) == number


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("1.2E7", "12000000"),
        ("1e-7", "0.0000001"),
        ("-0.0", "-0"),
        ("1E+15", "1E+15"),
        ("1e999999999", "1e999999999"),
        ("100.00", "100"),
        ("1.50", "1.50"),
    ],
)
def test_numbers_are_written_as_in_a_cell(written: str, text: str) -> None:
    assert text_of(parse(written.encode(), "utf-8")) == text


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), json_values, min_size=1, max_size=3))
def test_what_is_nested_stays_the_same_json(value: dict[str, object]) -> None:
    text = text_of(parse(json.dumps(value).encode(), "utf-8"))
    assert text is not None
    assert json.loads(text) == value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-03-04T16:00:00Z", "2024-03-05"),
        ("2024-03-04T16:00Z", "2024-03-05"),
        ("2024-03-05T00:00:00.000+08:00", "2024-03-05"),
        ("2024-03-05 10:00:00.5+0800", "2024-03-05 10:00:00.500000"),
        ("2024-03-05T10:00:00", "2024-03-05T10:00:00"),
        ("2024-03-05", "2024-03-05"),
        ("2024-13-45T10:00:00Z", "2024-13-45T10:00:00Z"),
        ("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00+14:00"),
        ("于2024-03-04T16:00:00Z", "于2024-03-04T16:00:00Z"),
        (None, None),
    ],
)
def test_a_moment_with_a_zone_is_told_by_the_clock_of_the_province(text: str | None, expected: str | None) -> None:
    assert local(text, SHANDONG) == expected
