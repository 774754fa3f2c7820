"""The text of a typed cell is what the cell shows, with every digit that it holds."""

import datetime

import pytest

from orchestration.intake.cells import text, texts


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (4111010001.0, "4111010001"),
        (3, "3"),
        (-0.0, "0"),
        (0.1 + 0.2, "0.3"),
        (1 / 3, "0.333333333333333"),
        (1234567890123.45, "1234567890123.45"),
        (999_999_999_999_999.0, "999999999999999"),
        (1e15, "1E+15"),
        (913_700_000_000_000_000.0, "9.137E+17"),
        (-9.137e17, "-9.137E+17"),
        (1.5e-7, "0.00000015"),
        (1e-300, "1E-300"),
        (float("inf"), "INF"),
    ],
)
def test_a_number_has_no_exponent_as_long_as_15_digits_hold_it(value: float, expected: str) -> None:
    assert text(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (datetime.date(2024, 3, 5), "2024-03-05"),
        (datetime.datetime(2024, 3, 5), "2024-03-05"),
        (datetime.datetime(2024, 3, 5, 8, 30), "2024-03-05 08:30:00"),
        (datetime.time(8, 30), "08:30:00"),
        (datetime.timedelta(days=10, seconds=54610), "255:10:10"),
        (True, "TRUE"),
        (False, "FALSE"),
        ("", None),
        (" \u3000\n", None),
        (" 企业 ", " 企业 "),
        (None, None),
    ],
)
def test_other_cells(value: object, expected: str | None) -> None:
    assert text(value) == expected


def test_several_cells_give_the_same_as_each() -> None:
    row = ["企业", 1.0, "", " ", True, datetime.date(2024, 3, 5), 2]
    assert texts(row) == list(map(text, row)) == ["企业", "1", None, None, "TRUE", "2024-03-05", "2"]


@pytest.mark.parametrize("blank", ["", " ", "\t", "\u3000", "\x1f", "\u2003\n"])
def test_blank_texts_among_texts_are_no_cells(blank: str) -> None:
    assert texts(["甲", blank, " 乙 "]) == ["甲", None, " 乙 "]


def test_texts_alone_are_given_back_as_they_are() -> None:
    column = ("甲", " 乙 ", "1.0")
    assert texts(column) is column


def test_a_value_of_an_unknown_type_is_an_error() -> None:
    with pytest.raises(TypeError, match="object"):
        text(object())
