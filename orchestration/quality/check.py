"""What a check is: one thing a public table must hold, from its contract or from its suite.

Plain values, without Great Expectations, whose import takes seconds; `gate.py` hands them to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orchestration.errors import UserError


class GateError(UserError):
    """The gate cannot judge because of what it was given: a suite, a code list or a table that is not there."""


@dataclass(frozen=True)
class Check:
    """One expectation with its arguments, and why it is there.

    `expect` is the snake-case name of a Great Expectations class; `kwargs` are its arguments as they were written,
    SQL with the placeholders `{table}`, `{previous}` and `{<code list>}`. `from_rows` is the number of rows below
    which it says nothing (a share of five rows means nothing). `guard` is its name where it watches what changes
    against the last release: a change that is meant can be accepted.
    """

    expect: str
    kwargs: Mapping[str, Any]
    why: str
    why_en: str
    from_rows: int = 0
    origin: str = "contract"
    about: str | None = None
    guard: str | None = None

    @property
    def column(self) -> str | None:
        """The column that the expectation is about, as an argument or by what its SQL says; None for the table."""
        column = self.kwargs.get("column", self.about)
        return column if isinstance(column, str) else None
