"""One row of a dataset, composed from its contract: by the kind of each field, with the words that the dataset has."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from orchestration.contracts import Contract, Field
from orchestration.contracts.labels import fold
from orchestration.sample.code_lists import CodeList
from orchestration.sample.enterprises import Enterprise
from orchestration.sample.words import draw, fill

Value = str | tuple[str, ...] | date | Decimal | bool | None

_OPTIONAL_EMPTY = 0.06
_FROM_ENTERPRISE = {
    "org_name": "name",
    "tiers": "tiers",
    "legal_representative": "legal_representative",
    "contact_person": "contact_person",
    "address": "address",
}
_CODES_FROM_ENTERPRISE = {"cities": "city", "counties": "county", "chains": "chain", "industries": "industry"}
_KINDS_FROM_ENTERPRISE = {"uscc": "uscc", "phone": "contact_phone", "email": "contact_email", "name": "name"}


@dataclass(frozen=True)
class Row:
    """One thing of a dataset: what it truly is, however a form may write it down."""

    values: Mapping[str, Value]
    enterprise: Enterprise

    def key(self, contract: Contract) -> tuple[str, ...]:
        """What makes two rows the same thing, folded."""
        return tuple(fold(str(self.values[name])) for name in contract.key)


@dataclass(frozen=True)
class Period:
    """The days on which a round's rows are dated."""

    first: date
    last: date


def compose(
    contract: Contract,
    enterprise: Enterprise,
    period: Period,
    words: Mapping[str, Any],
    lists: Mapping[str, CodeList],
    rng: random.Random,
    kept: Mapping[str, Value] | None = None,
) -> Row:
    """A valid row of that enterprise; the fields in `kept` are taken over as they are."""
    flavours = {**words["fields"], **words["datasets"][contract.name].get("fields", {})}
    values: dict[str, Value] = dict(kept or {})
    slots = _slots(enterprise, words, lists, rng)

    def value(name: str) -> Value:
        if name not in values:
            values[name] = made_up(contract.field(name), flavours.get(name, {}))
        return values[name]

    def made_up(field: Field, flavour: Mapping[str, Any]) -> Value:
        if rng.random() < flavour.get("empty", 0 if field.required else _OPTIONAL_EMPTY):
            return None
        if field.kind == "list":
            templates = flavour.get("texts", ["{product}"])
            some = range(_some(flavour, rng))
            return tuple(fill(rng.choice(templates), rng, {**slots, "patent": _patent(rng, period)}) for _ in some)
        if "texts" in flavour:
            texts = flavour["texts"]
            return fill(rng.choice(texts[value(flavour["by"])] if "by" in flavour else texts), rng, slots, value)
        if "after" in flavour:
            start = value(flavour["after"])
            return start + timedelta(days=rng.randint(*flavour["days"])) if isinstance(start, date) else None
        return _by_kind(field, flavour, enterprise, period, lists, rng)

    return Row({field.name: value(field.name) for field in contract.fields}, enterprise)


def _slots(
    enterprise: Enterprise, words: Mapping[str, Any], lists: Mapping[str, CodeList], rng: random.Random
) -> dict[str, Any]:
    """The words that one row draws on: few of each topic, and its own places and names."""
    own = words["chains"][enterprise.chain]
    topics = {
        name: {key: rng.sample(entries, number) for key, entries in own[name].items()}
        if isinstance(own[name], dict)
        else rng.sample(own[name], number)
        for name, number in words["topics"].items()
    }
    return {
        **own,
        **topics,
        "city": lists["cities"].by_code[enterprise.city].name,
        "county": lists["counties"].by_code[enterprise.county].name,
        "short": enterprise.short,
    }


def _by_kind(
    field: Field,
    flavour: Mapping[str, Any],
    enterprise: Enterprise,
    period: Period,
    lists: Mapping[str, CodeList],
    rng: random.Random,
) -> Value:
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
        return _several(field.categories, _some(flavour, rng), flavour.get("weights"), rng)
    if field.kind == "date":
        given = flavour.get("dates", "round")
        first, last = (period.first, period.last) if given == "round" else given
        return first + timedelta(days=rng.randint(0, (last - first).days))
    if field.kind == "boolean":
        return rng.random() < 0.7
    if field.kind == "text":
        return f"样例{field.title}"
    return _number(field, flavour, period, rng)


def _number(field: Field, flavour: Mapping[str, Any], period: Period, rng: random.Random) -> Decimal:
    decimals = flavour.get("decimals", 0 if field.kind in ("integer", "year") else 2)
    low = field.constraint("minimum") or 0
    high = field.constraint("maximum") or low + 1000
    default = (period.first.year, period.last.year) if field.kind == "year" else (low, high)
    first, last = (Decimal(bound).quantize(Decimal(1).scaleb(-decimals)) for bound in flavour.get("numbers", default))
    number = draw(first, last, rng, skew=2 if field.kind in ("money", "integer") else 1)
    # A private figure never ends in 0: its text is the same everywhere, so a test finds it where it leaks.
    return number if field.public or number.as_tuple().digits[-1] else number + Decimal(1).scaleb(-decimals)


def _several(
    categories: Sequence[str], number: int, weights: Sequence[float] | None, rng: random.Random
) -> tuple[str, ...]:
    """Some of the categories in their order, the weightier ones more often."""
    chosen: set[str] = set()
    while len(chosen) < min(number, len(categories)):
        chosen.add(rng.choices(categories, weights)[0])
    return tuple(category for category in categories if category in chosen)


def _some(flavour: Mapping[str, Any], rng: random.Random) -> int:
    return rng.randint(*flavour.get("some", (1, 2)))


def _patent(rng: random.Random, period: Period) -> str:
    """The number of a granted patent: year of filing, kind, serial number and check digit (ZC 0006-2003)."""
    body = f"{period.first.year - rng.randint(1, 4)}{rng.choice('12')}{rng.randint(10_000, 899_999):07d}"
    check = (
        sum(int(digit) * weight for digit, weight in zip(body, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5), strict=True)) % 11
    )
    return f"ZL{body}.{'0123456789X'[check]}"
