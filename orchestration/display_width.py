"""How many columns of a terminal or a sheet a text takes in a Chinese font."""

from __future__ import annotations

import unicodedata
from functools import cache

# Marks that sit on the character before them, and signs that are not seen: controls, joiners, directions.
UNSEEN = ("Mn", "Me", "Cc", "Cf")
# East Asian Width (UAX #11). Chinese fonts draw what is ambiguous, such as “ — × ①, as wide as a Chinese character.
WIDE = ("W", "F", "A")


def display_width(text: str) -> int:
    """The width of a text's widest line: 1 for a Latin letter, 2 for a Chinese character."""
    return max((sum(map(_width, line)) for line in text.splitlines()), default=0)


@cache
def _width(character: str) -> int:
    if unicodedata.category(character) in UNSEEN:
        return 0
    return 2 if unicodedata.east_asian_width(character) in WIDE else 1
