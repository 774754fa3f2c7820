"""The two expectations that Great Expectations has no form for: SQL that finds no rows, and one count as a share.

Importing this imports Great Expectations, which takes seconds: only the gate does, and only when it runs. Both
fetch counts alone; no row ever leaves DuckDB. (GX's own UnexpectedRowsExpectation fetches 200 rows besides.)
"""

from __future__ import annotations

import math
from typing import Any, ClassVar

from great_expectations.execution_engine.sqlalchemy_execution_engine import SqlAlchemyExecutionEngine
from great_expectations.expectations.expectation import BatchExpectation
from great_expectations.expectations.metrics.metric_provider import MetricProvider, metric_value


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


def _count(execution_engine: Any, sql: str) -> int:
    # Past SQLAlchemy's text(), which would take a colon for a parameter.
    with execution_engine.get_connection() as connection:
        value = connection.exec_driver_sql(sql).scalar_one()
    if value is None:
        return 0
    if not isinstance(value, int) or isinstance(value, bool):
        raise NotACountError(f"a {type(value).__name__}")
    return value
