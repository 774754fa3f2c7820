"""What intake needs to know of a contract: which headings give which field, and which columns a form must have."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from orchestration.contracts import Contract
from orchestration.contracts.labels import fold_heading

# Kinds of value that a sum may be made of.
AMOUNTS = ("money", "number", "integer", "percent")
# Changed whenever the same file would be read otherwise than before: what was kept from earlier reading is then void.
READER = 12


@dataclass(frozen=True)
class Form:
    """One dataset as intake sees it.

    `fields` in the contract's order, `labels` from a folded heading to the field it gives, `titles` from field to
    the heading that the form should have, `own` the fields that not every register may have, `amounts` those that sums
    are made of.
    """

    dataset: str
    fields: tuple[str, ...]
    titles: dict[str, str]
    labels: dict[str, str]
    key: tuple[str, ...]
    own: tuple[str, ...]
    required: tuple[str, ...]
    money: tuple[str, ...]
    amounts: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the raw table that hold what the form says."""
        return (*self.fields, *(f"{field}__unit" for field in self.money))


def form_of(contract: Contract) -> Form:
    """What a contract says to intake."""
    return Form(
        dataset=contract.name,
        fields=tuple(field.name for field in contract.fields),
        titles={field.name: field.title for field in contract.fields},
        labels={fold_heading(label): field.name for field in contract.fields for label in field.labels},
        key=contract.key,
        own=tuple(field.name for field in contract.fields if not field.common),
        required=tuple(field.name for field in contract.fields if field.required),
        money=tuple(field.name for field in contract.fields if field.kind == "money"),
        amounts=tuple(field.name for field in contract.fields if field.kind in AMOUNTS),
    )


def fingerprint(forms: Iterable[Form], *others: object) -> str:
    """32 hex digits that change when a form, the reader or one of the others does."""
    content = [READER, [asdict(form) for form in forms], [repr(other) for other in others]]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()[:32]
