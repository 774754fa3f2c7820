"""`fuzhi verify`: one version, the latest of a dataset, or everything that is published, in a folder or at a URL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from orchestration.errors import UserError
from orchestration.release.minisign import KeyFormatError, PublicKey, read_public_key
from orchestration.release.signing import PUBLIC
from orchestration.release.sums import SUMS
from orchestration.release.writing import POINTER, VERSION, version_number
from orchestration.verifying.documents import DATASET, DocumentError, Entry, Pointer, read_index, read_pointer
from orchestration.verifying.fetching import Patience, site
from orchestration.verifying.findings import ERROR, Finding, finding, not_read, wording
from orchestration.verifying.reading import Folder, Place, ReadError
from orchestration.verifying.version import DESCRIPTOR, Keys, VersionReport, verify_version

INDEX = "index.json"


class VerifyError(UserError):
    """There is nothing to verify, or nothing to verify it with: says why and what to do."""


@dataclass(frozen=True)
class Report:
    """What was looked at, with which keys, and what was found; `kind` is published, dataset or version."""

    target: str
    kind: str
    keys: Keys
    versions: tuple[VersionReport, ...]
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong; notes may remain."""
        return all(one.severity != ERROR for one in self.findings)


def verify(target: str, key: str | None = None, patience: Patience | None = None) -> Report:
    """Verify the folder or URL `target`; signatures with `key` (a public key or the path of its file) if it is given.

    Raises VerifyError where there is nothing to verify, the key is none, or the server cannot be reached.
    """
    given = None if key is None else _given(key)
    place = _place(target, patience)
    kind = _kind(place, target)
    root = {"published": place, "dataset": place.above(), "version": place.above().above()}[kind]
    index, keys, found = _root(root, given, named=kind == "published")
    if kind == "published":
        versions = _published(place, index, keys, found)
    elif kind == "dataset":
        versions, _ = _dataset(place, "", keys, found, every_version=False)
    else:
        versions = [verify_version(place, "", keys, version=_version_of(place))]
    found += [one for version in versions for one in version.findings]
    beside = [version for version in versions if version.signature == "beside"]
    if beside:
        found.append(finding("key_beside", PUBLIC, key=", ".join(one.name for one in keys.beside)))
    if not isinstance(place, Folder):
        found.append(finding("listing_unknown", ""))
    return Report(target, kind, keys, tuple(versions), tuple(found))


def _given(key: str) -> PublicKey:
    try:
        return read_public_key(key)
    except KeyFormatError:
        # Then it is the path of a file.
        pass
    path = Path(key)
    try:
        return read_public_key(Folder(path.parent).document(path.name).decode())
    except ReadError as error:
        raise VerifyError(f"--key {key}: is no public key of minisign's, and no file that can be read") from error
    except (KeyFormatError, UnicodeDecodeError) as error:
        raise VerifyError(f"--key {key}: is no public key of minisign's; give {PUBLIC} or its second line") from error


def _place(target: str, patience: Patience | None) -> Place:
    if "://" in target:
        return site(target, patience)
    if not Path(target).is_dir():
        raise VerifyError(f"there is no folder {target}: give a folder of published data, or a URL")
    return Folder(Path(target))


def _kind(place: Place, target: str) -> str:
    for name, kind in ((INDEX, "published"), (POINTER, "dataset"), (SUMS, "version"), (DESCRIPTOR, "version")):
        if _is_there(place, name, target):
            return kind
    names = place.names() or {}
    below = [place.below(name) for name, kind in names.items() if kind == "folder" and DATASET.fullmatch(name)]
    if any(_is_there(one, POINTER, target) for one in below):
        return "published"
    if any(kind == "folder" and VERSION.fullmatch(name) for name, kind in names.items()):
        return "dataset"
    raise VerifyError(f"there is nothing to verify at {target}: no {INDEX}, {POINTER} or {SUMS}")


def _is_there(place: Place, name: str, target: str) -> bool:
    try:
        place.document(name)
    except ReadError as error:
        if error.missing:
            return False
        if error.reason in ("denied", "status", "silent", "unreachable", "broken_off", "redirect", "too_slow"):
            said = wording()["reasons"][error.reason]["en"]
            raise VerifyError(f"{target} cannot be read: {said} {error.detail}".rstrip()) from error
    return True


def _root(root: Place, given: PublicKey | None, named: bool) -> tuple[Mapping[str, Entry] | None, Keys, list[Finding]]:
    """The entries of `index.json` and the keys that lie beside the data; `named` where they are part of the target."""
    found: list[Finding] = []
    prefix = "" if named else "../"
    entries: Mapping[str, Entry] | None = None
    listed: tuple[str, ...] = ()
    try:
        entries, listed = read_index(root.document(INDEX))
    except ReadError as error:
        found += [not_read(error, INDEX)] if named else []
    except DocumentError:
        found += [finding("json_malformed", INDEX)] if named else []
    keys: list[PublicKey] = []
    try:
        keys.append(read_public_key(root.document(PUBLIC).decode()))
        # Older keys verify older releases.
        keys += [key for key in map(read_public_key, listed) if key not in keys]
    except ReadError as error:
        found += [] if error.missing and not listed else [not_read(error, prefix + PUBLIC)]
    except (KeyFormatError, UnicodeDecodeError):
        found.append(finding("key_malformed", prefix + PUBLIC))
    if keys and entries is not None and (not listed or keys[0].text != listed[0]):
        found.append(finding("key_differs", prefix + PUBLIC))
    return entries, Keys(given, tuple(keys)), found


def _published(
    place: Place, index: Mapping[str, Entry] | None, keys: Keys, found: list[Finding]
) -> list[VersionReport]:
    names = place.names()
    there = [name for name, kind in (names or {}).items() if kind == "folder" and DATASET.fullmatch(name)]
    versions = []
    for name in sorted({*there, *(index or {})}):
        home = place.below(name)
        if name not in (index or {}):
            inside = home.names() or {}
            if POINTER not in inside and not any(map(VERSION.fullmatch, inside)):
                continue
            if index is not None:
                found.append(finding("dataset_unlisted", name))
        reports, pointer = _dataset(home, name, keys, found, every_version=True)
        versions += reports
        if index and name in index and pointer and not _agree(index[name], pointer):
            found.append(finding("index_differs", INDEX, name=name))
    return versions


def _agree(entry: Entry, pointer: Pointer) -> bool:
    return (entry.identity, entry.rows) == (pointer.identity, pointer.rows) and set(entry.formats) <= set(pointer.files)


def _dataset(
    place: Place, where: str, keys: Keys, found: list[Finding], every_version: bool
) -> tuple[list[VersionReport], Pointer | None]:
    """Verify the latest version of a dataset, or every one that is there, oldest first; and its pointer."""
    at = f"{where}/{POINTER}" if where else POINTER
    pointer = None
    try:
        pointer = read_pointer(place.document(POINTER))
    except ReadError as error:
        found.append(not_read(error, at))
    except DocumentError:
        found.append(finding("json_malformed", at))
    if pointer is not None and where and pointer.identity.dataset != where:
        found.append(finding("release_differs", at, said=pointer.identity.dataset, expected=where))
    listing = place.names()
    if listing is None:
        reports = _chain(place, where, keys, pointer, found, every_version)
    else:
        links = [name for name, kind in listing.items() if VERSION.fullmatch(name) and kind != "folder"]
        found += [finding("not_a_file", f"{where}/{name}" if where else name) for name in links]
        there = [name for name, kind in listing.items() if VERSION.fullmatch(name) and kind == "folder"]
        there.sort(key=version_number)
        latest = None if pointer is None else pointer.identity.version
        if latest is not None and latest not in there:
            found.append(finding("pointer_dangling", at, version=latest))
        elif latest is not None and latest != there[-1]:
            found.append(finding("pointer_behind", at, version=latest, newest=there[-1]))
        chosen = there if every_version or latest is None else [name for name in there if name == latest]
        reports = [_one(place, where, keys, name, pointer if name == latest else None) for name in chosen]
    if pointer is not None:
        found += [one for report in reports for one in _listed(report, pointer, at)]
    return reports, pointer


def _chain(
    place: Place, where: str, keys: Keys, pointer: Pointer | None, found: list[Finding], every_version: bool
) -> list[VersionReport]:
    """The versions of a server's dataset, each of which names the one before it, oldest first."""
    reports: list[VersionReport] = []
    version = None if pointer is None else pointer.identity.version
    while version is not None:
        if not (_has(place, version, SUMS) or _has(place, version, DESCRIPTOR)):
            at = f"{where}/" if where else ""
            gone = finding("older_gone", f"{at}{version}", version=version)
            found.append(gone if reports else finding("pointer_dangling", f"{at}{POINTER}", version=version))
            break
        reports.insert(0, _one(place, where, keys, version, None if reports else pointer))
        previous = reports[0].previous if every_version else None
        # A chain that does not go down would never end.
        version = previous if previous and version_number(previous) < version_number(version) else None
    return reports


def _has(place: Place, version: str, name: str) -> bool:
    try:
        place.below(version).document(name)
    except ReadError as error:
        return not error.missing
    return True


def _one(place: Place, where: str, keys: Keys, version: str, pointer: Pointer | None) -> VersionReport:
    named = f"{where}/{version}" if where else version
    return verify_version(place.below(version), named, keys, pointer, version)


def _listed(report: VersionReport, pointer: Pointer, at: str) -> list[Finding]:
    """Where `latest.json` and the version that it points to do not have the same files."""
    version = pointer.identity.version
    if report.where.rpartition("/")[2] != version or not report.files:
        return []
    listed = {one.name: (one.bytes, one.sha256) for one in pointer.files}
    there = {name: (content.bytes, content.sha256) for name, content in report.files.items()}
    # A file that is missing, changed or too many has its finding already.
    named = {one.where.rpartition("/")[2] for one in report.findings}
    return [
        finding("pointer_differs", at, version=version, name=name)
        for name in sorted({*listed, *there} - named)
        if listed.get(name) != there.get(name)
    ]


def _version_of(place: Place) -> str | None:
    """The version that a folder is called by; None where it is called otherwise."""
    name = place.path.resolve().name if isinstance(place, Folder) else _last(place)
    return name if VERSION.fullmatch(name) else None


def _last(place: Place) -> str:
    return str(getattr(place, "url", "")).rstrip("/").rpartition("/")[2]
