"""Which faults a contract has room for, and how one is planted so that it is the only one in its row."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orchestration.contracts import Contract, Field, Rule
from orchestration.sample.code_lists import CodeList
from orchestration.sample.mistakes import MISTAKES, Occasion, before
from orchestration.sample.rows import Row, Value
from orchestration.sample.sheets import Cell

WARNINGS = {"code_retired", "phone_unreadable", "email_unreadable", "repeated_in_submission"}
_AT_LEAST = 3


@dataclass(frozen=True)
class Fault:
    """One thing wrong in one cell: the cell as it stands or, where that is None, a value to spell as the hand does."""

    code: str
    field: str
    cell: Cell = None
    value: Value = None
    detail: str | None = None
    private: tuple[str, ...] = ()

    @property
    def error(self) -> bool:
        """Whether it holds the row back."""
        return self.code not in WARNINGS


@dataclass(frozen=True)
class Candidate:
    """A fault that a contract has room for.

    `counties`: where the enterprise of the row may be (None: anywhere); `kept`: what the row must hold beside it.
    """

    code: str
    field: Field
    rule: Rule | None = None
    counties: frozenset[str] | None = None
    kept: tuple[tuple[str, Value], ...] = ()

    @property
    def elsewhere(self) -> bool:
        """Whether the enterprise of the row must be in another city than the submitter."""
        return self.code == "outside_scope"

    @property
    def columns(self) -> set[str]:
        """The columns that the form must have for it."""
        return {self.field.name, *(self.rule.fields if self.rule else ())}

    @property
    def plain(self) -> bool:
        """Whether it has nothing to do with another cell of the row, so that it may stand beside another one."""
        return self.rule is None and self.field.codes is None


def candidates(contract: Contract, words: Mapping[str, Any], lists: Mapping[str, CodeList]) -> list[Candidate]:
    """All faults that the contract has room for, each as often as the sample plants it.

    A fault in a rule needs a word on how to break it, under `rules` in `words.yaml`.
    """
    flavour = words["datasets"][contract.name]
    found = [
        Candidate(
            code, field, counties=_counties(code, field, contract, lists), kept=_kept(code, field, contract, lists)
        )
        for code, (fits, _) in MISTAKES.items()
        for field in contract.fields
        if fits(field, lists)
    ]
    found += [
        Candidate("rule_broken", contract.field(flavour["rules"][rule.name]["field"]), rule)
        for rule in contract.rules
        if rule.name in flavour.get("rules", {})
    ]
    fields = Counter(candidate.code for candidate in found)
    times = {code: max(flavour.get("faults_each", 1), math.ceil(_AT_LEAST / n)) for code, n in fields.items()}
    return [candidate for candidate in found for _ in range(times[candidate.code])]


def plant(
    candidate: Candidate,
    contract: Contract,
    row: Row,
    turn: int,
    words: Mapping[str, Any],
    lists: Mapping[str, CodeList],
    rng: random.Random,
) -> Fault:
    """The candidate in that row; `turn` counts, so that the ways to get a cell wrong take turns."""
    if candidate.rule is not None:
        how = words["datasets"][contract.name]["rules"][candidate.rule.name]
        mistake = before(row.values[how["before"]], how, rng)
    else:
        _, make = MISTAKES[candidate.code]
        mistake = make(Occasion(candidate.field, row, turn, words, lists, rng))
    return Fault(
        code=candidate.code,
        field=candidate.field.name,
        cell=mistake.cell,
        value=mistake.value,
        detail=candidate.rule.name if candidate.rule else None,
        private=mistake.private,
    )


def _children(field: Field, contract: Contract) -> list[Field]:
    return [child for child in contract.fields if child.within == field.name]


def _counties(code: str, field: Field, contract: Contract, lists: Mapping[str, CodeList]) -> frozenset[str] | None:
    children = _children(field, contract)
    if code == "code_retired" and field.within:
        return frozenset(entry.replaced_by for entry in lists[str(field.codes)].retired)
    if code == "code_retired" and children:
        former = {entry.code for entry in lists[str(field.codes)].retired}
        inside = lists[str(children[0].codes)]
        successors = {entry.replaced_by for entry in inside.codes if entry.parent in former}
        return frozenset(successor for successor in successors if inside.plain(inside.by_code[successor].name))
    if code in ("required_missing", "code_unknown") and children:
        # Where the city cannot be read the county must be plain by itself, or it would be a second fault.
        inside = lists[str(children[0].codes)]
        return frozenset(entry.code for entry in inside.present if inside.plain(entry.name))
    return None


def _kept(code: str, field: Field, contract: Contract, lists: Mapping[str, CodeList]) -> tuple[tuple[str, Value], ...]:
    if code != "code_retired" or field.within or _children(field, contract):
        return ()
    return ((field.name, lists[str(field.codes)].retired[0].replaced_by),)
