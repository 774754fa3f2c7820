"""How a rule between the columns of a row is broken: in the way that the words of the dataset say."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from orchestration.contracts import Contract, Rule
from orchestration.sample.occasions import Mistake
from orchestration.sample.rows import Row
from orchestration.sample.values import Value, as_value


def break_rule(how: Mapping[str, Any], contract: Contract, row: Row, rng: random.Random) -> Mistake:
    """What to write into the field `how["field"]` of a valid row, so that the rule is broken.

    `how` is one of those that the head of `words.yaml` explains: before + days, above + by, plus, empty, set.
    ValueError where the row has no number or day to start from.
    """
    if "before" in how:
        return Mistake(value=_moved(row.values[how["before"]], -rng.randint(*how["days"]), how))
    if "above" in how:
        return Mistake(value=_moved(row.values[how["above"]], rng.randint(*how["by"]), how))
    if "plus" in how:
        return Mistake(value=_moved(row.values[how["field"]], rng.randint(*how["plus"]), how))
    if "set" in how:
        return Mistake(value=as_value(contract.field(how["field"]), how["set"]))
    if how.get("empty"):
        return Mistake()
    raise ValueError(f"{contract.name}: the words on {how['field']} say no way to break its rule")


def needed(how: Mapping[str, Any], rule: Rule) -> set[str]:
    """The fields that must be given in the row, or the rule would say nothing."""
    replaced = {how["field"]} if "set" in how or "empty" in how else set()
    start = {how[word] for word in ("before", "above") if word in how}
    return (set(rule.fields) - replaced - set(how.get("where", {}))) | start


def where(how: Mapping[str, Any], contract: Contract) -> dict[str, Value]:
    """What the row must hold in other fields."""
    return {name: as_value(contract.field(name), word) for name, word in how.get("where", {}).items()}


def _moved(start: Value, by: int, how: Mapping[str, Any]) -> Value:
    if isinstance(start, date):
        return start + timedelta(days=by)
    if isinstance(start, Decimal):
        return start + by
    raise ValueError(f"the rule on {how['field']} needs a number or a day to start from")
