"""Rows for a submission: new ones, which no other row resembles, and later versions of those that stand."""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from orchestration.contracts import Contract, Reference
from orchestration.sample.enterprises import Enterprise
from orchestration.sample.references import Answer, names_the_enterprise
from orchestration.sample.rows import Row, compose
from orchestration.sample.submissions import Submission, World
from orchestration.sample.values import Value
from orchestration.sample.words import chance

_TRIES = 300
_REFERENCE_EMPTY = 0.2
_DRAWS_ON = re.compile(r"\{[^{}]+:(\w+)\}")


@dataclass
class Filling:
    """A dataset while its submissions are filled: the keys that were given out, and how often a code was planted."""

    contract: Contract
    world: World
    rng: random.Random
    by_city: Mapping[str, Sequence[Enterprise]]
    answers: Mapping[Reference, tuple[Answer, ...]]
    keys: set[tuple[str, ...]] = field(default_factory=set)
    turns: Counter[str] = field(default_factory=Counter)

    def pool(self, city: str | None) -> Sequence[Enterprise]:
        """The enterprises of a city, or all of them."""
        return self.world.enterprises if city is None else self.by_city[city]

    @property
    def flavours(self) -> Mapping[str, Any]:
        """The words that the dataset has for its fields."""
        found: Mapping[str, Any] = self.world.words["datasets"][self.contract.name].get("fields", {})
        return found


def begin(contract: Contract, world: World, answers: Mapping[Reference, tuple[Answer, ...]]) -> Filling:
    """A dataset of which no row is composed yet."""
    by_city: dict[str, list[Enterprise]] = defaultdict(list)
    for enterprise in world.enterprises:
        by_city[enterprise.city].append(enterprise)
    return Filling(contract, world, chance(world.seed, contract.name, "rows"), by_city, answers)


def new_row(
    filling: Filling,
    pool: Sequence[Enterprise],
    submission: Submission,
    kept: Mapping[str, Value] | None = None,
    given: Collection[str] = (),
    tries: int = _TRIES,
) -> Row | None:
    """A row of one of these enterprises whose key no other row has, with a value in each field of `given`.

    None where so many tries find none.
    """
    for _ in range(tries):
        subject = _subject(filling, pool, kept or {})
        if subject is None:
            return None
        row = _compose(filling, submission, *subject)
        key = row.key(filling.contract)
        if key not in filling.keys and all(row.values[name] is not None for name in given):
            filling.keys.add(key)
            return row
    return None


def later_version(filling: Filling, row: Row, submission: Submission) -> Row:
    """The same thing with other values: what makes its key stays, what it was composed from, and what it refers to."""
    contract = filling.contract
    kept = set(contract.key).union(*(reference.fields for reference in contract.references))
    for name in contract.key:
        flavour = filling.flavours.get(name, {})
        kept |= {flavour["by"]} if "by" in flavour else set()
        kept |= set(_DRAWS_ON.findall(str(flavour.get("texts", ""))))
    return _compose(filling, submission, row.enterprise, {name: row.values[name] for name in kept})


def _subject(
    filling: Filling, pool: Sequence[Enterprise], kept: Mapping[str, Value]
) -> tuple[Enterprise, dict[str, Value]] | None:
    """The enterprise of a row, and what it takes from the rows that it refers to; None where it must and cannot."""
    contract, enterprise, values = filling.contract, filling.rng.choice(pool), dict(kept)
    for reference in contract.references:
        optional = [name for name in reference.fields if not contract.field(name).required]
        answer = None if optional and _left_empty(filling, optional[-1]) else _answer(filling, reference, pool, values)
        if answer is not None:
            values |= zip(reference.fields, answer.values, strict=True)
            enterprise = answer.enterprise if names_the_enterprise(reference, contract) else enterprise
        elif optional:
            values |= dict.fromkeys(optional)
        else:
            return None
    return enterprise, values


def _left_empty(filling: Filling, name: str) -> bool:
    return bool(filling.rng.random() < filling.flavours.get(name, {}).get("empty", _REFERENCE_EMPTY))


def _answer(
    filling: Filling, reference: Reference, pool: Sequence[Enterprise], values: Mapping[str, Value]
) -> Answer | None:
    """A row to refer to that agrees with the values so far and, where it names the enterprise, is of the pool."""
    named = names_the_enterprise(reference, filling.contract)
    inside = {enterprise.uscc for enterprise in pool} if named else set()
    fitting = [
        answer
        for answer in filling.answers.get(reference, ())
        if (not named or answer.enterprise.uscc in inside)
        and all(values.get(name, value) == value for name, value in zip(reference.fields, answer.values, strict=True))
    ]
    return filling.rng.choice(fitting) if fitting else None


def _compose(filling: Filling, submission: Submission, enterprise: Enterprise, kept: Mapping[str, Value]) -> Row:
    world = filling.world
    return compose(filling.contract, enterprise, submission.period, world.words, world.lists, filling.rng, kept)
