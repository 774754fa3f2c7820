"""What else goes wrong in a row when a cell is wrong: rules that no longer hold, references that nothing answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import duckdb

from orchestration.contracts import Contract, Field, Reference, Rule
from orchestration.sample.references import Answer
from orchestration.sample.values import Value

_SQL = {"string": "varchar", "integer": "bigint", "number": "double", "date": "date", "boolean": "boolean"}


def broken_rules(contract: Contract, values: Mapping[str, Value], round_id: str) -> list[Rule]:
    """The rules that a row of that round does not hold, as DuckDB judges them; one that says nothing holds."""
    if not contract.rules:
        return []
    names = sorted({name for rule in contract.rules for name in rule.fields})
    columns = ", ".join(f"cast(? as {_SQL[contract.field(name).type]}) as {name}" for name in names)
    holds = ", ".join(f"coalesce({rule.condition}, true)" for rule in contract.rules)
    given = [_as_sql(contract.field(name), values[name]) for name in names]
    query = f"select {holds} from (select {columns}, ? as round)"
    found = duckdb.cursor().execute(query, [*given, round_id]).fetchone() or ()
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


def _as_sql(field: Field, value: Value) -> str | int | float | bool | date | None:
    if isinstance(value, tuple):
        return ";".join(value) or None
    if isinstance(value, Decimal):
        return int(value) if field.type == "integer" else float(value)
    return value
