"""The code lists that a package carries, so that its codes can be resolved from the package alone.

Each list is a table of its own, `codes-<list>.csv`, byte for byte the one that the rows were judged by; the columns of
codes refer to it by foreign keys.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.contracts import Field
from orchestration.yaml_files import read_mapping


@dataclass(frozen=True)
class CodeList:
    """A code list: what `schemas/codes/<name>.yaml` says of it, a Table Schema, and its table in CSV."""

    name: str
    said: Mapping[str, Any]
    table: Path

    @property
    def resource(self) -> str:
        """What the list is called in a package."""
        return f"codes-{self.name}"

    @property
    def file(self) -> str:
        """The name of its file in a package."""
        return f"{self.resource}.csv"

    @property
    def fields(self) -> list[dict[str, Any]]:
        """The fields of its Table Schema; `codes` names the list that a column refers to."""
        return list(self.said["fields"])


def load_code_lists(schemas: Path, seeds: Path) -> dict[str, CodeList]:
    """All code lists, by name. Raises YamlFileError for a description that cannot be read."""
    paths = sorted((schemas / "codes").glob("*.yaml"))
    return {
        path.stem: CodeList(path.stem, read_mapping(path, "properties"), seeds / f"{path.stem}.csv") for path in paths
    }


def lists_of(columns: Iterable[Field], known: Mapping[str, CodeList]) -> tuple[CodeList, ...]:
    """The lists that these columns refer to, and those that the lists themselves refer to, by name."""
    wanted = {column.codes for column in columns if column.codes is not None and column.codes in known}
    while further := {field["codes"] for name in wanted for field in known[name].fields if "codes" in field} - wanted:
        wanted |= further
    return tuple(known[name] for name in sorted(wanted))


def write_code_lists(lists: Iterable[CodeList], folder: Path) -> None:
    """Put the lists into a package."""
    for one in lists:
        shutil.copyfile(one.table, folder / one.file)
