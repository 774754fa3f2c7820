"""A sheet while it is composed, and what is gathered on the way: habits, private values, rows that are no data."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from orchestration.sample.columns import Column
from orchestration.sample.sheets import Cell, Merge
from orchestration.sample.submissions import Submission, World


@dataclass
class Page:
    """A sheet while it is composed; what is merged covers the width from `start` on."""

    width: int
    start: int
    rows: list[tuple[Cell, ...]] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)

    def add(self, cells: Sequence[Cell] = (), *, merged: bool = False) -> None:
        """Add a row of cells from `start` on."""
        if merged:
            self.merges.append(Merge(len(self.rows), self.start, len(self.rows), self.width - 1))
        row = (*(None,) * self.start, *cells)
        self.rows.append((*row, *(None,) * (self.width - len(row))))


@dataclass
class Dressing:
    """What is gathered while a form is dressed."""

    submission: Submission
    world: World
    rng: random.Random
    columns: tuple[Column, ...]
    habits: set[str]
    private: set[str] = field(default_factory=set)
    ignored: Counter[str] = field(default_factory=Counter)

    def ignore(self, page: Page, reason: str, cells: Sequence[Cell] = (), *, merged: bool = False) -> None:
        """Add a row that is no data, and count it."""
        page.add(cells, merged=merged)
        self.ignored[reason] += 1
