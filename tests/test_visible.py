"""What a stranger wrote does not steer the terminal."""

import unicodedata

from orchestration.visible import visible


def test_what_steers_a_terminal_is_shown() -> None:
    assert visible("\x1b]0;t\x07\r\n\x7f\x9b31m") == "␛]0;t␇␍␊␡�31m"
    assert visible("甲\u202e乙\u2066丙\u2069\u200f\u2028丁") == "甲�乙�丙���丁"


def test_no_control_character_is_left_and_nothing_else_is_changed() -> None:
    for character in map(chr, range(0x110000)):
        category, turning = unicodedata.category(character), unicodedata.bidirectional(character)
        steers = category in ("Cc", "Cs", "Zl", "Zp") or turning in (
            "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI",
        ) or character in "\u200e\u200f\u061c"  # fmt: skip
        assert (visible(character) != character) == steers, ascii(character)
