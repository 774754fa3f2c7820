"""How Great Expectations speaks to DuckDB: a SQLAlchemy dialect over one open DuckDB connection.

Great Expectations gives a connection back before it has fetched the result. In DuckDB the cursors of duckdb-engine
are all the connection itself, so the next statement throws that result away and every metric ends in an error.
Here each cursor is one of its own (`connection.cursor()`), and giving a connection back closes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb
import duckdb_engine
import sqlalchemy as sa
from sqlalchemy.dialects import registry

URL = "duckdb+gate:///:memory:"
registry.register("duckdb.gate", __name__, "GateDialect")


class SharedConnection(duckdb_engine.ConnectionWrapper):
    """One DuckDB connection lent to SQLAlchemy; whoever opened it closes it."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        super().__init__(connection)
        self._connection = connection

    def cursor(self) -> duckdb_engine.CursorWrapper:
        """A cursor whose result outlives the next statement."""
        return duckdb_engine.CursorWrapper(self._connection.cursor(), self)

    def close(self) -> None:
        """Give the connection back; it stays open."""


class GateDialect(duckdb_engine.Dialect):
    """DuckDB's dialect, with the columns of a table read from DuckDB instead of from PostgreSQL's catalogue."""

    supports_statement_cache = False

    def get_columns(self, connection: Any, table_name: str, schema: Any = None, **kw: Any) -> Any:
        """Names and types of the columns of a table, in order; a type that SQLAlchemy lacks becomes NullType."""
        table = self.identifier_preparer.quote(table_name)
        described = connection.exec_driver_sql(f"describe {table}").fetchall()
        return [
            {"name": name, "type": _sql_type(type_), "nullable": True, "default": None} for name, type_, *_ in described
        ]

    def get_pk_constraint(self, connection: Any, table_name: str, schema: Any = None, **kw: Any) -> Any:
        """A view over a Parquet file has no primary key."""
        return {"constrained_columns": [], "name": None}


def lend(connection: duckdb.DuckDBPyConnection) -> Callable[[], SharedConnection]:
    """The `creator` that SQLAlchemy's engine calls for a connection: always to the same DuckDB."""
    return lambda: SharedConnection(connection)


def _sql_type(name: str) -> Any:
    type_ = getattr(sa, name.split("(")[0], sa.types.NullType)
    return type_() if isinstance(type_, type) else sa.types.NullType()
