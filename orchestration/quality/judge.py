"""What Great Expectations is asked and what it answers: counts, an error's type, never a row's value.

Importing this imports Great Expectations, which takes seconds: only the gate does, and only when it runs.
"""

from __future__ import annotations

import difflib
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb
import great_expectations as gx
import great_expectations.expectations as gxe
from great_expectations.compatibility.pydantic import ValidationError
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)
from great_expectations.exceptions.exceptions import ExpectationNotFoundError
from great_expectations.expectations import registry

from orchestration.quality import own_expectations  # registers them
from orchestration.quality.check import Check
from orchestration.quality.dialect import URL, lend
from orchestration.quality.suites import SuiteError, fill_in, placeholders
from orchestration.quality.verdict import Result

VERSION = gx.__version__
# Expectations whose observed value is a count, a share or the name of a column or type; the observed value of any
# other (a maximum, the most common value) may be a row's value, and is not kept.
COUNTING = {
    "expect_table_row_count_to_be_between",
    "expect_table_row_count_to_equal",
    "expect_table_column_count_to_be_between",
    "expect_table_column_count_to_equal",
    "expect_table_columns_to_match_ordered_list",
    "expect_column_values_to_be_in_type_list",
    "expect_column_unique_value_count_to_be_between",
    "expect_column_proportion_of_unique_values_to_be_between",
    "expect_column_proportion_of_non_null_values_to_be_between",
    "unexpected_rows_expectation",
}
# Forms of this project that judge many checks at once.
TOGETHER = {own_expectations.ExpectColumnTypes.expectation_type, own_expectations.ExpectNoRowWhere.expectation_type}
# A check with its arguments as they are handed over.
Filled = tuple[Check, dict[str, Any]]
# DuckDB's errors before it reads a row; the text of any other may quote a row's value.
BEFORE_ROWS = {"BinderException", "CatalogException", "ParserException", "SyntaxException"}
_DUCKDB_ERROR = re.compile(r"\((?:_?duckdb\.)+(\w+)\) ([^\n]*)")
# The line of a traceback that names the exception which began it; its frames are indented.
_EXCEPTION = re.compile(r"^(?:\w+\.)*(\w+)(?::|$)", re.MULTILINE)
_NO_COLUMN = re.compile(r'The column "[^"]*" in BatchData does not exist')


def judge(
    connection: duckdb.DuckDBPyConnection, tables: dict[str, str], rows: int, checks: Sequence[Check]
) -> tuple[Result, ...]:
    """One result per check, in their order, for the table `mart` of an open DuckDB, which has `rows` rows.

    `tables` gives the table in DuckDB behind each placeholder of the checks' SQL. Raises SuiteError for an
    expectation or an argument that Great Expectations does not know.
    """
    skipped = {number: one for number, check in enumerate(checks) if (one := _skipped(check, tables, rows))}
    filled = {n: (check, fill_in(check, tables)) for n, check in enumerate(checks) if n not in skipped}
    with _silent_logs():
        results = skipped | _results(_batch(connection), filled, _groups(filled))
    # They come back in no order, and one that got lost on the way must not pass for met.
    return tuple(results[number] for number in range(len(checks)))


def _groups(filled: Mapping[int, Filled]) -> list[list[int]]:
    """The checks by their numbers, those that one expectation judges together in one group."""
    groups: dict[str | int, list[int]] = {}
    for number, (check, _) in filled.items():
        groups.setdefault(check.expect if check.expect in TOGETHER else number, []).append(number)
    return list(groups.values())


def _results(batch: Any, filled: Mapping[int, Filled], groups: Sequence[list[int]]) -> dict[int, Result]:
    """By their numbers the results of checks: of each group, by one expectation."""
    expectations = [_expectation([filled[number] for number in group], meta={"group": group}) for group in groups]
    # BASIC counts what is unexpected; with no values to show, it fetches none.
    outcome = batch.validate(
        gx.ExpectationSuite("gate", expectations=expectations),
        result_format={"result_format": "BASIC", "partial_unexpected_count": 0},
    )
    results, again = {}, []
    for one in outcome.results:
        group = one.expectation_config.meta["group"]
        errors = list(_exceptions(one.exception_info))
        if errors and len(group) > 1:
            again += [[number] for number in group]
        elif errors:
            results[group[0]] = Result(filled[group[0]][0], "raised", reason=_error(errors[0]))
        else:
            results |= {n: _result(filled[n][0], one, place) for place, n in enumerate(group)}
    # One error says nothing of the others in its group: each is asked by itself.
    return results | _results(batch, filled, again) if again else results


def _skipped(check: Check, tables: dict[str, str], rows: int) -> Result | None:
    if "previous" in placeholders(check) and "previous" not in tables:
        return Result(check, "skipped", reason=("尚无上一版本", "there is no last release"))
    if rows < check.from_rows:
        zh, en = f"仅{rows:,}行，不足{check.from_rows:,}行", f"{rows:,} rows are fewer than {check.from_rows:,}"
        return Result(check, "skipped", reason=(zh, en))
    return None


def _batch(connection: duckdb.DuckDBPyConnection) -> Any:
    """The table in a context that keeps nothing, shows no progress and calls nobody."""
    config: Any = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        analytics_enabled=False,
        progress_bars=ProgressBarsConfig(globally=False, metric_calculations=False),
    )
    context: Any = gx.get_context(mode="ephemeral", project_config=config)
    source = context.data_sources.add_sql("gate", connection_string=URL, kwargs={"creator": lend(connection)})
    return source.add_table_asset("mart").add_batch_definition_whole_table("all").get_batch()


def _expectation(group: Sequence[Filled], meta: dict[str, Any]) -> Any:
    """The expectation that judges these checks: one, or several of a form that judges many at once."""
    check, kwargs = group[0]
    name = check.expect
    try:
        # By the name of its class, or by the same in snake case.
        form: Any = getattr(gxe, name, None) if name[:1].isupper() else registry.get_expectation_impl(name)
    except ExpectationNotFoundError:
        form = None
    if not isinstance(form, type):
        nearest = difflib.get_close_matches(name, registry.list_registered_expectation_implementations(), 1)
        raise SuiteError(
            check.origin, "there is no such expectation" + "".join(f"; did you mean {n}?" for n in nearest)
        )
    if name in TOGETHER:
        kwargs = {"asked": [{"column": one.column, **given} for one, given in group]}
    try:
        return form(**kwargs, meta=meta)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise SuiteError(check.origin, f"its arguments are wrong: {wrong}") from error


def _result(check: Check, outcome: Any, place: int) -> Result:
    """The result of the check at this place among those that the expectation judged."""
    found, success = outcome.result, outcome.success
    if check.expect in TOGETHER:
        counts = dict(found["answers"][place])
        success = counts.pop("success")
    elif {"element_count", "unexpected_count"} <= found.keys():
        # Of an empty table SQL gives null for the sum of what is unexpected.
        counts = {"rows": found["element_count"], "unexpected": found["unexpected_count"] or 0}
        if "missing_count" in found:
            counts["missing"] = found["missing_count"]
    elif outcome.expectation_config.type in COUNTING:
        counts = {"observed": found["observed_value"]}
    else:
        counts = {name: found[name] for name in ("found", "part", "whole") if name in found}
    return Result(check, "passed" if success is True else "failed", counts)


def _exceptions(info: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """What was raised: Great Expectations gives one answer, or one exception per metric by the metric's name."""
    answers = [info] if "raised_exception" in info else info.values()
    yield from (answer for answer in answers if answer["raised_exception"])


def _error(info: Mapping[str, Any]) -> tuple[str, str]:
    """An error's type, with its text where that cannot quote a row."""
    message = str(info["exception_message"])
    if match := _NO_COLUMN.search(message):
        return match[0], match[0]
    if match := _DUCKDB_ERROR.search(message):
        type_, text = match.groups()
        if type_ in BEFORE_ROWS:
            return f"{type_}：{text}", f"{type_}: {text}"
    else:
        first = _EXCEPTION.search(str(info["exception_traceback"]))
        type_ = first[1] if first else "Exception"
    return f"{type_}（原文可能引用数据，不予列出）", f"{type_} (its text is withheld: it may quote a row)"


@contextmanager
def _silent_logs() -> Iterator[None]:
    """Great Expectations logs the texts of errors, which may quote a row; the verdict says what may be said."""
    logger = logging.getLogger("great_expectations")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(level)
