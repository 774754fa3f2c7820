"""minisign's format: what we write it reads, and the other way round."""

from __future__ import annotations

import base64
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.release.minisign import (
    KeyFormatError,
    SecretKey,
    SignatureError,
    needs_password,
    new_key,
    read_public_key,
    read_secret_key,
    verify,
    write_secret_key,
)

KEY = SecretKey(bytes(range(8)), bytes(range(32)))
CONTENT = b"what is signed\n"
COMMENT = "dataset=scene_items version=1.0.0 date=2024-03-05"
# libsodium's least: scrypt takes some milliseconds.
CHEAP = {"operations": 32768, "memory": 2**24}
PROGRAM = shutil.which("minisign")
needs_minisign = pytest.mark.skipif(PROGRAM is None, reason="minisign is not installed (apt-get install minisign)")


def minisign(*arguments, typed="", **options):
    return subprocess.run([PROGRAM, *map(str, arguments)], input=typed, capture_output=True, text=True, **options)


def test_a_signature_has_four_lines_and_is_the_same_every_time():
    signature = KEY.sign(CONTENT, COMMENT)
    assert signature == KEY.sign(CONTENT, COMMENT)
    lines = signature.decode().split("\n")
    assert lines[0] == "untrusted comment: signature by minisign key 0706050403020100"
    assert base64.b64decode(lines[1])[:10] == b"ED" + bytes(range(8))
    assert lines[2] == f"trusted comment: {COMMENT}"
    assert [len(base64.b64decode(lines[n])) for n in (1, 3)] == [74, 64]
    assert verify(CONTENT, signature, KEY.public) == COMMENT


@given(st.binary(), st.binary(min_size=32, max_size=32), st.text(st.characters(codec="utf-8", exclude_characters="\n")))
def test_what_is_signed_is_verified(content, seed, comment):
    key = SecretKey(seed[:8], seed)
    assert verify(content, key.sign(content, comment), key.public) == comment


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda s: s.replace(b"version=1.0.0", b"version=1.0.1"), "comment"),
        (lambda s: s.replace(b"\n", b"\r\n"), "comment"),
        (lambda s: s + b"\n", "malformed"),
        (lambda s: s[:-1], "malformed"),
        (lambda s: b"", "malformed"),
        (lambda s: b"\xff" + s, "malformed"),
        (lambda s: s.replace(b"trusted comment: d", b"comment: d"), "malformed"),
        (lambda s: b"\n".join([*s.split(b"\n")[:3], b"AAAA", b""]), "malformed"),
        (lambda s: b"\n".join([*s.split(b"\n")[:3], b"%%%", b""]), "malformed"),
        (lambda s: b"\n".join([*s.split(b"\n")[:3], base64.b64encode(bytes(64)), b""]), "comment"),
    ],
)
def test_a_signature_that_was_tampered_with_does_not_hold(change, reason):
    with pytest.raises(SignatureError) as caught:
        verify(CONTENT, change(KEY.sign(CONTENT, COMMENT)), KEY.public)
    assert caught.value.reason == reason


def test_other_content_and_other_keys_do_not_verify():
    signature = KEY.sign(CONTENT, COMMENT)
    with pytest.raises(SignatureError, match="content"):
        verify(CONTENT + b"x", signature, KEY.public)
    with pytest.raises(SignatureError, match="other_key"):
        verify(CONTENT, signature, new_key().public)
    with pytest.raises(SignatureError, match="content"):
        verify(CONTENT, signature, SecretKey(KEY.id, bytes(32)).public)


def test_a_public_key_is_read_from_its_file_and_from_its_line():
    public = KEY.public
    assert public.file.decode() == f"untrusted comment: minisign public key 0706050403020100\n{public.text}\n"
    assert public.text.startswith("RW")
    assert read_public_key(public.file.decode()) == read_public_key(public.text) == public
    for text in ("", "RWQ", "a\nb", public.text[:-4], write_secret_key(KEY), "x\n" + public.text):
        with pytest.raises(KeyFormatError):
            read_public_key(text)


def test_a_secret_key_is_written_and_read_with_and_without_a_password():
    plain, locked = write_secret_key(KEY), write_secret_key(KEY, "口令 x", **CHEAP)
    assert (needs_password(plain), needs_password(locked)) == (False, True)
    assert read_secret_key(plain) == read_secret_key(locked, "口令 x") == KEY
    for password in ("", "x"):
        with pytest.raises(KeyFormatError, match="cannot be unlocked with this password"):
            read_secret_key(locked, password)


def test_a_secret_key_that_is_damaged_or_asks_for_too_much_is_refused():
    raw = base64.b64decode(write_secret_key(KEY).split("\n")[1])
    halves = raw[:62] + bytes(32) + raw[94:]
    greedy = raw[:2] + b"Sc" + raw[4:38] + (2**40).to_bytes(8, "little") * 2 + raw[54:]
    for changed, match in ((halves, "do not belong together"), (greedy, "more memory or time"), (raw[:-1], "is no")):
        with pytest.raises(KeyFormatError, match=match):
            read_secret_key(base64.b64encode(changed).decode(), "x")


def test_a_secret_key_shows_nothing_of_itself():
    assert "seed" not in repr(KEY) and repr(bytes(range(32))) not in repr(KEY)


@needs_minisign
def test_minisign_verifies_our_signature_and_refuses_it_over_other_content(tmp_path):
    (tmp_path / "f").write_bytes(CONTENT)
    (tmp_path / "f.minisig").write_bytes(KEY.sign(CONTENT, COMMENT))
    (tmp_path / "p").write_bytes(KEY.public.file)
    for key in (("-p", tmp_path / "p"), ("-P", KEY.public.text)):
        said = minisign("-V", "-H", "-m", tmp_path / "f", *key)
        assert said.returncode == 0 and f"Trusted comment: {COMMENT}" in said.stdout
    (tmp_path / "f").write_bytes(CONTENT + b"x")
    assert minisign("-V", "-m", tmp_path / "f", "-p", tmp_path / "p").returncode == 1


@needs_minisign
@pytest.mark.parametrize("password", ["", "correct horse"])
def test_a_key_and_a_signature_of_minisigns_are_read(tmp_path, password):
    public, secret, file = (tmp_path / name for name in ("k.pub", "k.key", "f"))
    unlocked = () if password else ("-W",)
    minisign("-G", *unlocked, "-p", public, "-s", secret, typed=f"{password}\n" * 2, check=True)
    key = read_secret_key(secret.read_text("utf-8"), password)
    assert key.public == read_public_key(public.read_text("utf-8"))
    assert key.public.file.decode().split("\n")[1] == public.read_text("utf-8").split("\n")[1]
    file.write_bytes(CONTENT)
    minisign("-S", "-s", secret, "-m", file, "-t", "theirs", typed=f"{password}\n", check=True)
    assert verify(CONTENT, (tmp_path / "f.minisig").read_bytes(), key.public) == "theirs"
    (tmp_path / "f.minisig").write_bytes(key.sign(CONTENT, "ours"))
    assert "ours" in minisign("-V", "-m", file, "-p", public, check=True).stdout


@needs_minisign
def test_minisign_signs_with_a_key_of_ours(tmp_path):
    (tmp_path / "k").write_text(write_secret_key(KEY, "pw", **CHEAP), "utf-8")
    (tmp_path / "f").write_bytes(CONTENT)
    minisign("-S", "-s", tmp_path / "k", "-m", tmp_path / "f", "-t", "x", typed="pw\n", check=True)
    assert verify(CONTENT, (tmp_path / "f.minisig").read_bytes(), KEY.public) == "x"
