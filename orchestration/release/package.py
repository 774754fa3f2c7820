"""One version of a dataset that is being released: what its files are made from."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from orchestration.contracts import Contract, Field
from orchestration.release.source import Source
from orchestration.release.wording import Language, say_title


@dataclass(frozen=True)
class Package:
    """What the description, the README and the workbook of one version say."""

    contract: Contract
    columns: tuple[Field, ...]
    version: str
    created: datetime.date
    rows: int
    sample: bool
    sources: tuple[Source, ...]
    workbook_rows: int

    @property
    def has_workbook(self) -> bool:
        """Whether the table is small enough for a workbook."""
        return self.rows <= self.workbook_rows

    def title(self, language: Language) -> str:
        """The title of the dataset, marked where its data is made up."""
        return say_title(self.contract, self.sample, language)
