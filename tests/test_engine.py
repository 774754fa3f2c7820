"""The DuckDB of releases and the privacy gate: bounded, and each connection for itself."""

from __future__ import annotations

import stat
from pathlib import Path

import duckdb
import pytest

from orchestration import engine


def test_its_memory_is_bounded_and_it_spills_where_nobody_else_reads() -> None:
    with engine.connect() as connection:
        settings = "SELECT current_setting('memory_limit'), current_setting('temp_directory')"
        memory, folder = connection.execute(settings).fetchone() or ("", "")
        assert memory == "2.7 GiB"
        assert stat.S_IMODE(Path(folder).stat().st_mode) == 0o700


def test_no_connection_sees_what_another_keeps() -> None:
    with engine.connect() as one, engine.connect() as other:
        one.execute("CREATE TEMP TABLE kept AS SELECT 1")
        one.execute("SET VARIABLE kept = 1")
        assert other.execute("SELECT getvariable('kept')").fetchone() == (None,)
        with pytest.raises(duckdb.CatalogException):
            other.execute("FROM kept")
    with pytest.raises(duckdb.CatalogException), engine.connect() as later:
        later.execute("FROM kept")
