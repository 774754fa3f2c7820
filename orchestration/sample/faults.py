"""Which faults a contract has room for, and how one is planted so that it is the only one in its row."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any

from orchestration.contracts import Contract, Field, Rule
from orchestration.sample.breaking import break_rule, needed, where
from orchestration.sample.code_lists import CodeList
from orchestration.sample.mistakes import MISTAKES
from orchestration.sample.occasions import Occasion, Room
from orchestration.sample.rows import Row
from orchestration.sample.sheets import Cell
from orchestration.sample.values import Value

WARNINGS = {"code_retired", "phone_unreadable", "email_unreadable", "repeated_in_submission"}
_AT_LEAST = 3


@dataclass(frozen=True)
class Fault:
    """One thing wrong in one cell: the cell as it stands or, where that is None, a value to spell as the hand does.

    `told_at`: the field that the issue names, which is the first of a broken rule; `read`: what the pipeline reads in
    the cell all the same.
    """

    code: str
    field: str
    told_at: str
    cell: Cell = None
    value: Value = None
    read: Value = None
    detail: str | None = None
    private: tuple[str, ...] = ()

    @property
    def error(self) -> bool:
        """Whether it holds the row back."""
        return self.code not in WARNINGS


@dataclass(frozen=True)
class Candidate:
    """A fault that a contract has room for.

    `how`: the words on how its rule is broken; `needed`: what the row must have a value in, or nothing could be wrong;
    `counties`: where the enterprise of the row may be (None: anywhere); `kept`: what the row must hold beside it.
    """

    code: str
    field: Field
    needed: frozenset[str] = frozenset()
    rule: Rule | None = None
    how: Mapping[str, Any] = dataclass_field(default_factory=dict)
    counties: frozenset[str] | None = None
    kept: tuple[tuple[str, Value], ...] = ()

    @property
    def elsewhere(self) -> bool:
        """Whether the enterprise of the row must be in another city than the submitter."""
        return self.code == "outside_scope"

    @property
    def columns(self) -> set[str]:
        """The columns that the form must have for it."""
        return {
            self.field.name,
            *self.needed,
            *(name for name, _ in self.kept),
            *(self.rule.fields if self.rule else ()),
        }

    @property
    def plain(self) -> bool:
        """Whether it has nothing to do with another cell of the row, so that it may stand beside another one."""
        return self.rule is None and self.field.codes is None and self.code != "reference_unknown"

    def given(self, with_values: bool) -> set[str]:
        """The fields that the row must have a value in; `with_values`: in the faulty one too, as most rows do."""
        return {*self.needed, self.field.name} if with_values and self.rule is None else set(self.needed)


def candidates(contract: Contract, words: Mapping[str, Any], lists: Mapping[str, CodeList]) -> list[Candidate]:
    """All faults that the contract has room for, each as often as the sample plants it.

    A fault in a rule needs a word on how to break it, under `rules` among the words of the dataset.
    """
    flavour = words["datasets"][contract.name]
    found = [
        Candidate(
            code,
            field,
            needed=_needed(code, field, contract),
            counties=_counties(code, field, contract, lists),
            kept=_kept(code, field, contract, lists),
        )
        for code, (fits, _) in MISTAKES.items()
        for field in contract.fields
        if fits(Room(field, contract, lists))
    ]
    ways = flavour.get("rules", {})
    found += [_broken(rule, ways[rule.name], contract) for rule in contract.rules if rule.name in ways]
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
        mistake = break_rule(candidate.how, contract, row, rng)
    else:
        _, make = MISTAKES[candidate.code]
        mistake = make(Occasion(candidate.field, row, turn, words, lists, rng))
    return Fault(
        code=candidate.code,
        field=candidate.field.name,
        told_at=candidate.rule.fields[0] if candidate.rule else candidate.field.name,
        cell=mistake.cell,
        value=mistake.value,
        read=mistake.read(candidate.field),
        detail=candidate.rule.name if candidate.rule else None,
        private=mistake.private,
    )


def _broken(rule: Rule, how: Mapping[str, Any], contract: Contract) -> Candidate:
    return Candidate(
        "rule_broken",
        contract.field(how["field"]),
        needed=frozenset(needed(how, rule)),
        rule=rule,
        how=how,
        kept=tuple(where(how, contract).items()),
    )


def _needed(code: str, field: Field, contract: Contract) -> frozenset[str]:
    if code in ("code_retired", "outside_scope"):
        return frozenset({field.name})
    if code == "outside_parent":
        return frozenset({str(field.within)})
    if code == "reference_unknown":
        ends = [reference for reference in contract.references if reference.fields[-1] == field.name]
        return frozenset(name for reference in ends for name in reference.fields) - {field.name}
    return frozenset()


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
    if code == "code_retired" and field.scoped:
        # Without counties: the enterprise, and so the submitter, is of the city that took its place.
        successors = {entry.replaced_by for entry in lists[str(field.codes)].retired}
        return frozenset(entry.code for entry in lists["counties"].present if entry.parent in successors)
    if code in ("required_missing", "code_unknown") and children:
        # Where the city cannot be read the county must be plain by itself, or it would be a second fault.
        inside = lists[str(children[0].codes)]
        return frozenset(entry.code for entry in inside.present if inside.plain(entry.name))
    return None


def _kept(code: str, field: Field, contract: Contract, lists: Mapping[str, CodeList]) -> tuple[tuple[str, Value], ...]:
    if code != "code_retired" or field.within or field.scoped:
        return ()
    return ((field.name, lists[str(field.codes)].retired[0].replaced_by),)
