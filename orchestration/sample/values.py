"""What a field of a row holds where no text is given for it: by its kind, the enterprise and the round."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from orchestration.contracts import Field
from orchestration.sample.code_lists import CodeList
from orchestration.sample.enterprises import Enterprise
from orchestration.sample.words import draw

Value = str | tuple[str, ...] | date | Decimal | bool | None

AMOUNTS = ("integer", "number", "percent", "money")
_FROM_ENTERPRISE = {
    "org_name": "name",
    "tiers": "tiers",
    "legal_representative": "legal_representative",
    "contact_person": "contact_person",
    "address": "address",
}
_CODES_FROM_ENTERPRISE = {"cities": "city", "counties": "county", "chains": "chain", "industries": "industry"}
_KINDS_FROM_ENTERPRISE = {"uscc": "uscc", "phone": "contact_phone", "email": "contact_email", "name": "name"}
# So many decimals a figure has nowhere else: where it turns up it was leaked.
_TELLING_DECIMALS = 4


@dataclass(frozen=True)
class Period:
    """The days on which a round's rows are dated."""

    first: date
    last: date


def by_kind(
    field: Field,
    flavour: Mapping[str, Any],
    enterprise: Enterprise,
    period: Period,
    lists: Mapping[str, CodeList],
    rng: random.Random,
    hidden: bool,
) -> Value:
    """A value that the contract allows; `hidden`: it must not be published, so a figure is telling."""
    if field.name in _FROM_ENTERPRISE:
        own: Value = getattr(enterprise, _FROM_ENTERPRISE[field.name])
        return own
    if field.kind in _KINDS_FROM_ENTERPRISE:
        return str(getattr(enterprise, _KINDS_FROM_ENTERPRISE[field.kind]))
    if field.codes is not None:
        if field.codes in _CODES_FROM_ENTERPRISE:
            return str(getattr(enterprise, _CODES_FROM_ENTERPRISE[field.codes]))
        return rng.choice(lists[field.codes].present).code
    if field.kind == "choice":
        return rng.choices(field.categories, flavour.get("weights"))[0]
    if field.kind == "set":
        return _several(field.categories, how_many(field, flavour, rng), flavour.get("weights"), rng)
    if field.kind == "date":
        given = flavour.get("dates", "round")
        first, last = (period.first, period.last) if given == "round" else given
        return first + timedelta(days=rng.randint(0, (last - first).days))
    if field.kind == "month":
        return rng.choice(_months(*flavour.get("months", (f"{period.first:%Y-%m}", f"{period.last:%Y-%m}"))))
    if field.kind == "boolean":
        return rng.random() < 0.7
    if field.kind == "text":
        return f"样例{field.title}"
    return _number(field, flavour, period, rng, hidden)


def how_many(field: Field, flavour: Mapping[str, Any], rng: random.Random) -> int:
    """How many items a list or set has, never more than it may."""
    number = rng.randint(*flavour.get("some", (1, 2)))
    return min(number, int(field.constraint("maxItems") or number))


def share(of: Value, flavour: Mapping[str, Any]) -> Value:
    """A share of another number, at most so much, exactly; None where that number is not given."""
    if not isinstance(of, Decimal):
        return None
    number = of * Decimal(str(flavour["share"]))
    if "at_most" in flavour:
        number = min(number, Decimal(str(flavour["at_most"])))
    return Decimal(format(number, "f").rstrip("0").rstrip(".")) if "." in format(number, "f") else number


def as_value(field: Field, word: Any) -> Value:
    """What a word of the word lists means in a field: 5 is a number in one of numbers."""
    if field.kind in (*AMOUNTS, "year") and word is not None:
        return Decimal(str(word))
    found: Value = tuple(word) if isinstance(word, list) else word
    return found


def _number(field: Field, flavour: Mapping[str, Any], period: Period, rng: random.Random, hidden: bool) -> Decimal:
    whole = field.kind in ("integer", "year")
    decimals = flavour.get("decimals", 0 if whole else 2)
    if hidden and not whole:
        decimals = max(decimals, _TELLING_DECIMALS)
    low = field.constraint("minimum") or 0
    high = field.constraint("maximum") or low + 1000
    default = (period.first.year, period.last.year) if field.kind == "year" else (low, high)
    first, last = (Decimal(bound).quantize(Decimal(1).scaleb(-decimals)) for bound in flavour.get("numbers", default))
    number = draw(first, last, rng, skew=2 if field.kind in ("money", "integer") else 1)
    # A figure that is hidden never ends in 0: its text is the same everywhere, so a test finds it where it leaks.
    ends_in_zero = not number.as_tuple().digits[-1]
    return number + Decimal(1).scaleb(-decimals) if ends_in_zero and hidden else number


def _several(
    categories: Sequence[str], number: int, weights: Sequence[float] | None, rng: random.Random
) -> tuple[str, ...]:
    """Some of the categories in their order, the weightier ones more often."""
    chosen: set[str] = set()
    while len(chosen) < min(number, len(categories)):
        chosen.add(rng.choices(categories, weights)[0])
    return tuple(category for category in categories if category in chosen)


def _months(first: str, last: str) -> list[str]:
    """The months from the first to the last, as 2024-03."""
    start, end = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (first, last))
    return [f"{number // 12}-{number % 12 + 1:02d}" for number in range(start, end + 1)]
