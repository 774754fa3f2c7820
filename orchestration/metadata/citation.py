"""`CITATION.cff`: how to cite a version (Citation File Format 1.2.0), read by reference managers and repositories."""

from __future__ import annotations

from typing import Any

from orchestration.metadata.described import Described

# Licences of the catalogue that SPDX, whose names the format wants, knows too.
SPDX = ("CC-BY-4.0", "CC0-1.0")


def citation(described: Described) -> dict[str, Any]:
    """The citation of one version: its publisher is the author, as an entity."""
    package, owner = described.package, described.owner
    said: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "引用本数据时请注明版本。 Please name the version when you cite this dataset.",
        "type": "dataset",
        "title": described.both("title", " "),
        "abstract": described.both("description", " "),
        "authors": [{"name": owner["title"], "alias": owner["title_en"]}],
        "version": described.version,
        "date-released": described.day,
        "keywords": list(package["keywords"]),
    }
    licence = described.licence
    if licence["name"] in SPDX:
        said["license"] = licence["name"]
    elif "path" in licence:
        said["license-url"] = licence["path"]
    return said
