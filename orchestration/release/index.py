"""What is published, in one file for each kind of reader: `index.json`, `catalog.jsonld` and `portal.json`.

Each lists every dataset in its latest version: for programs, for harvesters of DCAT-AP, for the province's portal.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from orchestration.metadata.dcat_ap import dcat_ap
from orchestration.metadata.described import Described
from orchestration.metadata.portal import portal_entry
from orchestration.release.formats import MEDIA_TYPES
from orchestration.release.retention import removed
from orchestration.release.signing import published_keys
from orchestration.release.writing import POINTER, STAGING, released, swap_json, version_number


def write_index(published: Path) -> int:
    """Write `index.json` from the latest releases, by name, after each release; the number of datasets.

    Its paths are relative to it. It also tells which versions were removed, with the hashes of their files, and, where
    releases are signed, the public keys.
    """
    datasets = [_entry(published, pointer) for pointer in _pointers(published)]
    keys = published_keys(published)
    content = {"datasets": datasets} | ({"signing_keys": keys} if keys else {})
    swap_json(content, published / "index.json", published / STAGING)
    return len(datasets)


def write_catalogs(published: Path, base_url: str = "") -> None:
    """Write `catalog.jsonld` and `portal.json` from the latest releases, by name, when all of a run are made.

    For harvesters, who come by the day; they hold all that is said of every dataset. Addresses are relative unless
    `base_url`, the address of `published/`, is given.
    """
    known = [
        (_described(published, one), _first_day(published, one["name"]), one["rows"]) for one in _pointers(published)
    ]
    base = f"{base_url.rstrip('/')}/" if base_url else ""
    catalog = dcat_ap(((described, first) for described, first, _ in known), base)
    portal = {"datasets": [portal_entry(described, first, rows) for described, first, rows in known]}
    for name, said in (("catalog.jsonld", catalog), ("portal.json", portal)):
        swap_json(said, published / name, published / STAGING)


def _pointers(published: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_bytes()) for path in sorted(published.glob(f"*/{POINTER}"))]


def _described(published: Path, pointer: dict[str, Any]) -> Described:
    folder = published / pointer["name"] / pointer["path"]
    package = json.loads((folder / "datapackage.json").read_bytes())
    return Described(package, {file["name"]: file["bytes"] for file in pointer["files"]})


def _first_day(published: Path, dataset: str) -> str:
    """The day of the first release, also where it was removed."""
    gone = removed(published, dataset)
    oldest = released(published, dataset)[0]
    if gone and version_number(gone[0]["version"]) < version_number(oldest.name):
        return str(gone[0]["created"])
    return str(json.loads((oldest / "datapackage.json").read_bytes())["created"])[:10]


def _entry(published: Path, pointer: dict[str, Any]) -> dict[str, Any]:
    folder = f"{pointer['name']}/{pointer['path']}"
    facts = {name: value for name, value in pointer.items() if name not in ("path", "files")}
    formats = [
        {"format": format_, "path": f"{folder}/{file['name']}", "bytes": file["bytes"], "sha256": file["sha256"]}
        for format_ in MEDIA_TYPES
        for file in pointer["files"]
        if re.fullmatch(rf"{pointer['name']}(-\d+)?\.{format_}", file["name"])
    ]
    gone = removed(published, pointer["name"])
    return {**facts, "path": folder, "formats": formats} | ({"removed": gone} if gone else {})
