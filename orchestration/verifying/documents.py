"""What the JSON files of a release say, read as a stranger's: a wrong shape is an error, never a crash."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from orchestration.release.sums import NAME
from orchestration.release.writing import VERSION

DATASET = re.compile(r"[a-z][a-z0-9_]{0,99}")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
# As in SHA256SUMS: a plain name.
PLAIN = re.compile(NAME)


class DocumentError(ValueError):
    """A file that is not the JSON that a release writes."""


@dataclass(frozen=True)
class Identity:
    """Which release a file speaks of; `created` is a day such as 2024-03-05."""

    dataset: str
    version: str
    created: str

    def __str__(self) -> str:
        return f"{self.dataset} {self.version} ({self.created})"


@dataclass(frozen=True)
class Listed:
    """A file as a description lists it; None for what it does not say."""

    name: str
    bytes: int | None
    sha256: str | None


@dataclass(frozen=True)
class Pointer:
    """`latest.json`: the newest release, its rows and all its files."""

    identity: Identity
    rows: int
    files: tuple[Listed, ...]


@dataclass(frozen=True)
class Descriptor:
    """`datapackage.json`: which release it is, which one was before it, and the files that it describes."""

    identity: Identity
    previous: str | None
    resources: tuple[Listed, ...]


@dataclass(frozen=True)
class Lineage:
    """`lineage.json`: which release it is, and how many rows were published in it."""

    identity: Identity
    rows: int


@dataclass(frozen=True)
class Entry:
    """What `index.json` says of one dataset."""

    identity: Identity
    rows: int
    formats: tuple[Listed, ...]


def read_pointer(content: bytes) -> Pointer:
    """`latest.json`. Raises DocumentError."""
    said = _object(content)
    identity = _identity(said, "name")
    if said.get("path") != identity.version:
        raise DocumentError
    return Pointer(identity, _number(said, "rows"), tuple(_listed(one) for one in _list(said, "files")))


def read_descriptor(content: bytes) -> Descriptor:
    """`datapackage.json`. Raises DocumentError."""
    said = _object(content)
    change = said.get("change")
    previous = change.get("previous") if isinstance(change, dict) else None
    if previous is not None and not (isinstance(previous, str) and VERSION.fullmatch(previous)):
        raise DocumentError
    resources = tuple(_resource(one) for one in _list(said, "resources"))
    return Descriptor(_identity(said, "name"), previous, resources)


def read_lineage(content: bytes) -> Lineage:
    """`lineage.json`. Raises DocumentError."""
    said = _object(content)
    rows = said.get("rows")
    if not isinstance(rows, dict):
        raise DocumentError
    return Lineage(_identity(said, "dataset"), _number(rows, "published"))


def read_index(content: bytes) -> tuple[dict[str, Entry], tuple[str, ...]]:
    """`index.json`: the entries by dataset, and the public keys, the present one first. Raises DocumentError."""
    said = _object(content)
    entries = [_entry(one) for one in _list(said, "datasets")]
    keys = [one.get("key") for one in (_list(said, "signing_keys") if "signing_keys" in said else [])]
    return {one.identity.dataset: one for one in entries}, tuple(key for key in keys if isinstance(key, str))


def _entry(said: dict[str, Any]) -> Entry:
    identity = _identity(said, "name")
    folder = f"{identity.dataset}/{identity.version}"
    if said.get("path") != folder:
        raise DocumentError
    formats = []
    for one in _list(said, "formats"):
        before, _, name = _text(one, "path").rpartition("/")
        if before != folder:
            raise DocumentError
        formats.append(_listed({**one, "name": name}))
    return Entry(identity, _number(said, "rows"), tuple(formats))


def _identity(said: dict[str, Any], name: str) -> Identity:
    dataset, version, created = _text(said, name), _text(said, "version"), _text(said, "created")[:10]
    if not (DATASET.fullmatch(dataset) and VERSION.fullmatch(version) and DAY.fullmatch(created)):
        raise DocumentError
    return Identity(dataset, version, created)


def _listed(said: dict[str, Any]) -> Listed:
    name = _text(said, "name")
    if not PLAIN.fullmatch(name):
        raise DocumentError
    return Listed(name, _number(said, "bytes"), _text(said, "sha256"))


def _resource(said: dict[str, Any]) -> Listed:
    name = _text(said, "path")
    if not PLAIN.fullmatch(name):
        raise DocumentError
    hash_ = _text(said, "hash") if "hash" in said else None
    return Listed(
        name,
        _number(said, "bytes") if "bytes" in said else None,
        None if hash_ is None else hash_.removeprefix("sha256:"),
    )


def _object(content: bytes) -> dict[str, Any]:
    try:
        said = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise DocumentError from error
    if not isinstance(said, dict):
        raise DocumentError
    return said


def _list(said: dict[str, Any], name: str) -> list[dict[str, Any]]:
    value = said.get(name)
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise DocumentError
    return value


def _text(said: dict[str, Any], name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str):
        raise DocumentError
    return value


def _number(said: dict[str, Any], name: str) -> int:
    value = said.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise DocumentError
    return value
