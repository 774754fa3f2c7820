"""A PostgreSQL table is read as it stands, to the last digit, by somebody who may only read."""

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from orchestration.settings import Settings
from tests.postgresql import Cluster
from tests.pulling.conftest import SUBMITTER, Declare, pull_one

TABLE = {"kind": "postgresql", "database": "YANTAI_DATABASE", "table": "products"}
CURSOR = {"cursor": {"field": "updated_at"}}


@pytest.fixture
def database(postgresql: Cluster, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty database, which the sources are told of."""
    url = postgresql.new_database()
    monkeypatch.setenv("YANTAI_DATABASE", url)
    return url


def rows(settings: Settings, submission: str | None) -> list[dict[str, Any]]:
    assert submission is not None
    return pq.read_table(settings.inbox / submission).to_pylist()


def test_values_are_texts_as_a_form_has_them(
    postgresql: Cluster, database: str, settings: Settings, declare: Declare
) -> None:
    postgresql.sql(
        """
        SET timezone = 'UTC';
        CREATE TYPE side AS ENUM ('需求', '供给');
        CREATE TABLE products (
            id bigint PRIMARY KEY, exact numeric(40, 12), whole numeric(20, 2), large numeric, float double precision,
            yes boolean, day date, "local" timestamptz, clock timestamp, midnight timestamp, hour time, side side,
            kinds text[], parts int[], document jsonb, said json, none text, blank text, odd text, padded char(4),
            bytes bytea, "企业 名称" text, address inet, updated_at timestamptz
        );
        INSERT INTO products VALUES (
            9007199254740993, 12345678901234567890.123456789012, 3000.00, 1e30, 0.1, true, '2024-03-05',
            '2024-03-04 16:00:00+00', '2024-03-05 08:30:00', '2024-03-05', '08:30', '需求',
            ARRAY['发明专利', '软件著作权'], ARRAY[1, 2], '{"b": [1.50, null]}', '{"a":1, "a":2}', null, '  ',
            E'a\\nb\\t"c" ; ''d'' =1+1 \\x01 😀', 'ab', '\\xdeadbeef', '烟台', '::1',
            '2024-03-04 16:00:00.123456+00'
        );
        """,
        database,
    )
    declare(products=TABLE | CURSOR)
    pulled = pull_one(settings)
    assert pulled.error is None
    assert pulled.submission == f"2024-02/{SUBMITTER}/new_products/products-000001.parquet"
    assert rows(settings, pulled.submission) == [
        {
            "id": "9007199254740993",
            "exact": "12345678901234567890.123456789012",
            "whole": "3000",
            "large": "1000000000000000000000000000000",
            "float": "0.1",
            "yes": "TRUE",
            "day": "2024-03-05",
            # Midnight in Shandong.
            "local": "2024-03-05",
            "clock": "2024-03-05 08:30:00",
            "midnight": "2024-03-05",
            "hour": "08:30:00",
            "side": "需求",
            "kinds": "发明专利；软件著作权",
            "parts": "1；2",
            "document": '{"b":[1.50,null]}',
            "said": '{"a":1, "a":2}',
            "none": None,
            "blank": None,
            "odd": "a\nb\t\"c\" ; 'd' =1+1 \x01 😀",
            "padded": "ab",
            "bytes": "\\xdeadbeef",
            "企业 名称": "烟台",
            "address": "::1/128",
            "updated_at": "2024-03-05 00:00:00.123456+08",
        }
    ]


def test_only_what_is_new_is_pulled(postgresql: Cluster, database: str, settings: Settings, declare: Declare) -> None:
    postgresql.sql(
        """
        CREATE SCHEMA forms;
        CREATE TABLE forms.products (name text PRIMARY KEY, seen integer, updated_at timestamptz, secret text);
        INSERT INTO forms.products SELECT 'n' || i, i, timestamptz '2024-03-05 08:00:00.000001+08' + i * interval '1 us'
        FROM generate_series(1, 12000) AS i;
        INSERT INTO forms.products VALUES ('undated', 0, null, 'x');
        """,
        database,
    )
    declare(products=TABLE | CURSOR | {"table": "forms.products", "leave_out": ["secret"]})
    first = pull_one(settings)
    assert first.records == 12_001
    pulled = rows(settings, first.submission)
    assert (pulled[0], pulled[-1]["name"]) == ({"name": "undated", "seen": "0", "updated_at": None}, "n12000")
    assert pull_one(settings).submission is None
    # One of the same microsecond, one that was changed, one without a time.
    postgresql.sql(
        """
        INSERT INTO forms.products SELECT 'same', 0, max(updated_at) FROM forms.products;
        UPDATE forms.products SET seen = 99, updated_at = updated_at + interval '1 day' WHERE name = 'n1';
        UPDATE forms.products SET seen = 1 WHERE name = 'undated';
        """,
        database,
    )
    again = pull_one(settings)
    assert [(row["name"], row["seen"]) for row in rows(settings, again.submission)] == [
        ("undated", "1"),
        ("same", "0"),
        ("n1", "99"),
    ]
    assert pull_one(settings).submission is None


@pytest.mark.parametrize(
    ("type_", "values"),
    [
        ("text", ["10", "9x", "B", "a", "ä", "烟"]),
        ("integer", ["9", "10", "100"]),
        ("date", ["2024-03-05", "2024-03-06"]),
        ("numeric", ["-1.50", "0.3", "12345678901234567890.1"]),
        ("uuid", ["00000000-0000-0000-0000-000000000001", "a0000000-0000-0000-0000-000000000000"]),
    ],
)
def test_a_cursor_may_be_of_any_type_that_has_an_order(
    type_: str, values: list[str], postgresql: Cluster, database: str, settings: Settings, declare: Declare
) -> None:
    postgresql.sql(f"CREATE TABLE products (c {type_})", database)
    declare(products=TABLE | {"cursor": {"field": "c"}})
    for value in values:
        postgresql.sql(f"INSERT INTO products VALUES ('{value}')", database)
        pulled = pull_one(settings)
        assert (pulled.records, pulled.error) == (1, None)


def test_without_a_cursor_the_table_replaces_what_was_pulled(
    postgresql: Cluster, database: str, settings: Settings, declare: Declare
) -> None:
    # A view has no key, and so its rows no order.
    postgresql.sql("CREATE TABLE t (a integer); CREATE VIEW products AS SELECT a, 2 * a AS b FROM t", database)
    declare(products=TABLE)
    assert pull_one(settings).submission is None
    postgresql.sql("INSERT INTO t VALUES (1), (2), (2)", database)
    assert pull_one(settings).records == 3
    assert pull_one(settings).submission is None
    postgresql.sql("DELETE FROM t WHERE a = 1", database)
    replaced = pull_one(settings)
    assert replaced.submission == f"2024-02/{SUBMITTER}/new_products/products-correction1.parquet"
    assert rows(settings, replaced.submission) == [{"a": "2", "b": "4"}, {"a": "2", "b": "4"}]


def test_whoever_may_only_read_is_enough_and_nothing_is_written(
    postgresql: Cluster, database: str, settings: Settings, declare: Declare, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"reader_{database.rpartition('_')[2]}"
    postgresql.sql(
        f"""
        CREATE USER {name} PASSWORD 'p@ss/word';
        CREATE TABLE t (a text);
        CREATE FUNCTION tempt() RETURNS text LANGUAGE plpgsql AS $$
            BEGIN INSERT INTO t VALUES ('written'); RETURN 'x'; END $$;
        CREATE VIEW products AS SELECT tempt() AS a;
        CREATE TABLE mine (a text); INSERT INTO mine VALUES ('secret value');
        GRANT SELECT ON products TO {name}; GRANT ALL ON t TO {name};
        """,
        database,
    )
    url = postgresql.url(database.rpartition("/")[2], name, "p%40ss%2Fword")
    monkeypatch.setenv("YANTAI_DATABASE", url)
    declare(products=TABLE)
    refused = pull_one(settings).error
    # read_only_sql_transaction
    assert refused is not None
    assert refused.facts == {"table": "products", "state": "25006"}  # type: ignore[attr-defined]
    declare(products=TABLE | {"table": "mine"})
    assert pull_one(settings).error.reason == "table_not_allowed"  # type: ignore[union-attr]


def test_what_is_in_the_way_is_told_without_values_or_passwords(
    postgresql: Cluster, database: str, settings: Settings, declare: Declare, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgresql.sql(
        """
        CREATE TABLE products (a text, updated_at timestamptz);
        INSERT INTO products VALUES ('secret value', null);
        CREATE VIEW faulty AS SELECT a::integer AS a FROM products;
        CREATE VIEW slow AS SELECT pg_sleep(5)::text AS a;
        """,
        database,
    )

    def told(said: dict[str, Any], url: str = database) -> tuple[str, str]:
        monkeypatch.setenv("YANTAI_DATABASE", url)
        declare(products=TABLE | said)
        error = pull_one(settings).error
        assert error is not None
        assert not any(secret in str(error) for secret in ("secret", "made-up", "wrong", "127.0.0.1"))
        return getattr(error, "reason", ""), str(error)

    assert told({"table": "none"})[0] == "no_such_table"
    assert told({"table": "none.products"})[0] == "no_such_table"
    assert told({"cursor": {"field": "changed"}})[0] == "no_such_column"
    assert told({"table": "faulty"})[0] == "database_fails"
    assert told(CURSOR | {"cursor": {"field": "updated_at", "start": "soon"}})[0] == "database_fails"
    assert told({"table": "slow", "limits": {"seconds": 1}})[0] == "too_slow"
    assert told({}, postgresql.url(database.rpartition("/")[2], password="wrong"))[0] == "no_database"
    assert told({}, postgresql.url("none"))[0] == "no_database"
    assert told({}, "postgresql://fuzhi:made-up@127.0.0.1:9/none")[0] == "no_database"
    for url in ("mysql://fuzhi:made-up@127.0.0.1/none", "secret"):
        assert told({}, url)[1].startswith("YANTAI_DATABASE is no URL such as postgresql://")
    assert list(Path(settings.inbox).rglob("*")) == []
