"""Who sends what in which round, in which format and dress: the submissions, still without rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any

from orchestration.contracts import Contract, Field
from orchestration.sample.code_lists import CodeList
from orchestration.sample.enterprises import Enterprise
from orchestration.sample.faults import Fault
from orchestration.sample.layouts import FEW_ROWS, LARGE, SMALL, Format, Layout
from orchestration.sample.rows import Row
from orchestration.sample.senders import Submitter, senders
from orchestration.sample.values import Period
from orchestration.sample.words import chance


@dataclass(frozen=True)
class World:
    """What all datasets of one sample share."""

    words: Mapping[str, Any]
    lists: Mapping[str, CodeList]
    enterprises: tuple[Enterprise, ...]
    seed: int
    scale: float


@dataclass(frozen=True)
class Entry:
    """A row as a submission holds it: with its faults."""

    row: Row
    faults: tuple[Fault, ...] = ()

    @property
    def valid(self) -> bool:
        """Whether nothing holds it back."""
        return not any(fault.error for fault in self.faults)


@dataclass
class Submission:
    """One file to be; `new_rows` is how many things it is to report for the first time, `corrects` whom it replaces."""

    path: str
    round: str
    period: Period
    filled_on: date
    title: str
    submitter: Submitter
    contract: Contract
    format: Format
    layout: Layout
    fields: tuple[Field, ...]
    new_rows: int
    supplement: bool
    entries: list[Entry] = field(default_factory=list)
    corrects: str | None = None

    def keys(self) -> set[tuple[str, ...]]:
        """The keys of all its rows."""
        return {entry.row.key(self.contract) for entry in self.entries}

    def holds(self, columns: set[str]) -> bool:
        """Whether the form has all these columns."""
        return columns <= {field.name for field in self.fields}


def call(contract: Contract, position: int, cities_at: int, world: World) -> list[Submission]:
    """The submissions of a dataset, round by round, submitter by submitter.

    `position` tells datasets apart; datasets with the same `cities_at` are sent by the same cities. One submitter of
    each round sends a second file.
    """
    flavour = world.words["datasets"][contract.name]
    rows = flavour["rows"] * world.scale
    sending = senders(flavour, cities_at, world.words, world.lists)
    total = sum(sender.weight for sender in sending)
    small, large = count(position * 4), count(position * 2)
    found = []
    for number, (round_id, terms) in enumerate(world.words["rounds"].items()):
        for index, sender in enumerate(sending):
            new_rows = max(2, round(rows * terms["share"] * sender.weight / total))
            twice = index == (position * 5 + number * 3) % len(sending)
            for supplement in (False, True) if twice else (False,):
                few = new_rows < FEW_ROWS or supplement
                form, layout = SMALL[next(small) % len(SMALL)] if few else LARGE[next(large) % len(LARGE)]
                suffix = "（补充，样例）" if supplement else "（样例）"
                folder = f"{contract.name}/" if (index + number + position) % 2 == 0 else ""
                title = f"{terms['title']}{contract.title}汇总表"
                found.append(
                    Submission(
                        path=f"{round_id}/{sender.name}/{folder}{title}{suffix}.{form.suffix}",
                        round=round_id,
                        period=Period(terms["from"], terms["to"]),
                        filled_on=terms["filled_on"],
                        title=f"{title}\n{suffix}",
                        submitter=sender,
                        contract=contract,
                        format=form,
                        layout=layout,
                        fields=_fields(contract, layout, world.seed, round_id, sender.name, supplement),
                        new_rows=max(2, new_rows // 10) if supplement else new_rows,
                        supplement=supplement,
                    )
                )
    return found


def _fields(contract: Contract, layout: Layout, *parts: object) -> tuple[Field, ...]:
    """The columns of a form: the required ones, and the optional ones but for those that its makers left out.

    A column that says whether another one may be published is never left out, nor one that a rule wants to be given:
    without it rows would break the rule.
    """
    rng = chance(*parts, contract.name, "columns")
    consents = {f.consent for f in contract.fields}
    wanted = {f.name for f in contract.fields for rule in contract.rules if f"{f.name} is not null" in rule.holds}
    kept = consents | wanted
    fields = [f for f in contract.fields if f.required or rng.random() >= layout.leave_out or f.name in kept]
    if layout.shuffled:
        rng.shuffle(fields)
    return tuple(fields)
