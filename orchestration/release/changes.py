"""What differs between two published tables of a dataset: `changes.csv`, one line per row or cell, and its counts.

Rows are the same by `id`, cells are the same where the CSV would write the same. DuckDB compares in bulk, by a hash of
64 bits for each row, for the rows of two large tables side by side would not fit into memory; only those that differ
are taken apart into cells.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from orchestration import engine
from orchestration.quality.privacy_patterns import SUSPICIOUS, find
from orchestration.release.versions import RowChanges
from orchestration.sql import literal, quoted

CHANGES = "changes.csv"
KINDS = ("added", "removed", "changed")
# A column that went and one that came look renamed where so many of their values are the same.
RENAMED_SHARE = 0.9
NO_ROWS = RowChanges()
HEADER = ("key", "kind", "column", "old", "new")


@dataclass(frozen=True)
class Changes:
    """How much differs from an earlier table: rows, cells by column (those of both tables alone), columns.

    `renamed` pairs a column that was removed with one that was added in its place, by their values; both are among
    `columns_removed` and `columns_added` too. `withheld` is the number of cells whose old value held personal data.
    """

    rows: RowChanges = NO_ROWS
    cells: tuple[tuple[str, int], ...] = ()
    columns_added: tuple[str, ...] = ()
    columns_removed: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    withheld: int = 0


def write_no_changes(target: Path) -> Changes:
    """Write the `changes.csv` of a first release: the header alone, for there is nothing that it could change."""
    target.write_bytes((",".join(HEADER) + "\n").encode())
    return Changes()


def write_changes(previous: Path, present: Path, target: Path) -> Changes:
    """Write how the published Parquet `present` differs from `previous` as `changes.csv`, and count it.

    Columns: `key` (the row's id), `kind` (added, removed, changed), `column`, `old`, `new`. A changed row has one line
    per changed cell, with both values as the CSV writes them; a row that came or went has one line without column and
    values, which stand in the table of one version or the other. Sorted by key and the columns of `present`. Columns
    that came or went have no lines: the result names them. An old value that holds personal data is left empty: it was
    corrected because it should never have been published, and must not be published again.
    """
    before, after = _columns(previous), _columns(present)
    shared = [name for name in after if name in before and name != "id"]
    with engine.connect() as connection:
        for name, path in (("previous", previous), ("present", present), ("target", target)):
            connection.execute(f"SET VARIABLE {name} = $path", {"path": str(path)})
        connection.execute(_lines({name: _compared(name, before[name], after[name]) for name in shared}))
        withheld = _withhold(connection)
        connection.execute(
            "COPY (SELECT key, kind, cell.name AS column, cell.old, cell.new FROM lines ORDER BY key, cell.place) "
            "TO (getvariable('target')) (FORMAT csv, HEADER)"
        )
        rows = dict(connection.execute("SELECT kind, count(DISTINCT key) FROM lines GROUP BY kind").fetchall())
        cells = connection.execute(
            "SELECT cell.name, count(*) FROM lines WHERE kind = 'changed' GROUP BY ALL ORDER BY any_value(cell.place)"
        ).fetchall()
        return Changes(
            rows=RowChanges(*(rows.get(kind, 0) for kind in KINDS)),
            cells=tuple(cells),
            columns_added=tuple(name for name in after if name not in before),
            columns_removed=tuple(name for name in before if name not in after),
            renamed=tuple(_renamed(connection, before, after)),
            withheld=withheld,
        )


def _columns(parquet: Path) -> dict[str, str]:
    """The columns of a table with their types, in order."""
    schema = pq.read_schema(parquet)
    return {field.name: str(field.type) for field in schema}


def _compared(name: str, before: str, after: str) -> str:
    """SQL for the value of a column as it is compared."""
    # As text, -0.0 is another number than 0.0; and so values of two types can be compared at all.
    return f"{quoted(name)}::VARCHAR" if before != after or after == "double" else quoted(name)


def _lines(compared: dict[str, str]) -> str:
    """SQL that makes the table `lines`: key, kind, and the cell, a struct of place, name, old and new."""
    said = f"SELECT id, hash({', '.join(compared.values()) or 'NULL'}) AS said FROM"
    cells = ", ".join(
        f"CASE WHEN a.{value} IS DISTINCT FROM b.{value} THEN {{'place': {place}, 'name': {literal(name)}, "
        f"'old': a.{quoted(name)}::VARCHAR, 'new': b.{quoted(name)}::VARCHAR}} END"
        for place, (name, value) in enumerate(compared.items())
    )
    none = "NULL::STRUCT(place INTEGER, name VARCHAR, old VARCHAR, new VARCHAR)"
    return f"""
        CREATE TEMP TABLE lines AS
        WITH ids AS MATERIALIZED (
            SELECT coalesce(a.id, b.id) AS id
            FROM ({said} read_parquet(getvariable('previous'))) AS a
            FULL JOIN ({said} read_parquet(getvariable('present'))) AS b ON a.id = b.id
            WHERE a.said IS DISTINCT FROM b.said
        ),
        differing AS (
            SELECT
                coalesce(a.id, b.id) AS key,
                CASE WHEN a.id IS NULL THEN 'added' WHEN b.id IS NULL THEN 'removed' ELSE 'changed' END AS kind,
                CASE WHEN a.id IS NULL OR b.id IS NULL THEN [{none}] ELSE
                    list_filter([{", ".join(filter(None, (none, cells)))}], lambda cell: cell IS NOT NULL)
                END AS cells
            FROM (FROM read_parquet(getvariable('previous')) SEMI JOIN ids USING (id)) AS a
            FULL JOIN (FROM read_parquet(getvariable('present')) SEMI JOIN ids USING (id)) AS b ON a.id = b.id
        )
        SELECT key, kind, unnest(cells) AS cell FROM differing
    """


def _withhold(connection: duckdb.DuckDBPyConnection) -> int:
    """Empty the old values that the privacy gate would not let pass; in how many cells."""
    suspicious = connection.execute(
        f"SELECT DISTINCT cell.old FROM lines WHERE regexp_matches(cell.old, {literal(SUSPICIOUS)})"
    ).fetchall()
    personal = [old for (old,) in suspicious if find(old)]
    if not personal:
        return 0
    changed = connection.execute(
        "UPDATE lines SET cell = struct_pack(place := cell.place, name := cell.name, old := NULL, new := cell.new) "
        "WHERE cell.old IN (SELECT unnest($personal))",
        {"personal": personal},
    ).fetchone()
    return int(changed[0]) if changed else 0


def _renamed(
    connection: duckdb.DuckDBPyConnection, before: dict[str, str], after: dict[str, str]
) -> list[tuple[str, str]]:
    """The columns that look renamed: gone and come, of one type, and alike in the rows of both tables."""
    gone, come = ([name for name in one if name not in other] for one, other in ((before, after), (after, before)))
    found, taken = [], set()
    for old in gone:
        candidates = [new for new in come if after[new] == before[old] and new not in taken]
        shares = {new: share for new in candidates if (share := _alike(connection, old, new)) >= RENAMED_SHARE}
        if shares:
            # The first of the best, in the order of the columns.
            best = max(shares, key=lambda new: shares[new])
            taken.add(best)
            found.append((old, best))
    return found


def _alike(connection: duckdb.DuckDBPyConnection, old: str, new: str) -> float:
    """In how many of the rows in both tables that have a value in either column it is the same, as a share."""
    row = connection.execute(
        f"SELECT count(*) FILTER (a.{quoted(old)} = b.{quoted(new)}), count(*) "
        "FROM read_parquet(getvariable('previous')) AS a JOIN read_parquet(getvariable('present')) AS b ON a.id = b.id "
        f"WHERE a.{quoted(old)} IS NOT NULL OR b.{quoted(new)} IS NOT NULL"
    ).fetchone()
    same, rows = row or (0, 0)
    return float(same / rows) if rows else 0.0
