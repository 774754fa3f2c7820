"""The gate: a public table against its contract and its suite, before it is released.

The table is never loaded: it is a view over the Parquet file in a DuckDB of its own, and only counts come out.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

import duckdb

from orchestration.contracts import Contract
from orchestration.quality.check import Check, GateError
from orchestration.quality.contract_checks import row_checks, shape_checks
from orchestration.quality.suites import SuiteError, placeholders, read_suite
from orchestration.quality.verdict import Result, Verdict
from orchestration.sql import literal

WRONG_SHAPE = ("公开表的列或类型与数据契约不符", "the columns or types are not those of the contract")


def run_gate(
    contract: Contract,
    mart: Path,
    suite: Path,
    previous: Path | None,
    code_lists: Path,
    *,
    guards: Path | None,
) -> Verdict:
    """Judge the public table `mart` (Parquet) of a dataset before it is released.

    `suite` is its file in `expectations/`, `previous` the Parquet file of its last release, `code_lists` the folder
    of the lists (`<list>.csv` with a column `code`), `guards` the file of what every table must keep of its last
    release. The columns and their types are judged first; where they do not hold, nothing else is judged and the
    verdict says so.

    Raises GateError for a table or a code list that is not there, SuiteError for a suite that cannot be used. An
    expectation that raises an error is a result against the table, not an exception.
    """
    for table in (mart, previous):
        if table is not None and not table.is_file():
            raise GateError(f"{contract.name}: there is no table {table.name}")
    shape = tuple(shape_checks(contract))
    rest = (*row_checks(contract), *read_suite(suite, guards))
    # Only here, for it imports Great Expectations, which takes seconds.
    from orchestration.quality.judge import VERSION, judge

    with (
        tempfile.TemporaryDirectory(prefix="fuzhi-gate-") as folder,
        duckdb.connect(config={"temp_directory": folder, "autoinstall_known_extensions": False}) as connection,
    ):
        tables = _open_tables(connection, mart, previous, code_lists, rest)
        rows = _row_count(connection)
        # All at once, for each validation costs by itself; of a table of another shape the rest says nothing.
        results = judge(connection, tables, rows, (*shape, *rest))
        if not all(result.success for result in results[: len(shape)]):
            results = results[: len(shape)] + tuple(Result(check, "skipped", reason=WRONG_SHAPE) for check in rest)
    return Verdict(contract.name, rows, f"Great Expectations {VERSION}", results)


def _open_tables(
    connection: duckdb.DuckDBPyConnection,
    mart: Path,
    previous: Path | None,
    code_lists: Path,
    checks: Iterable[Check],
) -> dict[str, str]:
    """Open what the checks read; gives the name in DuckDB of each placeholder's table."""
    tables = {"table": "mart"}
    connection.execute(f"create view mart as select * from read_parquet({literal(mart)})")
    if previous is not None:
        tables["previous"] = "previous"
        connection.execute(f"create view previous as select * from read_parquet({literal(previous)})")
    for check in checks:
        for name in sorted(placeholders(check) - tables.keys() - {"previous"}):
            path = code_lists / f"{name}.csv"
            if not path.is_file():
                raise SuiteError(check.origin, f"{{{name}}} is neither {{table}}, {{previous}} nor a code list")
            tables[name] = f"codes_{name}"
            source = f"read_csv({literal(path)}, header=true, all_varchar=true)"
            connection.execute(f"create table codes_{name} as select * from {source}")
    return tables


def _row_count(connection: duckdb.DuckDBPyConnection) -> int:
    row = connection.execute("select count(*) from mart").fetchone()
    assert row is not None, "a count is always one row"
    return int(row[0])
