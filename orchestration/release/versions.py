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
    """What of a release decides about its version: columns (name and type), data (hash), everything said about them."""

    columns: tuple[tuple[str, str], ...]
    data: str
    metadata: str


@dataclass(frozen=True)
class RowChanges:
    """How many rows, by id, came and went between two releases."""

    added: int = 0
    removed: int = 0


@dataclass(frozen=True)
class Reason:
    """One difference that asks for a new version: how much it weighs, what it is, and of what (a column, a number)."""

    level: Level
    code: str
    subject: str = ""


def reasons_to_release(previous: Edition, present: Edition, rows: RowChanges) -> tuple[Reason, ...]:
    """Everything that asks for a new version, weightiest first; empty where nothing has changed."""
    reasons = [*_column_reasons(previous, present), *_row_reasons(previous, present, rows)]
    if previous.metadata != present.metadata:
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


def _row_reasons(previous: Edition, present: Edition, rows: RowChanges) -> list[Reason]:
    reasons = []
    if rows.added:
        reasons.append(Reason("minor", "rows_added", str(rows.added)))
    if rows.removed:
        reasons.append(Reason("patch", "rows_removed", str(rows.removed)))
    # Other bytes with the same rows and columns: values were corrected.
    if previous.data != present.data and not reasons and previous.columns == present.columns:
        reasons.append(Reason("patch", "values_changed"))
    return reasons
