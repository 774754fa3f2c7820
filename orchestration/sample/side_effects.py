"""What else goes wrong in a row when a cell is wrong: rules that no longer hold, references that nothing answers."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from orchestration.contracts import Contract, Field, Reference, Rule
from orchestration.sample.references import Answer
from orchestration.sample.values import Value
from orchestration.sql import literal

_SQL = {"string": "varchar", "integer": "bigint", "number": "double", "date": "date", "boolean": "boolean"}


def broken_rules(contract: Contract, values: Mapping[str, Value], round_id: str) -> list[Rule]:
    """The rules that a row of that round does not hold, as DuckDB judges them; one that says nothing holds."""
    if not contract.rules:
        return []
    names = sorted({name for rule in contract.rules for name in rule.fields})
    columns = ", ".join(_column(contract.field(name), values[name]) for name in names)
    holds = ", ".join(f"coalesce({rule.condition}, true)" for rule in contract.rules)
    found = duckdb.sql(f"select {holds} from (select {columns}, {literal(round_id)} as round)").fetchone() or ()
    return [rule for rule, held in zip(contract.rules, found, strict=True) if not held]


def unanswered(
    contract: Contract, values: Mapping[str, Value], answers: Mapping[Reference, tuple[Answer, ...]]
) -> list[Reference]:
    """The references that a row gives and that no published row of the other dataset answers."""
    given = {
        reference: tuple(values[name] for name in reference.fields)
        for reference in contract.references
        if all(values[name] is not None for name in reference.fields)
    }
    return [
        reference
        for reference, key in given.items()
        if all(key != answer.values for answer in answers.get(reference, ()))
    ]


def _column(field: Field, value: Value) -> str:
    """The value as the staging model has it: several items are joined by semicolons."""
    text = ";".join(value) if isinstance(value, tuple) else value
    return f"cast({'null' if text in (None, '') else literal(str(text))} as {_SQL[field.type]}) as {field.name}"
