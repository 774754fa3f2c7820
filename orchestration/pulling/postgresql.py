"""The records of a PostgreSQL table, streamed in one read-only transaction.

The server writes each value as text, so that no digit, no fraction of a second and no zone is lost on the way.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from orchestration.pulling.cursor import Reading
from orchestration.pulling.errors import PullError
from orchestration.pulling.patience import Deadline
from orchestration.pulling.source import PostgresTable
from orchestration.pulling.sources import SourcesError, secret
from orchestration.pulling.texts import MIDNIGHT, Number, parse, text_of

Record = dict[str, str | None]
Reader = Callable[[str], str | None]
CHUNK = 5_000
# A server that is gone is noticed after so many seconds.
CONNECTION: dict[str, int | str] = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "tcp_user_timeout": 60_000,
    "client_encoding": "utf8",
}
CANCELLED, NOT_ALLOWED = "57014", "42501"


def chunks_of(table: PostgresTable, since: str | None, deadline: Deadline, reading: Reading) -> Iterator[list[Record]]:
    """The records in chunks, with all their values as texts, in the order of cursor and key.

    `since` is the value of the cursor to begin at; records without one are always among them. `reading` is told how
    the cursor compares. Raises PullError where the table cannot be read, SourcesError where its database is not told.
    """
    with _transaction(table, deadline) as connection:
        found = _reflected(connection, table)
        columns = [each for each in found.columns if each.name not in table.leave_out or _tells(each, table)]
        readers = [(column.name, _reader(column, table)) for column in columns]
        query: Any = sa.select(*(_text(column, table).label(f"c{n}") for n, column in enumerate(columns)))
        if table.cursor and isinstance(found.columns[table.cursor.field].type, sa.String):
            reading.compare_texts()
        result: sa.Result[Any] = connection.execution_options(yield_per=CHUNK).execute(
            _since(query, found, table, since)
        )
        for rows in result.partitions():
            deadline.check()
            yield [
                {name: None if value is None else read(value) for (name, read), value in zip(readers, row, strict=True)}
                for row in rows
            ]


@contextmanager
def _transaction(table: PostgresTable, deadline: Deadline) -> Iterator[sa.Connection]:
    engine = sa.create_engine(
        _url(table),
        poolclass=sa.NullPool,
        isolation_level="REPEATABLE READ",
        connect_args=CONNECTION,
        # An error would quote the values otherwise.
        hide_parameters=True,
    )
    try:
        with engine.connect().execution_options(postgresql_readonly=True) as connection:
            settings = {
                "TimeZone": table.time_zone,
                "DateStyle": "ISO, YMD",
                "statement_timeout": f"{int(deadline.seconds * 1000)}",
                "extra_float_digits": "1",
            }
            for name, value in settings.items():
                connection.execute(sa.text("SELECT set_config(:name, :value, true)"), {"name": name, "value": value})
            yield connection
    except sa.exc.DBAPIError as error:
        raise _told(error, table, deadline) from None
    except UnicodeDecodeError:
        raise PullError("no_text_in_table", table=_name(table)) from None


def _url(table: PostgresTable) -> sa.URL:
    try:
        url = sa.make_url(secret(table.database))
    except (sa.exc.ArgumentError, ValueError):
        url = None
    if url is None or url.drivername.partition("+")[0] not in ("postgresql", "postgres"):
        # What it says instead is not repeated: it holds a password.
        raise SourcesError(f"{table.database} is no URL such as postgresql://name:password@host:5432/database")
    return url.set(drivername="postgresql+psycopg2")


def _reflected(connection: sa.Connection, table: PostgresTable) -> sa.Table:
    with warnings.catch_warnings():
        # Columns of types that SQLAlchemy does not know are texts here all the same.
        warnings.simplefilter("ignore", sa.exc.SAWarning)
        try:
            found = sa.Table(
                table.table, sa.MetaData(), schema=table.schema, autoload_with=connection, resolve_fks=False
            )
        except sa.exc.NoSuchTableError:
            raise PullError("no_such_table", table=_name(table)) from None
    if table.cursor and table.cursor.field not in found.columns:
        raise PullError("no_such_column", table=_name(table), column=table.cursor.field)
    return found


def _since(query: Any, found: sa.Table, table: PostgresTable, since: str | None) -> Any:
    key = list(found.primary_key.columns)
    if table.cursor is None:
        return query.order_by(*key)
    column: Any = found.columns[table.cursor.field]
    # By code points, as `reading` does.
    compared = column.collate("C") if isinstance(column.type, sa.String) else column
    if since is not None:
        query = query.where(sa.or_(compared >= sa.cast(sa.literal(since), column.type), column.is_(None)))
    return query.order_by(compared.asc().nulls_first(), *key)


def _text(column: sa.Column[Any], table: PostgresTable) -> Any:
    """SQL for the text of a value."""
    value: Any = column
    if isinstance(column.type, sa.ARRAY):
        value = sa.func.to_json(column)
    elif isinstance(column.type, sa.DateTime) and column.type.timezone and not _tells(column, table):
        # The day and the hour in the time zone of the transaction.
        value = sa.cast(column, sa.TIMESTAMP(timezone=False))
    return sa.cast(value, sa.Text)


def _reader(column: sa.Column[Any], table: PostgresTable) -> Reader:
    """What makes of such a text that of a cell."""
    match column.type:
        case sa.Boolean():
            return str.upper
        case sa.ARRAY() | sa.JSON():
            return _of_json
        case sa.Integer() | sa.Numeric():
            return lambda text: text_of(Number(text))
        case sa.DateTime() if not _tells(column, table):
            return lambda text: text.removesuffix(MIDNIGHT)
    return text_of


def _of_json(text: str) -> str | None:
    try:
        return text_of(parse(text.encode(), "utf-8"))
    except ValueError:
        # PostgreSQL's type json keeps what we would not take, such as a name twice.
        return text


def _tells(column: sa.Column[Any], table: PostgresTable) -> bool:
    """Whether it is the cursor, which is kept to the last digit."""
    return table.cursor is not None and column.name == table.cursor.field


def _told(error: sa.exc.DBAPIError, table: PostgresTable, deadline: Deadline) -> PullError:
    """What a person can do about it; what the server says may quote values."""
    state = getattr(error.orig, "pgcode", None)
    if state is None:
        return PullError("no_database", variable=table.database)
    if state == CANCELLED:
        return PullError("too_slow", seconds=int(deadline.seconds))
    if state == NOT_ALLOWED:
        return PullError("table_not_allowed", table=_name(table))
    return PullError("database_fails", table=_name(table), state=state)


def _name(table: PostgresTable) -> str:
    return f"{table.schema}.{table.table}" if table.schema else table.table
