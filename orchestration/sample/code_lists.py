"""Which codes the sample may use, and which names are wrong or retired on purpose: the seeds, read as they are."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from orchestration.contracts.labels import fold


@dataclass(frozen=True)
class Code:
    """One line of a code list; `parent` and `replaced_by` are codes, empty where there is none."""

    code: str
    name: str
    aliases: tuple[str, ...]
    valid_to: str
    replaced_by: str
    parent: str

    @property
    def retired(self) -> bool:
        """Whether the code has ended."""
        return bool(self.valid_to)


@dataclass(frozen=True)
class CodeList:
    """A code list with its retired codes."""

    name: str
    codes: tuple[Code, ...]

    @cached_property
    def present(self) -> tuple[Code, ...]:
        """The codes that stand."""
        return tuple(code for code in self.codes if not code.retired)

    @cached_property
    def retired(self) -> tuple[Code, ...]:
        """The codes that ended, have a successor, and whose name means nothing else."""
        return tuple(code for code in self.codes if code.replaced_by and self.plain(code.name))

    @cached_property
    def by_code(self) -> dict[str, Code]:
        """Each code under its own code."""
        return {code.code: code for code in self.codes}

    def named(self, text: str) -> tuple[Code, ...]:
        """All that the text may mean, as code, name or alias, folded."""
        return tuple(self._labels.get(fold(text), ()))

    def plain(self, text: str) -> bool:
        """Whether the text means one code of the list even where no parent is given."""
        return len(self.named(text)) == 1

    @cached_property
    def _labels(self) -> dict[str, list[Code]]:
        labels: dict[str, list[Code]] = defaultdict(list)
        for code in self.codes:
            for label in {fold(text) for text in (code.code, code.name, *code.aliases)}:
                labels[label].append(code)
        return labels


def read_code_lists(seeds: Path, names: Iterable[str]) -> dict[str, CodeList]:
    """Read `<name>.csv` for each name; a list without a column `parent` has codes without a parent."""
    return {name: CodeList(name, tuple(_codes(seeds / f"{name}.csv"))) for name in sorted(set(names))}


def _codes(path: Path) -> list[Code]:
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Code(
                code=line["code"],
                name=line["name"],
                aliases=tuple(alias for alias in line["aliases"].split(";") if alias),
                valid_to=line["valid_to"],
                replaced_by=line["replaced_by"],
                parent=line.get("parent") or "",
            )
            for line in csv.DictReader(file)
        ]
