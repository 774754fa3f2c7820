"""Whether several Parquet files hold the same published rows, in whatever order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import duckdb

# What all ways publish; `id` and `round` are Fuzhi's own.
COLUMNS = (
    *("side", "scene_name", "org_name", "uscc", "city_code", "county_code", "field", "chain", "description"),
    *("investment", "published_on", "valid_until", "matching_status"),
)
_TEXT = ", ".join(f'"{name}"::varchar' for name in COLUMNS)


class RowsDifferError(Exception):
    """Two ways do not give the same rows: what they were measured at is not the same work."""


def fingerprint(parquet: Path) -> str:
    """How many rows there are, and a sum over their hashes."""
    rows, total = duckdb.sql(f"select count(*), sum(hash({_TEXT})) from read_parquet('{parquet}')").fetchall()[0]
    return f"{rows} rows, {total or 0}"


def refuse_different(tables: Mapping[str, Path]) -> str:
    """The fingerprint that all tables have; raises RowsDifferError where one has another."""
    found = {way: fingerprint(path) for way, path in tables.items()}
    if len(set(found.values())) > 1:
        lines = [f"{way}: {said}" for way, said in found.items()]
        raise RowsDifferError("\n".join(["the published rows are not the same", *lines, *_examples(tables.values())]))
    return next(iter(found.values()))


def _examples(tables: Iterable[Path]) -> list[str]:
    """A few rows that the first table has and another lacks, or the other way round; everything is made up."""
    first, *others = (f"select {_TEXT} from read_parquet('{path}')" for path in tables)
    return [
        f"{sign} {row}"
        for other in others
        for sign, query in (("-", f"{first} except {other}"), ("+", f"{other} except {first}"))
        for row in duckdb.sql(f"{query} limit 3").fetchall()
    ]
