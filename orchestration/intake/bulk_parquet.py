"""Parquet files as forms: the names of their columns are the headings, their values the texts that a cell would hold.

Rows are counted as in a table with one row of headings: the first record is in row 2.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import duckdb

from orchestration.intake.bulk_table import HEAD, WIDEST, BulkTable, column
from orchestration.intake.bulk_text import BLANK
from orchestration.intake.cells import DIGITS
from orchestration.intake.issues import Refusal
from orchestration.intake.limits import Limits, refuse_above
from orchestration.intake.sheets import Row, Sheet
from orchestration.sql import literal, quoted

INTEGERS = {f"{sign}{size}" for sign in ("", "U") for size in ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")}


def parquet_table(path: Path, connection: duckdb.DuckDBPyConnection) -> BulkTable | None:
    """A Parquet file as a table; None where it is too wide to be read in bulk.

    Raises Refusal: file_unreadable for what is no sound Parquet file.
    """
    types = _types(path, connection)
    if len(types) > WIDEST:
        return None
    rows = [list(types), *map(list, connection.execute(f"{_read(path, types, 0)} LIMIT {HEAD}").fetchall())]
    return BulkTable(Sheet("parquet", rows), partial(_read, path, types))


def read_parquet_table(path: Path, limits: Limits) -> list[Sheet]:
    """The one sheet of a Parquet file, named `parquet`, whole. Raises Refusal: file_unreadable, file_too_large."""
    with duckdb.connect() as connection:
        types = _types(path, connection)
        count = connection.execute(f"SELECT count(*) FROM read_parquet({literal(path)})").fetchone()
        height = count[0] if count else 0
        refuse_above(height, limits.rows, "rows")
        refuse_above(len(types), limits.columns, "columns")
        refuse_above(height * len(types), limits.cells, "cells")
        rows: list[Row] = [list(row) for row in connection.execute(_read(path, types, 0)).fetchall()]
    return [Sheet("parquet", [list(types), *rows])]


def _types(path: Path, connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The columns with the types that DuckDB has for them."""
    try:
        relation = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({literal(path)})").fetchall()
    except duckdb.Error as error:
        # Its text may quote what the file holds.
        raise Refusal("file_unreadable", type(error).__name__) from None
    return {name: type_ for name, type_, *_ in relation}


def _read(path: Path, types: dict[str, str], row: int) -> str:
    """SQL for the rows below the headings; there is nothing else that a table could begin below."""
    cells = (f"{_text(quoted(name), type_)} AS {column(n)}" for n, (name, type_) in enumerate(types.items()))
    return f"SELECT {', '.join(cells)} FROM read_parquet({literal(path)})"


def _text(value: str, type_: str) -> str:
    """SQL for the text of a value as `cells.text` has it for the cell of a workbook."""
    if type_ == "VARCHAR":
        return f"CASE WHEN trim({value}, {literal(BLANK)}) <> '' THEN {value} END"
    if type_ == "BOOLEAN":
        return f"upper({value}::VARCHAR)"
    if type_ in INTEGERS or type_ in ("DATE", "TIME", "UUID"):
        return f"{value}::VARCHAR"
    if type_.startswith("DECIMAL"):
        return f"CASE WHEN {value} % 1 = 0 THEN trunc({value})::VARCHAR ELSE rtrim({value}::VARCHAR, '0') END"
    if type_ in ("DOUBLE", "FLOAT"):
        return _number(f"{value}::DOUBLE")
    if type_.startswith("TIMESTAMP"):
        moment = f"{value}::TIMESTAMP"
        return (
            f"CASE WHEN {moment} = date_trunc('day', {moment}) THEN {moment}::DATE::VARCHAR ELSE {moment}::VARCHAR END"
        )
    if type_.startswith("ENUM"):
        return _text(f"{value}::VARCHAR", "VARCHAR")
    raise Refusal("file_unreadable", f"{value}: {type_[:40]}")


def _number(value: str) -> str:
    """SQL for the text of a number, as `cells.number` has it: without an exponent where 15 digits hold it; no NaN."""
    digits = f"format('{{:.{DIGITS}g}}', {value})"
    small = f"rtrim({digits}::DECIMAL(38, {2 * DIGITS - 1})::VARCHAR, '0')"
    return f"""CASE
        WHEN isnan({value}) THEN NULL
        WHEN abs({value}) < 1e{DIGITS} AND {value} = trunc({value}) THEN {value}::BIGINT::VARCHAR
        WHEN abs({value}) < 1e-4 AND abs({value}) >= 1e-{DIGITS} THEN {small}
        ELSE upper({digits})
    END"""
