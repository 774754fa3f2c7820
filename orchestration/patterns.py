"""Words in the regular expressions of XML Schema, which Table Schema and CSV on the Web write patterns in."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SPECIAL = re.compile(r"[\\.^$*+?{}\[\]|()]")


def one_of(words: Iterable[str]) -> str:
    """The pattern of these words, taken literally."""
    return "|".join(_SPECIAL.sub(r"\\\g<0>", word) for word in words)
