"""How texts are composed from the word lists in `words.yaml`, and where chance comes from: the seed alone."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

WORDS = Path(__file__).with_name("words.yaml")
_SLOT = re.compile(r"\{([^{}]+)\}")
_RANGE = re.compile(r"(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)")


def load_words(path: Path = WORDS) -> dict[str, Any]:
    """Read the word lists and, from `datasets/` beside them, those of each dataset.

    Each chain's list goes before the general list of the same name.
    """
    words: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    words["datasets"] = {
        each.stem: yaml.safe_load(each.read_text(encoding="utf-8")) for each in path.parent.glob("datasets/*.yaml")
    }
    general = words["words"]
    for own in words["chains"].values():
        for name, entries in general.items():
            own[name] = own.get(name, []) + entries if isinstance(entries, list) else entries
    return words


def chance(*parts: object) -> random.Random:
    """A generator that depends on the parts alone: the same in every process and on every machine."""
    return random.Random("|".join(map(str, parts)))


def draw(low: Decimal, high: Decimal, rng: random.Random, skew: int = 1) -> Decimal:
    """A number from low to high with as many decimals as they have; a skew above 1 makes small ones likelier."""
    step = Decimal(1).scaleb(min(_exponent(low), _exponent(high)))
    return low + int(rng.random() ** skew * (int((high - low) / step) + 1)) * step


def fill(
    template: str,
    rng: random.Random,
    lists: Mapping[str, Any],
    value: Callable[[str], Any] | None = None,
) -> str:
    """Fill the slots of a template (they are explained in `words.yaml`); no list gives the same word twice.

    `lists` holds words, lists of templates, or mappings of such lists by what `value` says of a field.
    KeyError where a slot names nothing.
    """
    used: set[str] = set()

    def word(match: re.Match[str]) -> str:
        slot = match.group(1)
        bounds = _RANGE.fullmatch(slot)
        if bounds:
            return str(draw(Decimal(bounds[1]), Decimal(bounds[2]), rng))
        name, _, field = slot.partition(":")
        entries = lists[name]
        if field and value is not None:
            entries = entries[value(field)]
        if isinstance(entries, str):
            return entries
        chosen = rng.choice([entry for entry in entries if entry not in used] or entries)
        used.add(chosen)
        return _SLOT.sub(word, chosen)

    return _SLOT.sub(word, template)


def _exponent(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0
