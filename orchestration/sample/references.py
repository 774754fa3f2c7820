"""Which rows of other datasets a row may refer to: those that are sure to be published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from orchestration.contracts import Contract, Reference
from orchestration.sample.enterprises import Enterprise
from orchestration.sample.submissions import Submission
from orchestration.sample.values import Value


@dataclass(frozen=True)
class Answer:
    """A published row that a reference may mean: its values in the fields that are referred to, and its enterprise."""

    values: tuple[Value, ...]
    enterprise: Enterprise


def in_order(contracts: Mapping[str, Contract]) -> list[Contract]:
    """The datasets by name, but each after those that it refers to. ValueError where they refer in a circle."""
    waiting, ordered = sorted(contracts), list[Contract]()
    while waiting:
        ready = next((name for name in waiting if not _others(contracts[name]) & set(waiting)), None)
        if ready is None:
            raise ValueError(f"these datasets refer to one another in a circle: {', '.join(waiting)}")
        waiting.remove(ready)
        ordered.append(contracts[ready])
    return ordered


def answers(reference: Reference, contract: Contract, submissions: Sequence[Submission]) -> tuple[Answer, ...]:
    """What may be referred to in a dataset whose submissions are filled, in the order of its keys.

    A thing is published when a row of it is valid; which one is decided when the forms are laid out. So all of its
    valid rows must have the same values there.
    """
    rows = defaultdict(set)
    for submission in submissions:
        for entry in submission.entries:
            if entry.valid:
                values = tuple(entry.row.values[name] for name in reference.their_fields)
                rows[entry.row.key(contract)].add(Answer(values, entry.row.enterprise))
    certain = [next(iter(found)) for _, found in sorted(rows.items()) if len(found) == 1]
    return tuple(answer for answer in certain if None not in answer.values)


def names_the_enterprise(reference: Reference, contract: Contract) -> bool:
    """Whether the reference says of which enterprise the row is."""
    return any(contract.field(name).kind == "uscc" for name in reference.fields)


def _others(contract: Contract) -> set[str]:
    return {reference.dataset for reference in contract.references}
