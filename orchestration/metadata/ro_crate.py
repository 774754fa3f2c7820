"""`ro-crate-metadata.json`: the package as a research object that repositories take in (RO-Crate 1.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orchestration.metadata.described import Described, sha256
from orchestration.metadata.schema_org import PLACE, dataset

PROFILE = "https://w3id.org/ro/crate/1.1"
# A term of schema.org that the context of RO-Crate 1.1 does not have yet.
FURTHER_TERMS = {"sha256": "http://schema.org/sha256"}
# Files that only say something of the release as a whole, or come after this one.
MEDIA_TYPES = {
    ".md": "text/markdown",
    ".cff": "application/yaml",
    ".jsonld": "application/ld+json",
    ".json": "application/json",
    ".csv": "text/csv",
}


def ro_crate(described: Described) -> dict[str, Any]:
    """The graph: the crate's own file, the dataset, its files, its publisher, its licence, its place.

    It lists every file that is in the package when it is written; only what seals the package comes later.
    """
    owner, licence = described.owner, described.licence
    organisation = {
        "@id": "#publisher",
        "@type": "Organization",
        "name": owner["title"],
        "alternateName": owner["title_en"],
    }
    place = {"@id": "#place", **PLACE}
    variables = [{"@id": f"#{variable['name']}", **variable} for variable in dataset(described).pop("variableMeasured")]
    licence_entity = {
        "@id": licence.get("path", f"#{licence['name']}"),
        "@type": "CreativeWork",
        "name": licence.get("title", licence["name"]),
        "identifier": licence["name"],
        "description": licence.get("title", licence["name"]),
    }
    files = [_file(described, name) for name in described.sizes]
    root = {
        "@id": "./",
        **dataset(described),
        "license": {"@id": licence_entity["@id"]},
        "author": {"@id": "#publisher"},
        "creator": {"@id": "#publisher"},
        "publisher": {"@id": "#publisher"},
        "spatialCoverage": {"@id": "#place"},
        "variableMeasured": [{"@id": one["@id"]} for one in variables],
        "hasPart": [{"@id": one["@id"]} for one in files],
    }
    crate = {
        "@id": "ro-crate-metadata.json",
        "@type": "CreativeWork",
        "about": {"@id": "./"},
        "conformsTo": {"@id": PROFILE},
    }
    return {
        "@context": [f"{PROFILE}/context", FURTHER_TERMS],
        "@graph": [crate, root, *files, organisation, licence_entity, place, *variables],
    }


def _file(described: Described, name: str) -> dict[str, Any]:
    resources = {one["path"]: one for one in described.package["resources"]}
    resource: Mapping[str, Any] = resources.get(name, {})
    suffix = name[name.rindex(".") :]
    said: dict[str, Any] = {
        "@id": name,
        "@type": "File",
        "name": resource.get("title", name),
        "contentSize": str(described.sizes[name]),
        "encodingFormat": resource.get("mediatype", MEDIA_TYPES.get(suffix, "application/octet-stream")),
    }
    if "hash" in resource:
        said["sha256"] = sha256(resource)
    return said
