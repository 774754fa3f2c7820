"""The published table as XML 1.0, which data portals ask for: `<dataset><row><column>…`, written in bulk by DuckDB.

A column without value has no element, an empty text an empty one. Characters that XML 1.0 cannot hold at all (most
controls) are written as U+FFFD, and the root says in how many cells; carriage returns are references, for a parser
would take them for line feeds.
"""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import quoteattr

import duckdb

from orchestration import engine
from orchestration.contracts import Field
from orchestration.release.package import Package
from orchestration.sql import literal

# XML 1.0 (fifth edition), production 2: what is not among these characters; surrogates cannot occur in UTF-8.
ILLEGAL = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x{FFFE}\x{FFFF}]"
REPLACEMENT = "\ufffd"


def write_xml_table(parquet: Path, package: Package, target: Path) -> None:
    """Write the published Parquet of a version as XML in UTF-8, a row a line but for line breaks in its values."""
    with engine.connect() as connection:
        connection.execute(f"CREATE TEMP VIEW published AS FROM read_parquet({literal(parquet)})")
        replaced = _illegal_cells(connection, package.columns)
        facts = {"name": package.contract.name, "version": package.version, "title": package.title("zh")}
        if replaced:
            facts["replaced"] = str(replaced)
        root = "".join(f" {name}={quoteattr(value)}" for name, value in facts.items())
        elements = ", ".join(_element(column) for column in package.columns)
        variables = {
            "target": str(target),
            "prefix": f'<?xml version="1.0" encoding="UTF-8"?>\n<dataset{root}>\n',
            "suffix": "\n</dataset>\n",
        }
        for name, value in variables.items():
            connection.execute(f"SET VARIABLE {name} = $value", {"value": value})
        # CSV without delimiter, quotes and header is text as it comes.
        connection.execute(
            f"COPY (SELECT concat('<row>', {elements}, '</row>') FROM published) TO (getvariable('target')) "
            "(FORMAT csv, HEADER false, DELIMITER '', QUOTE '', ESCAPE '', "
            "PREFIX (getvariable('prefix')), SUFFIX (getvariable('suffix')))"
        )


def _illegal_cells(connection: duckdb.DuckDBPyConnection, columns: tuple[Field, ...]) -> int:
    """In how many cells there is a character that XML cannot hold."""
    counts = " + ".join(
        f"count(*) FILTER (regexp_matches(\"{column.name}\", '{ILLEGAL}'))" for column in columns if _is_text(column)
    )
    row = connection.execute(f"SELECT {counts} FROM published").fetchone()
    return int(row[0]) if row else 0


def _element(column: Field) -> str:
    """SQL for one element with its value; null, which `concat` passes over, where there is no value."""
    text = f'"{column.name}"::varchar'
    if _is_text(column):
        text = f"regexp_replace({text}, '{ILLEGAL}', '{REPLACEMENT}', 'g')"
        for character, reference in (("&", "'&amp;'"), ("<", "'&lt;'"), (">", "'&gt;'")):
            text = f"replace({text}, '{character}', {reference})"
        text = f"replace({text}, chr(13), '&#13;')"
    return f"'<{column.name}>' || {text} || '</{column.name}>'"


def _is_text(column: Field) -> bool:
    return column.type == "string"
