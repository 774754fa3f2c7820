"""Which released versions are kept: all, unless `schemas/shared/release.yaml` says otherwise; cited ones always."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from orchestration.digests import file_sha256
from orchestration.errors import UserError
from orchestration.release import writing
from orchestration.yaml_files import YamlFileError, read_mapping

SETTING = "release.yaml"
REMOVED = "removed.json"


@dataclass(frozen=True)
class Retention:
    """How many of the latest versions of a dataset are kept (None: all), and which are cited, by dataset."""

    keep: int | None = None
    cited: Mapping[str, Collection[str]] = field(default_factory=dict)


def read_retention(schemas: Path) -> Retention:
    """The setting of an installation, from `schemas/shared/release.yaml`; without that file everything is kept.

    Raises UserError, naming file and key, for anything that cannot be meant.
    """
    path = schemas / "shared" / SETTING
    if not path.exists():
        return Retention()
    try:
        given = read_mapping(path, "settings")
    except YamlFileError as error:
        raise UserError(f"{path.name}: {error}") from error
    if unknown := given.keys() - {"keep", "cited"}:
        raise UserError(f"{path.name}: unknown setting {min(unknown)}; the settings are keep, cited")
    keep, cited = given.get("keep", "all"), given.get("cited") or {}
    if keep != "all" and (type(keep) is not int or keep < 1):
        raise UserError(f"{path.name}: keep is {keep!r}, which is neither all nor a whole number above 0")
    if not isinstance(cited, dict):
        raise UserError(f"{path.name}: cited is no mapping of datasets to versions")
    for dataset, versions in cited.items():
        wrong = versions if not isinstance(versions, list) else next((v for v in versions if not _is_version(v)), None)
        if wrong is not None:
            raise UserError(f"{path.name}: cited, {dataset}: {wrong!r} is no list of versions such as [1.0.0]")
    return Retention(None if keep == "all" else keep, cited)


def retain(published: Path, dataset: str, retention: Retention) -> list[str]:
    """Remove the versions of a dataset that are neither among the latest ones to be kept nor cited; which they were.

    Each is written down in `<dataset>/removed.json` before it goes, and goes out of sight in one step. The latest
    version always stays. Raises ReleaseError, and removes nothing, where a cited version is not there: it may be
    another one that was meant.
    """
    if retention.keep is None:
        return []
    folders = {folder.name: folder for folder in writing.released(published, dataset)}
    latest, cited = writing.pointer(published, dataset), retention.cited.get(dataset, ())
    for version in cited:
        if version not in folders:
            raise writing.ReleaseError(
                f"{dataset}: {SETTING} says that {version} is cited, but there is no such version; nothing was removed"
            )
    kept = {*list(folders)[-retention.keep :], *cited, *([latest["version"]] if latest else [])}
    gone = [version for version in folders if version not in kept]
    for version in gone:
        said = {one["version"]: one for one in removed(published, dataset)} | {version: _record(folders[version])}
        in_order = sorted(said.values(), key=lambda one: writing.version_number(one["version"]))
        scratch = published / writing.STAGING / dataset
        writing.swap_json(in_order, published / dataset / REMOVED, scratch)
        writing.remove_release(published, dataset, folders[version])
    return gone


def removed(published: Path, dataset: str) -> list[dict[str, Any]]:
    """The versions of a dataset that were removed, with the day and the SHA-256 of each file, oldest first."""
    path = published / dataset / REMOVED
    if not path.exists():
        return []
    content: list[dict[str, Any]] = json.loads(path.read_bytes())
    return content


def _record(folder: Path) -> dict[str, Any]:
    created = json.loads((folder / "datapackage.json").read_bytes())["created"][:10]
    files = [
        {"name": path.name, "bytes": path.stat().st_size, "sha256": file_sha256(path)}
        for path in sorted(folder.iterdir())
    ]
    return {"version": folder.name, "created": created, "removed": True, "files": files}


def _is_version(value: Any) -> bool:
    return isinstance(value, str) and writing.VERSION.fullmatch(value) is not None
