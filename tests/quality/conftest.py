"""Public tables to be judged: rows made from the contracts, written as the marts are (Parquet)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.contracts import Contract, Field, load_contracts
from orchestration.quality.gate import run_gate
from orchestration.quality.verdict import Verdict
from orchestration.settings import PROJECT

GUARDS = PROJECT / "expectations" / "shared" / "guards.yaml"
CODES = {
    "cities": "370100", "counties": "370102", "chains": "C01", "industries": "0111", "institutions": "4111010001",
}  # fmt: skip
SQL = {"string": "varchar", "date": "date", "integer": "bigint", "number": "double", "boolean": "boolean"}
ARROW = {
    "string": pa.string(),
    "date": pa.date32(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
}
Row = dict[str, Any]


def sound_row(contract: Contract, number: int) -> Row:
    """A row of the public table that breaks no rule of its contract, with another key for each number."""
    values = {field.name: _value(field, number) for field in contract.public_fields}
    # Derived tables count, and their rules add up.
    counts = {
        field.name: 0 for field in contract.public_fields if contract.derived and field.constraint("minimum") == 0
    }
    rounds = {} if contract.derived else {"round": "2024-01"}
    return _mended(contract, {"id": f"{contract.name}-{number:07d}", **values, **counts, **rounds})


def _value(field: Field, number: int) -> Any:
    """What the kind of the field, its code list and its bounds allow."""
    if field.codes is not None:
        return CODES[field.codes]
    if field.kind == "uscc":
        return f"91370100MA{number:08d}"
    if field.kind == "choice":
        return field.categories[number % len(field.categories)]
    if field.kind == "set":
        return ";".join(field.categories[:2])
    if field.kind == "month":
        return f"{2024 - number // 12}-{number % 12 + 1:02}"
    value = {
        "string": f"{field.title}{number}", "date": date(2024, 3, 5), "integer": 2024, "number": 50.0, "boolean": True,
    }[field.type]  # fmt: skip
    most = field.constraint("maximum")
    return value if most is None else min(value, most)


def _mended(contract: Contract, row: Row) -> Row:
    """The row with other values in the fields of the rules that it breaks: the first that break none."""
    public = {field.name for field in contract.public_fields}
    rules = [rule for rule in contract.rules if public.issuperset(rule.fields)]
    broken = [rule for rule in rules if not _holds(rule.condition, contract, row)]
    if not broken:
        return row
    fields = [contract.field(name) for name in dict.fromkeys(name for rule in broken for name in rule.fields)]
    for values in product(*(_others(field, row[field.name]) for field in fields)):
        other = row | dict(zip((field.name for field in fields), values, strict=True))
        if all(_holds(rule.condition, contract, other) for rule in rules):
            return other
    raise AssertionError(f"{contract.name}: no row keeps {', '.join(rule.name for rule in broken)}")


def _others(field: Field, value: Any) -> list[Any]:
    """The value, and what else the field may hold."""
    return [value, *([] if field.required else [None]), *(word for word in field.categories if word != value)]


def _holds(condition: str, contract: Contract, row: Row) -> bool:
    """Whether the rule holds of the row: as in the models, one over missing values says nothing."""
    types = {field.name: SQL[field.type] for field in contract.public_fields}
    columns = ", ".join(f"?::{types.get(name, 'varchar')} as {name}" for name in row)
    found = duckdb.execute(f"select ({condition}) is not false from (select {columns})", [*row.values()]).fetchone()
    assert found is not None
    return bool(found[0])


def write_table(path: Path, contract: Contract, rows: list[Row], **types: pa.DataType) -> Path:
    """Write rows as a mart, with the contract's types but for those given."""
    names = ["id", *(field.name for field in contract.public_fields), *([] if contract.derived else ["round"])]
    of_contract = {field.name: ARROW[field.type] for field in contract.public_fields}
    schema = pa.schema([(name, types.get(name, of_contract.get(name, pa.string()))) for name in names])
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)
    return path


@pytest.fixture(scope="session")
def contracts() -> dict[str, Contract]:
    return load_contracts(PROJECT / "schemas")


@pytest.fixture
def scenes(contracts: dict[str, Contract]) -> Contract:
    return contracts["scene_items"]


@pytest.fixture
def judge_rows(tmp_path: Path) -> Callable[..., Verdict]:
    """Judge rows of a dataset by its contract and, where one is given, by the text of a suite."""

    def judge(
        contract: Contract,
        rows: list[Row],
        suite: str = "[]",
        previous: list[Row] | None = None,
        guards: Path | None = None,
        accept: bool = False,
        **types: pa.DataType,
    ) -> Verdict:
        (tmp_path / "suite.yaml").write_text(suite, "utf-8")
        verdict = run_gate(
            contract,
            write_table(tmp_path / "mart.parquet", contract, rows, **types),
            tmp_path / "suite.yaml",
            None if previous is None else write_table(tmp_path / "previous.parquet", contract, previous),
            PROJECT / "dbt_project" / "seeds",
            guards=guards,
        )
        return verdict.with_guards_accepted() if accept else verdict

    return judge
