"""The expectations that Great Expectations has no form for.

SQL that finds no rows, and one count as a share of another; and two that judge many things at once, for each
expectation costs some 10 ms by itself: the types of all columns, and whatever is said of single rows, in one pass.

Importing this imports Great Expectations, which takes seconds: only the gate does, and only when it runs. All of them
fetch counts alone; no row ever leaves DuckDB. (GX's own UnexpectedRowsExpectation fetches 200 rows besides.)
"""

from __future__ import annotations

import math
from typing import Any, ClassVar

from great_expectations.execution_engine.sqlalchemy_execution_engine import SqlAlchemyExecutionEngine
from great_expectations.expectations.expectation import BatchExpectation
from great_expectations.expectations.metrics.metric_provider import MetricProvider, metric_value

from orchestration.sql import quoted


class NotACountError(Exception):
    """SQL that was to give a count gave something else."""


class RowsFound(MetricProvider):
    """How many rows a query finds."""

    metric_name = "fuzhi.rows_found"
    domain_keys = ("batch_id",)
    value_keys = ("sql",)

    @metric_value(engine=SqlAlchemyExecutionEngine)
    def _sqlalchemy(cls: Any, execution_engine: Any, metric_value_kwargs: Any, **_: Any) -> int:  # noqa: N805
        return _count(execution_engine, f"select count(*) from ({metric_value_kwargs['sql']}\n)")


class PartAndWhole(MetricProvider):
    """Two counts, each given by a query."""

    metric_name = "fuzhi.part_and_whole"
    domain_keys = ("batch_id",)
    value_keys = ("part", "whole")

    @metric_value(engine=SqlAlchemyExecutionEngine)
    def _sqlalchemy(cls: Any, execution_engine: Any, metric_value_kwargs: Any, **_: Any) -> tuple[int, int]:  # noqa: N805
        part, whole = (_count(execution_engine, metric_value_kwargs[name]) for name in ("part", "whole"))
        return part, whole


class ColumnTypes(MetricProvider):
    """The type of each column, without the width of a decimal."""

    metric_name = "fuzhi.column_types"
    domain_keys = ("batch_id",)
    value_keys = ()

    @metric_value(engine=SqlAlchemyExecutionEngine)
    def _sqlalchemy(cls: Any, execution_engine: Any, **_: Any) -> dict[str, str]:  # noqa: N805
        with execution_engine.get_connection() as connection:
            described = connection.exec_driver_sql("describe mart").fetchall()
        return {name: type_.split("(")[0] for name, type_, *_ in described}


class RowsWhere(MetricProvider):
    """The rows of the table, those that meet each condition, and those without a value in each column, in one pass."""

    metric_name = "fuzhi.rows_where"
    domain_keys = ("batch_id",)
    value_keys = ("asked",)

    @metric_value(engine=SqlAlchemyExecutionEngine)
    def _sqlalchemy(cls: Any, execution_engine: Any, metric_value_kwargs: Any, **_: Any) -> dict[str, Any]:  # noqa: N805
        conditions = [one["where"] for one in metric_value_kwargs["asked"]]
        columns = sorted({one["column"] for one in metric_value_kwargs["asked"] if one["column"]})
        all_ = [*conditions, *(f"{quoted(name)} is null" for name in columns)]
        # Judged first and counted then, for a filter may hold no subquery. A condition may end with a comment.
        judged = ", ".join(f"(\n{condition}\n) as c{number}" for number, condition in enumerate(all_))
        counts = ", ".join(f"count(*) filter (where c{number})" for number in range(len(all_)))
        with execution_engine.get_connection() as connection:
            sql = f"select count(*), {counts} from (select {judged} from mart)"
            rows, *found = connection.exec_driver_sql(sql).one()
        missing = dict(zip(columns, found[len(conditions) :], strict=True))
        return {"rows": rows, "unexpected": found[: len(conditions)], "missing": missing}


class ExpectColumnTypes(BatchExpectation):
    """Expect each column that is `asked` about to have one of the `types` given for it, by DuckDB's names."""

    asked: list[dict[str, Any]]

    metric_dependencies: ClassVar = ("fuzhi.column_types",)
    domain_keys: ClassVar = ("batch_id",)
    success_keys: ClassVar = ("asked",)

    def _validate(
        self,
        metrics: dict[Any, Any],
        runtime_configuration: dict[Any, Any] | None = None,
        execution_engine: Any = None,
    ) -> dict[str, Any]:
        found = metrics["fuzhi.column_types"]
        types = [(found.get(one["column"]), one["types"]) for one in self.asked]
        return _answers(
            [{"success": type_ in allowed} | ({"observed": type_} if type_ else {}) for type_, allowed in types]
        )


class ExpectNoRowWhere(BatchExpectation):
    """Expect no row to meet any `where` that is `asked`, SQL over the columns; `column` is the one it is about, if any.

    Of each it tells the rows, those that are unexpected, and those where its column is missing.
    """

    asked: list[dict[str, Any]]

    metric_dependencies: ClassVar = ("fuzhi.rows_where",)
    domain_keys: ClassVar = ("batch_id",)
    success_keys: ClassVar = ("asked",)

    def _validate(
        self,
        metrics: dict[Any, Any],
        runtime_configuration: dict[Any, Any] | None = None,
        execution_engine: Any = None,
    ) -> dict[str, Any]:
        found = metrics["fuzhi.rows_where"]
        return _answers(
            [
                {"success": count == 0, "rows": found["rows"], "unexpected": count}
                | ({"missing": found["missing"][one["column"]]} if one["column"] else {})
                for one, count in zip(self.asked, found["unexpected"], strict=True)
            ]
        )


class ExpectNoRows(BatchExpectation):
    """Expect a query to find no rows; `sql` names its tables itself."""

    sql: str

    metric_dependencies: ClassVar = ("fuzhi.rows_found",)
    domain_keys: ClassVar = ("batch_id",)
    success_keys: ClassVar = ("sql",)

    def _validate(
        self,
        metrics: dict[Any, Any],
        runtime_configuration: dict[Any, Any] | None = None,
        execution_engine: Any = None,
    ) -> dict[str, Any]:
        found = metrics["fuzhi.rows_found"]
        return {"success": found == 0, "result": {"found": found}}


class ExpectShareToBeBetween(BatchExpectation):
    """Expect one count, as a share of another, to lie between two bounds; of nothing, any share will do.

    With `strict_min` the share must be above the lower bound, not only at it.
    """

    part: str
    whole: str
    min_value: float | None = None
    max_value: float | None = None
    strict_min: bool = False

    metric_dependencies: ClassVar = ("fuzhi.part_and_whole",)
    domain_keys: ClassVar = ("batch_id",)
    success_keys: ClassVar = ("part", "whole", "min_value", "max_value", "strict_min")

    def _validate(
        self,
        metrics: dict[Any, Any],
        runtime_configuration: dict[Any, Any] | None = None,
        execution_engine: Any = None,
    ) -> dict[str, Any]:
        part, whole = metrics["fuzhi.part_and_whole"]
        low = 0 if self.min_value is None else self.min_value
        high = math.inf if self.max_value is None else self.max_value
        share = part / whole if whole else None
        success = share is None or (low <= share <= high and not (self.strict_min and share == low))
        return {"success": success, "result": {"part": part, "whole": whole}}


def _answers(answers: list[dict[str, Any]]) -> dict[str, Any]:
    """What an expectation says that was asked about many things: it is met where all of them are."""
    return {"success": all(one["success"] for one in answers), "result": {"answers": answers}}


def _count(execution_engine: Any, sql: str) -> int:
    # Past SQLAlchemy's text(), which would take a colon for a parameter.
    with execution_engine.get_connection() as connection:
        value = connection.exec_driver_sql(sql).scalar_one()
    if value is None:
        return 0
    if not isinstance(value, int) or isinstance(value, bool):
        raise NotACountError(f"a {type(value).__name__}")
    return value
