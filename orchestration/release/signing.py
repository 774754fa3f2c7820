"""The key that signs releases: where it is configured, when it is refused, and how its public half is published.

`FUZHI_SIGNING_KEY` is the path of a secret key file of minisign's; `FUZHI_SIGNING_PASSWORD` unlocks an encrypted one.
Nothing of either is ever logged or written.
"""

from __future__ import annotations

import datetime
import os
import stat
from functools import cache
from pathlib import Path

from orchestration.errors import UserError
from orchestration.release.minisign import (
    KeyFormatError,
    PublicKey,
    SecretKey,
    needs_password,
    new_key,
    read_public_key,
    read_secret_key,
    write_secret_key,
)
from orchestration.release.sums import SIGNATURE, SUMS
from orchestration.release.writing import STAGING, swap_bytes

PASSWORD = "FUZHI_SIGNING_PASSWORD"
PUBLIC = "fuzhi.pub"
SECRET = "fuzhi.key"
LARGEST = 4096


class SigningError(UserError):
    """A signing key that cannot be used: says which, why, and what to do."""


def check_signing_key(path: Path | None, published: Path) -> None:
    """Refuse a configured key that cannot be used, before anything is built; it is not unlocked yet."""
    if path is not None:
        text = _read(path, published)
        _wanted(path, text)


def signing_key(path: Path | None, published: Path) -> SecretKey | None:
    """The configured key, unlocked; None where none is configured.

    Raises SigningError for a key that is missing, not readable, readable by everybody, inside of `published`, no key
    of minisign's, or locked with another password.
    """
    if path is None:
        return None
    text = _read(path, published)
    password = _wanted(path, text)
    try:
        return _unlocked(text, password)
    except KeyFormatError as error:
        raise SigningError(f"signing key {path}: {error}. Set {PASSWORD}, or make a key with `fuzhi keygen`") from error


def sign_sums(folder: Path, key: SecretKey, dataset: str, version: str, created: datetime.date) -> None:
    """Write the signature over the sums in `folder`.

    The comment that is signed with them says which release they are of, so that no other can be passed off with it;
    there is no clock in it, and the same release gives the same signature.
    """
    signature = key.sign((folder / SUMS).read_bytes(), trusted_comment(dataset, version, created.isoformat()))
    (folder / SIGNATURE).write_bytes(signature)


def trusted_comment(dataset: str, version: str, date: str) -> str:
    """What the signature says of the release that it is over."""
    return f"dataset={dataset} version={version} date={date}"


def publish_key(published: Path, key: PublicKey) -> None:
    """Put the public key at `fuzhi.pub`; one that was there keeps verifying older releases as `fuzhi-<id>.pub`."""
    path = published / PUBLIC
    if path.exists():
        old = _published_key(path)
        if old == key:
            return
        swap_bytes(old.file, published / f"fuzhi-{old.name}.pub", published / STAGING)
    swap_bytes(key.file, path, published / STAGING)


def published_keys(published: Path) -> list[dict[str, str]]:
    """What `index.json` says of the public keys that are published, the present one first."""
    paths = [path for path in (published / PUBLIC, *sorted(published.glob("fuzhi-*.pub"))) if path.exists()]
    keys = [(path, _published_key(path)) for path in paths]
    return [{"id": key.name, "path": path.name, "key": key.text} for path, key in keys]


def make_key(folder: Path) -> PublicKey:
    """Write a new key as `fuzhi.key`, for its owner alone, and `fuzhi.pub`; encrypted where a password is set.

    Raises SigningError where one of them is there already.
    """
    for name in (SECRET, PUBLIC):
        if (folder / name).exists():
            raise SigningError(f"{folder / name} is there already: choose another folder")
    key = new_key()
    text = write_secret_key(key, os.environ.get(PASSWORD, ""))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content, mode in ((SECRET, text.encode(), 0o600), (PUBLIC, key.public.file, 0o644)):
            descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
    except OSError as error:
        raise SigningError(f"no key can be written to {folder}: {error.strerror}. Choose another folder") from error
    return key.public


def _published_key(path: Path) -> PublicKey:
    try:
        return read_public_key(path.read_text("utf-8"))
    except (KeyFormatError, UnicodeDecodeError) as error:
        raise SigningError(f"{path} is no public key: remove it, or put back the one that was there") from error


def _read(path: Path, published: Path) -> str:
    where = f"signing key {path}"
    if path.resolve().is_relative_to(published.resolve()):
        raise SigningError(f"{where}: lies among what is published. Move it to where only the pipeline can read it")
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            content = file.read(LARGEST)
    except OSError as error:
        raise SigningError(f"{where}: cannot be read ({error.strerror}). Set FUZHI_SIGNING_KEY right") from error
    if stat.S_IMODE(status.st_mode) & stat.S_IRWXO:
        raise SigningError(f"{where}: everybody on this machine may read or change it. Run `chmod 600` on it")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise SigningError(f"{where}: is no key of minisign's. Make one with `fuzhi keygen`") from error


def _wanted(path: Path, text: str) -> str:
    """The password for this key, empty where it needs none."""
    try:
        if not needs_password(text):
            return ""
    except KeyFormatError as error:
        raise SigningError(f"signing key {path}: {error}. Make one with `fuzhi keygen`") from error
    password = os.environ.get(PASSWORD, "")
    if not password:
        raise SigningError(f"signing key {path}: is encrypted. Set {PASSWORD} to its password")
    return password


@cache
def _unlocked(text: str, password: str) -> SecretKey:
    # Seconds and a GiB of memory each time: once for all the datasets of a run.
    return read_secret_key(text, password)
