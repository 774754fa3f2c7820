"""Marts for the tests of releases: Parquet as dbt leaves it, public columns alone, sorted by id."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration import engine
from orchestration.contracts import Contract, load_contracts
from orchestration.release.code_lists import load_code_lists
from orchestration.release.columns import published_columns

PROJECT = Path(__file__).parents[2]
SHARED = PROJECT.parent / "shared"
CONTRACTS = load_contracts(PROJECT / "schemas")
CODE_LISTS = load_code_lists(PROJECT / "schemas", PROJECT / "dbt_project" / "seeds")
SCENES = CONTRACTS["scene_items"]
CREATED = datetime.date(2024, 3, 5)
# All files of a release of scene_items.
FILES = [
    "CHANGES.md",
    "CITATION.cff",
    "README.md",
    "SHA256SUMS",
    "changes.csv",
    "croissant.json",
    "datapackage.json",
    "ro-crate-metadata.json",
    "scene_items.csv",
    "scene_items.csv-metadata.json",
    "scene_items.json",
    "scene_items.parquet",
    "scene_items.xlsx",
    "scene_items.xml",
    "schema.org.jsonld",
    "validation.json",
]
VALIDATION = b'{"success": true}\n'
ARROW = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "date": pa.date32(),
    "boolean": pa.bool_(),
}


def arrow_schema(contract: Contract) -> pa.Schema:
    return pa.schema([(c.name, ARROW[c.type]) for c in published_columns(contract)])


def write_mart(path: Path, contract: Contract, rows: list[dict[str, Any]]) -> Path:
    """Write rows as a mart, in the order given; a column that a row lacks is null."""
    schema = arrow_schema(contract)
    full = [{name: row.get(name) for name in schema.names} for row in rows]
    pq.write_table(pa.Table.from_pylist(full, schema=schema), path)
    return path


def scene(number: int, **values: Any) -> dict[str, Any]:
    """One valid row of scene_items."""
    return {
        "id": f"scene-{number:06d}",
        "side": "需求" if number % 2 else "供给",
        "scene_name": f"场景{number}",
        "org_name": f"山东某某科技有限公司{number}",
        "uscc": "91370100MA3C4YQ88K",
        "city_code": "370100",
        "description": None if number % 3 == 0 else f"说明{number}",
        "investment": None if number % 4 == 0 else number * 0.1,
        "published_on": datetime.date(2024, 1, 1 + number % 28),
        "valid_until": None if number % 5 == 0 else datetime.date(2026, 12, 31),
        "matching_status": "待对接",
        "round": "2024-01",
        **values,
    }


def scenes(count: int) -> list[dict[str, Any]]:
    return [scene(number) for number in range(1, count + 1)]


def factory(number: int, **values: Any) -> dict[str, Any]:
    """One valid row of morning_star_factories: whole numbers that may be missing."""
    return {
        "id": f"factory-{number:06d}",
        "factory_name": f"工厂{number}",
        "org_name": f"山东某某制造有限公司{number}",
        "uscc": "91370100MA3C4YQ88K",
        "city_code": "370200",
        "recognised_year": 2024,
        "connected_devices": None if number % 2 else number,
        "connection_rate": None if number % 3 else 99.5,
        "round": "2024-02",
        **values,
    }


AWKWARD = [
    "quotes \"\" and 'single'",
    "line\nbreak",
    "return\rand\r\nboth",
    "=1+1",
    "+8613",
    "@SUM(A1)",
    "-2+3",
    '=HYPERLINK("http://example.org","x")',
    "http://example.org",
    "370100",
    "0012",
    "1e5",
    "2024-03-05",
    "TRUE",
    "NA",
    "NULL",
    "nan",
    "#REF!",
    "# no comment",
    " leading and trailing ",
    "tab\there",
    "a;b,c|d",
    "😀👩‍👩‍👧",
    "مرحبا بالعالم ‮abc",
    "_x0041_",
    "<r>not rich</r>",
    "<r>a & b</r>",
    "<b>&amp;</b>",
    "\u200bzero width",
    "{name} $name %s",
    "长" * 40_000,
    "",
    None,
]


def awkward_scenes() -> list[dict[str, Any]]:
    return [scene(number, field=text) for number, text in enumerate(AWKWARD, start=1)]


@contextmanager
def with_threads(count: int) -> Iterator[None]:
    """DuckDB with so many threads."""
    with engine.connect() as connection:
        connection.execute(f"SET threads = {count}")
        try:
            yield
        finally:
            connection.execute("RESET threads")
