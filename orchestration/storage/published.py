"""What is published at a URL: brought up so that a reader never finds a pointer to what is not there as a whole.

First keys, then released versions, each file under a key that must be new; then the pointers, each only where it is
still what it was when this run began; then the index and what else is made of them; last, what is no longer kept goes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from orchestration.release.retention import REMOVED, removed
from orchestration.release.signing import PUBLIC
from orchestration.release.sums import SUMS
from orchestration.release.writing import POINTER, VERSION, pointer, version_number
from orchestration.serving.files import content_type
from orchestration.storage.errors import ChangedError, ExistsError, said
from orchestration.storage.mirror import Known, Mirror, Wanted
from orchestration.storage.remote import Remote

INDEX = "index.json"
# The files without which nobody takes a version for one that is there.
_NAMED_FIRST = (SUMS, "datapackage.json")
_FOREVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"


def hidden(name: str) -> bool:
    """Whether a file is none of what is published: what is being made, and the lease."""
    return any(part.startswith(".") for part in name.split("/"))


def bring_down_published(remote: Remote, mirror: Mirror) -> None:
    """Make the mirror equal to what is published, once what a killed run has left there is removed."""
    listed = {key: one for key, one in remote.listing().items() if not hidden(key)}
    wanted = {key: Wanted(key, one.tag, one.size) for key, one in listed.items()}
    mirror.bring_down(remote, wanted)
    if left := _left_behind(mirror.files, wanted):
        _remove(remote, left)
        mirror.bring_down(remote, {key: one for key, one in wanted.items() if key not in left})


def bring_up_published(remote: Remote, mirror: Mirror, check: Callable[[], None]) -> None:
    """Bring up what has changed since it was brought down; `check` raises where it may be another's to write by now.

    Raises StorageError where a version is there with other bytes, or somebody else has written a pointer meanwhile.
    """
    known = mirror.known()
    changed, there = mirror.changed(known), mirror.there()

    def put(name: str) -> Known:
        one = changed[name]
        tag = _put(remote, mirror.files / name, name, known.get(name))
        return Known(tag, one.size, one.mtime, one.sha256)

    now = {name: one for name, one in known.items() if name in there}
    for names in _in_order(changed):
        check()
        now |= dict(zip(names, remote.each(put, names), strict=True))
    if gone := known.keys() - now.keys():
        check()
        _remove(remote, gone)
    mirror.remember(now)


def _left_behind(published: Path, keys: Iterable[str]) -> set[str]:
    """The keys of versions that a killed run has brought up without their pointer, or begun to remove.

    More versions than one beyond a pointer are left: no killed run leaves that (see `release/writing.py`).
    """
    left = set()
    for dataset, versions in _versions(keys).items():
        latest = pointer(published, dataset)
        number = None if latest is None else version_number(latest["version"])
        beyond = [version for version in versions if number is None or version_number(version) > number]
        gone = {one["version"] for one in removed(published, dataset)}
        for version in {*(beyond if len(beyond) == 1 else ()), *(gone & versions.keys())}:
            left.update(versions[version])
    return left


def _versions(keys: Iterable[str]) -> dict[str, dict[str, list[str]]]:
    """By dataset and version the keys."""
    versions: dict[str, dict[str, list[str]]] = {}
    for key in keys:
        if (version := _version(key)) is not None:
            versions.setdefault(key.split("/")[0], {}).setdefault(version, []).append(key)
    return versions


def _version(key: str) -> str | None:
    """The version that a file belongs to; None for one that belongs to none."""
    parts = key.split("/")
    return parts[1] if len(parts) > 2 and VERSION.fullmatch(parts[1]) else None


def _in_order(names: Iterable[str]) -> list[list[str]]:
    """The files in the order in which they are written, those that may come at the same time together."""
    steps: dict[int, list[str]] = {}
    for name in sorted(names):
        steps.setdefault(_step(name), []).append(name)
    return [steps[number] for number in sorted(steps)]


def _step(name: str) -> int:
    parts = name.split("/")
    if _version(name) is not None:
        return 1
    if len(parts) == 1:
        # `fuzhi.pub` and those before it.
        return 0 if name.endswith(Path(PUBLIC).suffix) else 3 if name == INDEX else 6 if name == "index.html" else 4
    if parts[1:] in ([POINTER], [REMOVED]):
        return 2
    # What pages load comes before the pages.
    return 4 if parts[0] in ("assets", "forms") else 5


def _put(remote: Remote, path: Path, name: str, before: Known | None) -> str:
    headers = {"ContentType": content_type(path), "CacheControl": _ASK_AGAIN}
    if _version(name) is None:
        try:
            return remote.replace(name, path.read_bytes(), None if before is None else before.tag, **headers)
        except ChangedError:
            raise said(
                f"{remote.url}/{name}",
                "运行期间被他人改动，未覆盖；请重新运行",
                "was changed by somebody else during this run, and was not overwritten: run again",
            ) from None
    try:
        if before is not None:
            raise ExistsError(name)
        return remote.create(name, path, **{**headers, "CacheControl": _FOREVER})
    except ExistsError:
        raise said(
            f"{remote.url}/{name}",
            "已发布且内容不同，发布的版本不得更改；请查明两处不同的来源",
            "is published with other bytes, and a released version never changes: find out where the two come from",
        ) from None


def _remove(remote: Remote, keys: Iterable[str]) -> None:
    named_first = sorted(key for key in keys if _version(key) and key.split("/")[-1] in _NAMED_FIRST)
    remote.remove(named_first)
    remote.remove(sorted(set(keys) - set(named_first)))
