"""Verifying one version: its files against the sums, the sums against the signature, the descriptions against both.

How many rows its tables hold is in `rows.py`; a table is opened only where its sum holds, and where a key was given,
the signature too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from orchestration.release.lineage import LINEAGE
from orchestration.release.minisign import PublicKey, SignatureError, verify
from orchestration.release.signing import trusted_comment
from orchestration.release.sums import SIGNATURE, SUMS, SumsError, read_sums
from orchestration.verifying.documents import (
    Descriptor,
    DocumentError,
    Identity,
    Listed,
    Pointer,
    read_descriptor,
    read_lineage,
)
from orchestration.verifying.findings import Finding, at_place, finding, not_read
from orchestration.verifying.reading import Content, Place, ReadError
from orchestration.verifying.rows import rows_found, tables_of

DESCRIPTOR = "datapackage.json"
DESCRIPTIONS = (DESCRIPTOR, LINEAGE)
# Far more than a release has: a server may not keep us busy for ever.
MOST_FILES = 1000


@dataclass(frozen=True)
class Keys:
    """The key that the user gave; without one, those that lie beside the data."""

    given: PublicKey | None = None
    beside: tuple[PublicKey, ...] = ()

    @property
    def all(self) -> tuple[PublicKey, ...]:
        """The keys to check with."""
        return self.beside if self.given is None else (self.given,)


@dataclass(frozen=True)
class VersionReport:
    """What one version turned out to be; `signature` is given, beside, unchecked, unsigned or wrong.

    `files` has what each file holds that could be read, `previous` the version before it.
    """

    where: str
    identity: Identity | None
    signature: str
    files: Mapping[str, Content] = field(default_factory=dict)
    previous: str | None = None
    findings: tuple[Finding, ...] = ()


def verify_version(
    place: Place, where: str, keys: Keys, pointer: Pointer | None = None, version: str | None = None
) -> VersionReport:
    """Verify the version that lies at `place`; `where` names it in findings.

    `pointer` is `latest.json` where it points here, `version` what the folder says that it is.
    """
    found: list[Finding] = []
    try:
        sums_file = place.document(SUMS)
        sums = read_sums(sums_file)
    except ReadError as error:
        return VersionReport(where, None, "wrong", findings=(not_read(error, at_place(where, SUMS)),))
    except SumsError as error:
        return VersionReport(
            where, None, "wrong", findings=(finding("sums_malformed", at_place(where, SUMS), line=error.line),)
        )
    if len(sums) > MOST_FILES:
        malformed = finding("sums_malformed", at_place(where, SUMS), line=MOST_FILES + 1)
        return VersionReport(where, None, "wrong", findings=(malformed,))
    signature, comment, signature_file = _signature(place, where, keys, sums_file, found)
    found += _surplus(place, where, sums)
    with TemporaryDirectory(prefix="fuzhi-verify-") as kept:
        files, documents = _files(place, where, sums, Path(kept), pointer, found)
        descriptor = _descriptor(documents, where, sums, files, found)
        identity = None if descriptor is None else descriptor.identity
        rows = _lineage(documents, where, sums, identity, found)
        if identity is not None:
            _names(where, identity, pointer, version, comment, found)
            counts = [("latest.json", pointer.rows)] if pointer else []
            counts += [(LINEAGE, rows)] if rows is not None else []
            if signature != "wrong":
                found += rows_found(where, identity.dataset, files, counts)
    files[SUMS] = _content(sums_file)
    if signature_file is not None:
        files[SIGNATURE] = _content(signature_file)
    previous = None if descriptor is None else descriptor.previous
    return VersionReport(where, identity, signature, files, previous, tuple(found))


def _signature(
    place: Place, where: str, keys: Keys, sums_file: bytes, found: list[Finding]
) -> tuple[str, str | None, bytes | None]:
    """What the signature is worth, the comment that was signed with it, and its file."""
    at = at_place(where, SIGNATURE)
    try:
        signature = place.document(SIGNATURE)
    except ReadError as error:
        if not error.missing:
            found.append(not_read(error, at))
            return "wrong", None, None
        found.append(finding("unsigned" if keys.given is None else "signature_missing", where))
        return ("unsigned" if keys.given is None else "wrong"), None, None
    if not keys.all:
        found.append(finding("signature_unchecked", at))
        return "unchecked", None, signature
    reasons = set()
    for key in keys.all:
        try:
            comment = verify(sums_file, signature, key)
        except SignatureError as error:
            reasons.add(error.reason)
        else:
            return ("beside" if keys.given is None else "given"), comment, signature
    names = ", ".join(key.name for key in keys.all)
    if "malformed" in reasons:
        found.append(finding("signature_malformed", at))
    else:
        code = "signature_other_key" if reasons == {"other_key"} else "signature_wrong"
        found.append(finding(code, at, key=names))
    return "wrong", None, signature


def _surplus(place: Place, where: str, sums: Mapping[str, str]) -> list[Finding]:
    try:
        names = place.names()
    except ReadError as error:
        return [not_read(error, where)]
    if names is None:
        return []
    known = {*sums, SUMS, SIGNATURE}
    return [
        finding("surplus" if kind == "file" else "not_a_file", at_place(where, name))
        for name, kind in names.items()
        if name not in known
    ]


def _files(
    place: Place, where: str, sums: Mapping[str, str], kept: Path, pointer: Pointer | None, found: list[Finding]
) -> tuple[dict[str, Content], dict[str, bytes]]:
    """What each file holds whose sum holds, and the descriptions among them as they are."""
    read: dict[str, Content] = {}
    documents: dict[str, bytes] = {}
    sizes = {one.name: one.bytes for one in pointer.files} if pointer else {}
    tables: tuple[str, ...] = ()
    # The descriptions first, for they say which files have to be opened afterwards.
    for name in sorted(sums, key=lambda name: (name not in DESCRIPTIONS, name)):
        try:
            if name in DESCRIPTIONS:
                documents[name] = place.document(name)
                read[name] = _content(documents[name])
            else:
                read[name] = place.content(name, kept if name in tables else None)
        except ReadError as error:
            found.append(not_read(error, at_place(where, name)))
        if name == DESCRIPTOR and name in read and read[name].sha256 == sums[name]:
            dataset, resources = _described(documents[name])
            tables = tables_of(dataset)
            sizes |= {one.name: one.bytes for one in resources if one.bytes is not None}
    for name, content in read.items():
        if content.sha256 != sums[name]:
            expected = sizes.get(name)
            if expected is not None and content.bytes < expected:
                found.append(finding("cut", at_place(where, name), bytes=content.bytes, expected=expected))
            else:
                found.append(finding("changed", at_place(where, name)))
    sound = {name: content for name, content in read.items() if content.sha256 == sums[name]}
    return sound, {name: content for name, content in documents.items() if name in sound}


def _described(content: bytes) -> tuple[str, tuple[Listed, ...]]:
    try:
        descriptor = read_descriptor(content)
    except DocumentError:
        # Said where the descriptor is checked.
        return "", ()
    return descriptor.identity.dataset, descriptor.resources


def _descriptor(
    documents: Mapping[str, bytes],
    where: str,
    sums: Mapping[str, str],
    files: Mapping[str, Content],
    found: list[Finding],
) -> Descriptor | None:
    """`datapackage.json`, checked against the files that it describes; None where there is none that can be read."""
    at = at_place(where, DESCRIPTOR)
    if DESCRIPTOR not in sums:
        found.append(finding("missing", at))
    if DESCRIPTOR not in documents:
        return None
    try:
        descriptor = read_descriptor(documents[DESCRIPTOR])
    except DocumentError:
        found.append(finding("json_malformed", at))
        return None
    for one in descriptor.resources:
        content = files.get(one.name)
        if content is None:
            # One that the sums name has its finding already.
            found += [] if one.name in sums else [finding("missing", at_place(where, one.name))]
            continue
        if one.sha256 != content.sha256:
            found.append(finding("resource_differs", at_place(where, one.name), part="hash"))
        if one.bytes is not None and one.bytes != content.bytes:
            found.append(finding("resource_differs", at_place(where, one.name), part="bytes"))
    return descriptor


def _lineage(
    documents: Mapping[str, bytes],
    where: str,
    sums: Mapping[str, str],
    identity: Identity | None,
    found: list[Finding],
) -> int | None:
    """How many rows `lineage.json` says were published; None where there is none that can be read."""
    at = at_place(where, LINEAGE)
    if LINEAGE not in sums:
        found.append(finding("lineage_missing", where))
        return None
    if LINEAGE not in documents:
        return None
    try:
        lineage = read_lineage(documents[LINEAGE])
    except DocumentError:
        found.append(finding("json_malformed", at))
        return None
    if identity is not None and lineage.identity != identity:
        found.append(finding("release_differs", at, said=lineage.identity, expected=identity))
    return lineage.rows


def _names(
    where: str,
    identity: Identity,
    pointer: Pointer | None,
    version: str | None,
    comment: str | None,
    found: list[Finding],
) -> None:
    """The folder, the pointer and the signature speak of the release that `datapackage.json` speaks of."""
    if pointer is not None and pointer.identity != identity:
        found.append(finding("release_differs", at_place(where, DESCRIPTOR), said=identity, expected=pointer.identity))
    elif version is not None and version != identity.version:
        found.append(finding("release_differs", at_place(where, DESCRIPTOR), said=identity.version, expected=version))
    expected = trusted_comment(identity.dataset, identity.version, identity.created)
    if comment is not None and comment != expected:
        found.append(finding("signature_of_other_release", at_place(where, SIGNATURE), signed=comment))


def _content(file: bytes) -> Content:
    return Content(len(file), hashlib.sha256(file).hexdigest(), None)
