"""Which version comes next, and why: a pure decision from what differs between two releases.

Semantic, after the recipe "Data Package version" of the Data Package standard, but for added columns, which the
project takes for an addition: schema broken = major, data or columns added = minor, corrections = patch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["major", "minor", "patch"]
FIRST_VERSION = "1.0.0"


@dataclass(frozen=True)
class Edition:
    """What of a release decides about its version: columns (name and type), data, what is said of it and its columns.

    `data` is the hash of the Parquet file. The same bytes are the same data; other bytes may be, where another version
    of a library wrote them, so it is the differences in rows that count.
    """

    columns: tuple[tuple[str, str], ...]
    data: str
    metadata: str
    columns_said: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class RowChanges:
    """How many rows, by id, came, went and hold other values, between two releases."""

    added: int = 0
    removed: int = 0
    changed: int = 0


@dataclass(frozen=True)
class Reason:
    """One difference that asks for a new version: how much it weighs, what it is, and of what (a column, a number)."""

    level: Level
    code: str
    subject: str = ""


def reasons_to_release(previous: Edition, present: Edition, rows: RowChanges) -> tuple[Reason, ...]:
    """Everything that asks for a new version, weightiest first; empty where nothing has changed."""
    reasons = [*_column_reasons(previous, present), *_row_reasons(rows)]
    if previous.metadata != present.metadata or _said_otherwise(previous, present):
        reasons.append(Reason("patch", "metadata_changed"))
    return tuple(sorted(reasons, key=lambda reason: ("major", "minor", "patch").index(reason.level)))


def next_version(previous: str, reasons: tuple[Reason, ...]) -> str:
    """The version after `previous` (`major.minor.patch`) that the weightiest reason asks for."""
    major, minor, patch = map(int, previous.split("."))
    levels = {reason.level for reason in reasons}
    if "major" in levels:
        return f"{major + 1}.0.0"
    if "minor" in levels:
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + 1}"


def _column_reasons(previous: Edition, present: Edition) -> list[Reason]:
    before, after = dict(previous.columns), dict(present.columns)
    # A renamed column is one removed and one added: whoever reads it by its name has lost it.
    reasons = [Reason("major", "column_removed", name) for name in before if name not in after]
    reasons += [
        Reason("major", "column_type_changed", name) for name in before if name in after and before[name] != after[name]
    ]
    if [name for name in before if name in after] != [name for name in after if name in before]:
        reasons.append(Reason("major", "columns_reordered"))
    return reasons + [Reason("minor", "column_added", name) for name in after if name not in before]


def _said_otherwise(previous: Edition, present: Edition) -> bool:
    """Whether other words are said of a column that is in both, but for its type, which is a reason of its own."""
    types, types_before, before = dict(present.columns), dict(previous.columns), dict(previous.columns_said)
    return any(
        before[name] != said
        for name, said in present.columns_said
        if name in before and types[name] == types_before[name]
    )


def _row_reasons(rows: RowChanges) -> list[Reason]:
    kinds: tuple[tuple[Level, str, int], ...] = (
        ("minor", "rows_added", rows.added),
        ("patch", "rows_removed", rows.removed),
        ("patch", "values_changed", rows.changed),
    )
    return [Reason(level, code, str(count)) for level, code, count in kinds if count]
