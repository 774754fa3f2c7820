"""One row of a dataset, composed from its contract, with the words that the dataset has."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from orchestration.contracts import Contract, Field
from orchestration.contracts.labels import fold
from orchestration.sample.code_lists import CodeList
from orchestration.sample.enterprises import Enterprise
from orchestration.sample.values import Period, Value, by_kind, how_many, share
from orchestration.sample.words import fill

_OPTIONAL_EMPTY = 0.06


@dataclass(frozen=True)
class Row:
    """One thing of a dataset: what it truly is, however a form may write it down."""

    values: Mapping[str, Value]
    enterprise: Enterprise

    def key(self, contract: Contract) -> tuple[str, ...]:
        """What makes two rows the same thing, folded."""
        return tuple(fold(str(self.values[name])) for name in contract.key)

    def hides(self, field: Field) -> bool:
        """Whether the value of the field must not be published: it is private, or consent is wanted and not given."""
        return not field.public or (field.consent is not None and self.values[field.consent] is not True)


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
    fields = {field.name: field for field in contract.fields}
    flavours = {**words["fields"], **words["datasets"][contract.name].get("fields", {})}
    values: dict[str, Value] = dict(kept or {})
    slots = _slots(enterprise, words, lists, rng)

    def value(name: str) -> Value:
        if name not in values:
            values[name] = made_up(fields[name], flavours.get(name, {}))
        return values[name]

    def made_up(field: Field, flavour: Mapping[str, Any]) -> Value:
        only = flavour.get("only", {})
        if not all(_is_one_of(value(name), wanted) for name, wanted in only.items()):
            return None
        certain = field.required or only or "share_of" in flavour
        if rng.random() < flavour.get("empty", 0 if certain else _OPTIONAL_EMPTY):
            return None
        if field.kind == "list":
            templates = flavour.get("texts", ["{product}"])
            some = range(how_many(field, flavour, rng))
            items = (fill(rng.choice(templates), rng, {**slots, "patent": _patent(rng, period)}) for _ in some)
            return tuple(dict.fromkeys(items))
        if "texts" in flavour:
            texts = flavour["texts"]
            return fill(rng.choice(texts[value(flavour["by"])] if "by" in flavour else texts), rng, slots, value)
        if "after" in flavour:
            start = value(flavour["after"])
            return start + timedelta(days=rng.randint(*flavour["days"])) if isinstance(start, date) else None
        if "share_of" in flavour:
            return share(value(flavour["share_of"]), flavour)
        hidden = not field.public or (field.consent is not None and value(field.consent) is not True)
        return by_kind(field, flavour, enterprise, period, lists, rng, hidden)

    return Row({name: value(name) for name in fields}, enterprise)


def _is_one_of(value: Value, wanted: list[Any]) -> bool:
    """Whether a value, or an item of a list or set, is one of those wanted."""
    return any(item in wanted for item in (value if isinstance(value, tuple) else (value,)))


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


def _patent(rng: random.Random, period: Period) -> str:
    """The number of a granted patent: year of filing, kind, serial number and check digit (ZC 0006-2003)."""
    body = f"{period.first.year - rng.randint(1, 4)}{rng.choice('12')}{rng.randint(10_000, 899_999):07d}"
    check = (
        sum(int(digit) * weight for digit, weight in zip(body, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5), strict=True)) % 11
    )
    return f"ZL{body}.{'0123456789X'[check]}"
