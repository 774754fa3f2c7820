"""The configured key: what is refused, what is signed, and how the public key is published."""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess

import pytest

from orchestration.errors import UserError
from orchestration.release import publish, release, write_index
from orchestration.release.minisign import SecretKey, read_public_key, verify, write_secret_key
from orchestration.release.signing import (
    PASSWORD,
    SigningError,
    check_signing_key,
    make_key,
    publish_key,
    published_keys,
    signing_key,
)
from orchestration.settings import Settings
from tests.release.marts import CONTRACTS, CREATED, SCENES, VALIDATION, scenes, write_mart
from tests.release.test_publishing import SUBMISSIONS, settings

KEY = SecretKey(bytes(range(8)), bytes(range(32)))
OTHER = SecretKey(bytes(8), bytes(32))
CHEAP = {"operations": 32768, "memory": 2**24}
MINISIGN = shutil.which("minisign")


@pytest.fixture(autouse=True)
def no_password(monkeypatch):
    monkeypatch.delenv(PASSWORD, raising=False)


def key_file(folder, text=None, mode=0o600):
    path = folder / "fuzhi.key"
    path.write_text(write_secret_key(KEY) if text is None else text, "utf-8")
    path.chmod(mode)
    return path


def tree(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def signed(tmp_path, rows, key=KEY, into="published"):
    mart = write_mart(tmp_path / "mart.parquet", SCENES, rows)
    return release(SCENES, mart, VALIDATION, tmp_path / into, created=CREATED, key=key)


def test_without_a_key_nothing_is_signed(tmp_path):
    assert signing_key(None, tmp_path) is None
    check_signing_key(None, tmp_path)
    found = settings(tmp_path, SUBMISSIONS)
    folder = publish(found, SCENES, CONTRACTS).folder
    write_index(found.published)
    assert not (folder / "SHA256SUMS.minisig").exists() and not (found.published / "fuzhi.pub").exists()
    assert "signing_keys" not in json.loads((found.published / "index.json").read_text("utf-8"))


def test_a_release_is_signed_with_the_configured_key_and_the_public_one_is_published(tmp_path):
    found = settings(tmp_path, SUBMISSIONS)
    found = Settings(found.project, found.inbox, found.workspace, found.published, key_file(tmp_path))
    folder = publish(found, SCENES, CONTRACTS).folder
    write_index(found.published)
    public = read_public_key((found.published / "fuzhi.pub").read_text("utf-8"))
    assert public == KEY.public
    signature = (folder / "SHA256SUMS.minisig").read_bytes()
    comment = verify((folder / "SHA256SUMS").read_bytes(), signature, public)
    assert comment == "dataset=scene_items version=1.0.0 date=2024-09-30"
    index = json.loads((found.published / "index.json").read_text("utf-8"))
    assert index["signing_keys"] == [{"id": "0706050403020100", "path": "fuzhi.pub", "key": public.text}]
    secret = write_secret_key(KEY).split("\n")[1]
    assert all(secret.encode() not in content for content in tree(found.published).values())


@pytest.mark.skipif(MINISIGN is None, reason="minisign is not installed (apt-get install minisign)")
def test_minisign_verifies_a_release(tmp_path):
    folder = signed(tmp_path, scenes(3)).folder
    command = [MINISIGN, "-V", "-m", "SHA256SUMS", "-P", KEY.public.text]
    said = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    assert "Trusted comment: dataset=scene_items version=1.0.0 date=2024-03-05" in said.stdout


def test_the_same_release_has_the_same_signature(tmp_path):
    assert tree(signed(tmp_path, scenes(3), into="one").folder) == tree(signed(tmp_path, scenes(3), into="two").folder)


def test_turning_signing_on_or_off_is_no_reason_for_a_release(tmp_path):
    assert signed(tmp_path, scenes(3), key=None).new
    assert not signed(tmp_path, scenes(3), key=KEY).new
    assert signed(tmp_path, scenes(4), key=KEY).version == "1.1.0"
    assert not signed(tmp_path, scenes(4), key=None).new
    assert not signed(tmp_path, scenes(4), key=OTHER).new


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda folder: folder / "none.key", r"none\.key: cannot be read \(No such file or directory\)"),
        (lambda folder: folder, r"cannot be read \(Is a directory\)"),
        (lambda folder: key_file(folder, mode=0o644), "everybody on this machine may read or change it. Run `chmod"),
        (lambda folder: key_file(folder, mode=0o602), "everybody on this machine"),
        (lambda folder: key_file(folder, "nonsense"), "is no secret key of minisign's. Make one with `fuzhi keygen`"),
        (lambda folder: key_file(folder, ""), "is no key of minisign's"),
        (lambda folder: key_file(folder, KEY.public.file.decode()), "is no secret key of minisign's"),
        (lambda folder: key_file(folder, "x" * 10_000), "is no secret key of minisign's"),
        (lambda folder: key_file(folder, write_secret_key(KEY, "pw", **CHEAP)), f"is encrypted. Set {PASSWORD}"),
        (lambda folder: key_file(folder / "published"), "lies among what is published"),
    ],
)
def test_a_key_that_cannot_be_used_is_refused_and_nothing_is_published(tmp_path, make, match):
    found = settings(tmp_path, SUBMISSIONS)
    found.published.mkdir()
    path = make(tmp_path)
    before = tree(found.published)
    for refuse in (
        lambda: check_signing_key(path, found.published),
        lambda: publish(
            Settings(found.project, found.inbox, found.workspace, found.published, path), SCENES, CONTRACTS
        ),
    ):
        with pytest.raises(SigningError, match=match) as caught:
            refuse()
        assert str(caught.value).startswith(f"signing key {path}: ")
    assert tree(found.published) == before and not (found.published / "scene_items").exists()


def test_a_wrong_password_is_refused_and_never_shown(tmp_path, monkeypatch, caplog):
    caplog.set_level(logging.DEBUG)
    path = key_file(tmp_path, write_secret_key(KEY, "correct", **CHEAP))
    monkeypatch.setenv(PASSWORD, "incorrect")
    check_signing_key(path, tmp_path / "published")
    with pytest.raises(SigningError, match="cannot be unlocked with this password") as caught:
        signing_key(path, tmp_path / "published")
    assert "incorrect" not in f"{caught.value}{caplog.text}"
    monkeypatch.setenv(PASSWORD, "correct")
    assert signing_key(path, tmp_path / "published") == KEY


def test_a_key_that_replaces_another_keeps_it_for_older_releases(tmp_path):
    for key in (OTHER, OTHER, KEY, KEY):
        publish_key(tmp_path, key.public)
    assert [(one["path"], one["key"]) for one in published_keys(tmp_path)] == [
        ("fuzhi.pub", KEY.public.text),
        ("fuzhi-0000000000000000.pub", OTHER.public.text),
    ]
    (tmp_path / "fuzhi.pub").write_text("nonsense", "utf-8")
    for use in (lambda: publish_key(tmp_path, OTHER.public), lambda: published_keys(tmp_path)):
        with pytest.raises(SigningError, match=r"fuzhi\.pub is no public key"):
            use()


@pytest.mark.parametrize("password", ["", "pw"])
def test_keygen_makes_a_key_for_its_owner_alone(tmp_path, monkeypatch, password):
    if password:
        monkeypatch.setenv(PASSWORD, password)
    public = make_key(tmp_path / "keys")
    secret = tmp_path / "keys" / "fuzhi.key"
    assert secret.stat().st_mode & 0o777 == 0o600
    assert ("encrypted" in secret.read_text("utf-8")) == bool(password)
    key = signing_key(secret, tmp_path / "published")
    assert key is not None and key.public == public
    assert (tmp_path / "keys" / "fuzhi.pub").read_bytes() == public.file
    with pytest.raises(UserError, match="is there already: choose another folder"):
        make_key(tmp_path / "keys")
    with pytest.raises(UserError, match="no key can be written to"):
        make_key(secret / "x")


def test_the_setting_of_the_key_reaches_child_processes(tmp_path, monkeypatch):
    monkeypatch.delenv("FUZHI_SIGNING_KEY", raising=False)
    assert Settings.from_environment().signing_key is None
    monkeypatch.setenv("FUZHI_SIGNING_KEY", str(tmp_path / "k"))
    found = Settings.from_environment()
    assert found.signing_key == tmp_path / "k"
    for name in ("FUZHI_PROJECT", "FUZHI_INBOX", "FUZHI_WORKSPACE", "FUZHI_PUBLISHED", "DAGSTER_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    found.to_environment()
    assert os.environ["FUZHI_SIGNING_KEY"] == str(tmp_path / "k")
