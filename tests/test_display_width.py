"""Columns and heights fit what a Chinese font draws, odd characters included."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.display_width import display_width


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("", 0),
        ("Code 9", 6),
        ("代码", 4),
        ("（万元）", 8),
        ("ｆｕｌｌ", 8),
        ("ﾊﾝ", 2),
        ("e\u0301", 1),
        ("“—×①", 8),
        ("a\u200bb\u202ec\x07", 3),
        ("𠮷", 2),
        ("👍", 2),
        ("\ud800", 1),
        ("short\n更长的一行\r\nend", 10),
    ],
)
def test_a_text_is_as_wide_as_it_is_drawn(text: str, width: int) -> None:
    assert display_width(text) == width


@given(st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S"])))
def test_plain_latin_text_is_as_wide_as_it_is_long(text: str) -> None:
    assert display_width(text) == len(text)


@given(st.text(), st.text())
def test_nothing_makes_a_text_narrower(text: str, more: str) -> None:
    assert display_width(text + more) >= display_width(text) >= 0
