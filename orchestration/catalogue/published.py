"""What the catalogue knows of a dataset: what its published package says, as frozen values."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.release.formats import MEDIA_TYPES
from orchestration.release.retention import removed
from orchestration.release.wording import LANGUAGES, Language, wording
from orchestration.release.writing import POINTER, released


@dataclass(frozen=True)
class File:
    """A file of a package: its name, size in bytes and SHA-256 (hexadecimal)."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class CodeList:
    """A code list of a package: title and name of each code in both languages; `parents` of the codes that have one."""

    name: str
    title: Mapping[Language, str]
    labels: Mapping[str, tuple[str, str]]
    parents: Mapping[str, str] = field(default_factory=dict)

    def label(self, code: str, language: Language) -> str:
        """What a code means; the code itself where the list does not have it."""
        names = self.labels.get(code)
        return code if names is None else names[LANGUAGES.index(language)] or names[0]


@dataclass(frozen=True)
class Published:
    """A dataset in its latest version, with the descriptions of the earlier ones, newest first.

    `folder` is that of the version; `package` and `validation` are what its `datapackage.json` and `validation.json`
    say; `history` has the `datapackage.json` of every version that is still there, `removed` version and day of those
    that retention has taken away.
    """

    name: str
    folder: Path
    rows: int
    sample: bool
    files: tuple[File, ...]
    package: Mapping[str, Any]
    validation: Mapping[str, Any]
    history: tuple[Mapping[str, Any], ...]
    removed: tuple[tuple[str, str], ...] = ()

    @property
    def version(self) -> str:
        """The version, `major.minor.patch`."""
        return str(self.package["version"])

    @property
    def day(self) -> str:
        """The day of the release (ISO 8601)."""
        return str(self.package["created"])[:10]

    @property
    def path(self) -> str:
        """The folder of the version, from the top of what is published."""
        return f"{self.name}/{self.version}"

    @property
    def parquet(self) -> str:
        """The path of the table, from the top of what is published."""
        return f"{self.path}/{self.name}.parquet"

    def said(self, name: str, language: Language) -> str:
        """`title` or `description` in one language."""
        return said(self.package, name, language)

    def plain(self, name: str, language: Language) -> str:
        """The same without the mark of made-up data, for a banner on every page says so."""
        text = self.said(name, language)
        if self.sample:
            for mark in ("sample_mark", "sample_notice"):
                text = text.replace(wording()[mark][language], "").strip()
        return text

    @cached_property
    def table(self) -> pa.Table:
        """The published rows."""
        return pq.read_table(self.folder / f"{self.name}.parquet")

    @property
    def columns(self) -> list[Mapping[str, Any]]:
        """The columns as the Table Schema of the package describes them, in their order."""
        tables = (one for one in self.package["resources"] if one["name"] == f"{self.name}-parquet")
        return list(next(tables)["schema"]["fields"])

    @property
    def tables(self) -> list[tuple[str, File]]:
        """The files that hold the table, each with its format: the canonical one first, several of a large workbook."""
        return [
            (format_, file)
            for format_ in MEDIA_TYPES
            for file in self.files
            if re.fullmatch(rf"{self.name}(-\d+)?\.{format_}", file.name)
        ]

    @cached_property
    def code_lists(self) -> dict[str, CodeList]:
        """The code lists that the package carries, by name."""
        return {one["codes"]: self._code_list(one) for one in self.package["resources"] if "codes" in one}

    def _code_list(self, resource: Mapping[str, Any]) -> CodeList:
        with (self.folder / resource["path"]).open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        title = {language: said(resource, "title", language) for language in LANGUAGES}
        labels = {row["code"]: (row["name"], row.get("name_en") or "") for row in rows}
        parents = {row["code"]: row["parent"] for row in rows if row.get("parent")}
        return CodeList(resource["codes"], title, labels, parents)


def said(entry: Mapping[str, Any], name: str, language: Language) -> str:
    """`title` or `description` of a dataset, a resource or a column in one language; empty where it has none."""
    return str(entry.get(name if language == "zh" else f"{name}_en") or entry.get(name) or "")


def read_published(published: Path) -> dict[str, Published]:
    """Every dataset that has been released, by name."""
    return {path.parent.name: _dataset(published, path) for path in sorted(published.glob(f"*/{POINTER}"))}


def _dataset(published: Path, path: Path) -> Published:
    latest = json.loads(path.read_bytes())
    folder = path.parent / latest["path"]
    versions = reversed(released(published, latest["name"]))
    return Published(
        name=latest["name"],
        folder=folder,
        rows=latest["rows"],
        sample=bool(latest.get("sample")),
        files=tuple(File(one["name"], one["bytes"], one["sha256"]) for one in latest["files"]),
        package=json.loads((folder / "datapackage.json").read_bytes()),
        validation=json.loads((folder / "validation.json").read_bytes()),
        history=tuple(json.loads((one / "datapackage.json").read_bytes()) for one in versions),
        removed=tuple((one["version"], one["created"]) for one in removed(published, latest["name"])),
    )
