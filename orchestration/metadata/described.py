"""One version of a dataset as its `datapackage.json` describes it, read for the other standards.

All metadata comes from here, and so from the one contract: a standard is another wording, never another fact.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True)
class Described:
    """A version: the content of its `datapackage.json` and the size in bytes of each file of its folder, by name."""

    package: Mapping[str, Any]
    sizes: Mapping[str, int]

    @property
    def name(self) -> str:
        """The name of the dataset."""
        return str(self.package["name"])

    @property
    def version(self) -> str:
        """The version, `major.minor.patch`."""
        return str(self.package["version"])

    @property
    def day(self) -> str:
        """The day of the release (ISO 8601)."""
        return str(self.package["created"])[:10]

    @property
    def rounds(self) -> tuple[str, ...]:
        """The rounds in which the rows were submitted, oldest first; none where that is not known."""
        return tuple(self.package.get("rounds", ()))

    @property
    def licence(self) -> Mapping[str, str]:
        """Name (SPDX) and, where it is known, title and path of the licence."""
        return dict(self.package["licenses"][0])

    @property
    def owner(self) -> Mapping[str, Any]:
        """Who publishes: `title` and `title_en`."""
        return dict(self.package["contributors"][0])

    @property
    def tables(self) -> list[Mapping[str, Any]]:
        """The resources that hold the dataset itself: one per format, but several workbooks of a large one."""
        return [
            one
            for one in self.package["resources"]
            if re.fullmatch(rf"{self.name}-{one['format']}(-\d+)?", one["name"])
        ]

    @property
    def code_lists(self) -> list[Mapping[str, Any]]:
        """The resources of the code lists that the package carries."""
        return [one for one in self.package["resources"] if "codes" in one]

    def table(self, format_: str) -> Mapping[str, Any]:
        """The resource of one format. Raises StopIteration where the package has none."""
        return next(one for one in self.tables if one["format"] == format_)

    def both(self, name: str, between: str) -> str:
        """`title` or `description` in both languages, Chinese first."""
        return between.join((self.package[name], self.package[f"{name}_en"]))


def sha256(resource: Mapping[str, Any]) -> str:
    """The SHA-256 of a resource's file, in hexadecimal digits."""
    return str(resource["hash"]).removeprefix("sha256:")
