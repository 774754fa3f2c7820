"""One version of a dataset that is being released: what its files are made from."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from orchestration.contracts import Contract, Field
from orchestration.release.code_lists import CodeList
from orchestration.release.formats import WHOLE, Part, formats_of
from orchestration.release.source import Source
from orchestration.release.wording import Language, say_title


@dataclass(frozen=True)
class Package:
    """What the description, the README and the workbook of one version say.

    `row_limits` says up to how many rows there is a file of a format; a format that it does not name has no limit.
    `workbooks` are the files that hold its rows as workbooks, where there are any.
    """

    contract: Contract
    columns: tuple[Field, ...]
    version: str
    created: datetime.date
    rows: int
    sample: bool
    sources: tuple[Source, ...]
    row_limits: Mapping[str, int]
    code_lists: tuple[CodeList, ...] = ()
    workbooks: tuple[Part, ...] = (WHOLE,)

    @property
    def formats(self) -> tuple[str, ...]:
        """The formats in which the table is published, the canonical one first."""
        return formats_of(self.rows, self.row_limits)

    def title(self, language: Language) -> str:
        """The title of the dataset, marked where its data is made up."""
        return say_title(self.contract, self.sample, language)
