"""What a contract is: the dataset, its fields, its key and its rules, as frozen values.

Reading and checking the files is in `loading.py`; what is derived from a contract is elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.errors import UserError


class ContractError(UserError):
    """A contract that cannot be used; says in which file, which field and why."""

    def __init__(self, path: Path, field: str | None, reason: str) -> None:
        self.path, self.field, self.reason = path, field, reason
        place = path.name if field is None else f"{path.name}, field {field}"
        super().__init__(f"{place}: {reason}")


@dataclass(frozen=True)
class Field:
    """One column of a dataset, as the form asks for it and as it is published.

    `scoped`: it names the city of the row, which must be the one that the submitter speaks for (`scopes.py`).
    `holder`: of a unified social credit code, the field of the same row that names whom it identifies. `common`: taken
    over from the fields that many registers share.
    `consent`: the yes-or-no field of the same row that must say yes for the value to be published.
    """

    name: str
    type: str
    kind: str
    title: str
    title_en: str
    description: str
    description_en: str
    aliases: tuple[str, ...] = ()
    unit: str | None = None
    codes: str | None = None
    within: str | None = None
    scoped: bool = False
    consent: str | None = None
    holder: str | None = None
    common: bool = False
    categories: tuple[str, ...] = ()
    constraints: tuple[tuple[str, Any], ...] = ()
    visibility: str = "private"
    openness: str = "none"

    @property
    def public(self) -> bool:
        """Whether the column is published. Publishing is opt-in: a field that says nothing is private."""
        return self.visibility == "public"

    @property
    def required(self) -> bool:
        """Whether a row without a value here is at fault."""
        return bool(self.constraint("required"))

    def constraint(self, name: str) -> Any:
        """The value of a Table Schema constraint, or None where the contract sets none."""
        return dict(self.constraints).get(name)

    @property
    def labels(self) -> tuple[str, ...]:
        """All the headings under which a form may give this field: title and aliases."""
        return (self.title, *self.aliases)

    @property
    def heading(self) -> str:
        """The heading that Fuzhi writes itself: the title, with the unit in brackets where there is one."""
        return f"{self.title}（{self.unit}）" if self.unit else self.title


@dataclass(frozen=True)
class Rule:
    """A condition between the columns of one row; `holds` is SQL that DuckDB and Spark both read.

    It is for the rounds from `from_round` to `until_round`, both included; where one is None, without that end.
    """

    name: str
    fields: tuple[str, ...]
    holds: str
    message: str
    message_en: str
    from_round: str | None = None
    until_round: str | None = None

    @property
    def condition(self) -> str:
        """What every row must hold, of whatever round: SQL over the fields and `round`."""
        ends = (("<", self.from_round), (">", self.until_round))
        outside = [f"round {sign} '{end}'" for sign, end in ends if end is not None]
        return " or ".join([*outside, f"({self.holds})"]) if outside else self.holds


@dataclass(frozen=True)
class Reference:
    """A foreign key: where all of `fields` are given, a published row of `dataset` has the same in `their_fields`.

    `title` is that of the dataset referred to.
    """

    fields: tuple[str, ...]
    dataset: str
    their_fields: tuple[str, ...]
    title: str = ""
    title_en: str = ""


@dataclass(frozen=True)
class Contract:
    """One dataset: a Table Schema (Data Package 2.0) with what the pipeline needs beyond it.

    A `derived` one is made of what others publish, or of code lists: no form is sent for it, its rows have no round.
    """

    name: str
    title: str
    title_en: str
    description: str
    description_en: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    owner: str
    owner_en: str
    openness: str
    licence: str
    plan_clauses: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    references: tuple[Reference, ...] = ()
    derived: bool = False

    @property
    def public_fields(self) -> tuple[Field, ...]:
        """The fields that are published, in the order of the contract."""
        return tuple(f for f in self.fields if f.public)

    def field(self, name: str) -> Field:
        """The field of that name; KeyError where the contract has none."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(f"{self.name} has no field {name}")


def submitted(contracts: Mapping[str, Contract]) -> dict[str, Contract]:
    """The datasets that forms are sent for."""
    return {name: contract for name, contract in contracts.items() if not contract.derived}


def derived(contracts: Mapping[str, Contract]) -> dict[str, Contract]:
    """The datasets that are made of what others publish."""
    return {name: contract for name, contract in contracts.items() if contract.derived}
