"""Where a mistake may be made, where it is made, and what stands there then."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from orchestration.contracts import Contract, Field
from orchestration.sample.code_lists import CodeList
from orchestration.sample.rows import Row
from orchestration.sample.sheets import Cell
from orchestration.sample.values import Value

# What stands in a cell of these kinds is taken as it is, however wrong; of the others nothing is read then.
_TAKEN_AS_IT_IS = ("uscc", "name", "text", "list", "phone", "email")


@dataclass(frozen=True)
class Room:
    """A field of a contract, which may have room for a mistake."""

    field: Field
    contract: Contract
    lists: Mapping[str, CodeList]


@dataclass(frozen=True)
class Mistake:
    """What stands in the cell or, where that is None, a value for the hand to spell; and what of it is private."""

    cell: Cell = None
    value: Value = None
    private: tuple[str, ...] = ()

    def read(self, field: Field) -> Value:
        """What the pipeline reads there all the same, None where it reads nothing."""
        if isinstance(self.value, Decimal) and field.kind == "integer" and self.value % 1:
            return None
        if self.value is not None:
            return self.value
        return str(self.cell) if self.cell is not None and field.kind in _TAKEN_AS_IT_IS else None


@dataclass(frozen=True)
class Occasion:
    """Where a mistake is made: a field of a row; `turn` counts, so that the ways to get it wrong take turns."""

    field: Field
    row: Row
    turn: int
    words: Mapping[str, Any]
    lists: Mapping[str, CodeList]
    rng: random.Random

    @property
    def wrong(self) -> Mapping[str, Any]:
        """The words for mistakes."""
        wrong: Mapping[str, Any] = self.words["wrong"]
        return wrong

    @property
    def codes(self) -> CodeList:
        """The code list of the field."""
        return self.lists[str(self.field.codes)]

    @property
    def text(self) -> str:
        """The text of the row in this field."""
        return str(self.row.values[self.field.name] or f"样例{self.field.title}")

    def one_of(self, ways: Sequence[Any]) -> Any:
        """The way whose turn it is."""
        return ways[self.turn % len(ways)]
