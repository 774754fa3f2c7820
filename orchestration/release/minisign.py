"""Keys and signatures in the format of minisign: Ed25519 over the BLAKE2b-512 of a file.

The format is that of https://jedisct1.github.io/minisign/ ("Signature format", "Secret key format"); what is signed
here, minisign verifies, and the other way round. Signatures of the older kind, without the hash, are not taken.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

KEY, HASHED = b"Ed", b"ED"
PLAIN, SCRYPT, BLAKE2B = b"\0\0", b"Sc", b"B2"
COMMENT, TRUSTED = "untrusted comment: ", "trusted comment: "
# libsodium's limits "sensitive", which minisign writes into its keys: 1 GiB of memory, some seconds.
OPERATIONS, MEMORY = 2**25, 2**30
# Id (8), seed and public key (32 each), checksum (32).
SECRET = 8 + 64 + 32


class KeyFormatError(ValueError):
    """Text that is no key of minisign's, or no key that can be unlocked; the text says why and holds nothing of it."""


class SignatureError(ValueError):
    """A signature that does not hold: `reason` is `malformed`, `other_key`, `content` or `comment`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class PublicKey:
    """Whom to believe: the key's id (8 bytes) and the Ed25519 public key (32 bytes)."""

    id: bytes
    key: bytes

    @property
    def name(self) -> str:
        """The id as minisign shows it: 16 hexadecimal digits."""
        return self.id[::-1].hex().upper()

    @property
    def text(self) -> str:
        """The key on one line, as `minisign -P` takes it."""
        return base64.b64encode(KEY + self.id + self.key).decode()

    @property
    def file(self) -> bytes:
        """The key as a file, as `minisign -p` takes it."""
        return f"{COMMENT}minisign public key {self.name}\n{self.text}\n".encode()


@dataclass(frozen=True, repr=False)
class SecretKey:
    """What signs. It has no representation, so that it cannot slip into a log."""

    id: bytes
    seed: bytes

    @property
    def public(self) -> PublicKey:
        """The key that verifies what this one signs."""
        return PublicKey(self.id, self._private.public_key().public_bytes_raw())

    @property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    def sign(self, content: bytes, comment: str) -> bytes:
        """The `.minisig` file for `content`; `comment` is signed too. The same input gives the same bytes."""
        signature = self._private.sign(hashlib.blake2b(content).digest())
        over_all = self._private.sign(signature + comment.encode())
        lines = (
            f"{COMMENT}signature by minisign key {self.public.name}",
            base64.b64encode(HASHED + self.id + signature).decode(),
            f"{TRUSTED}{comment}",
            base64.b64encode(over_all).decode(),
        )
        return "".join(f"{line}\n" for line in lines).encode()


def new_key() -> SecretKey:
    """A key that nobody had before."""
    return SecretKey(os.urandom(8), os.urandom(32))


def verify(content: bytes, signature: bytes, key: PublicKey) -> str:
    """The comment that was signed with `content`; SignatureError where the signature is not one by `key` over both."""
    try:
        lines = signature.decode().split("\n")
        if len(lines) != 5 or lines[4] or not lines[0].startswith(COMMENT) or not lines[2].startswith(TRUSTED):
            raise SignatureError("malformed")
        first, over_all = (_decode(lines[number]) for number in (1, 3))
    except (UnicodeDecodeError, KeyFormatError) as error:
        raise SignatureError("malformed") from error
    if len(first) != 74 or len(over_all) != 64 or first[:2] != HASHED:
        raise SignatureError("malformed")
    if first[2:10] != key.id:
        raise SignatureError("other_key")
    comment = lines[2].removeprefix(TRUSTED)
    public = Ed25519PublicKey.from_public_bytes(key.key)
    for reason, signed, by in (
        ("content", hashlib.blake2b(content).digest(), first[10:]),
        ("comment", first[10:] + comment.encode(), over_all),
    ):
        try:
            public.verify(by, signed)
        except InvalidSignature as error:
            raise SignatureError(reason) from error
    return comment


def read_public_key(text: str) -> PublicKey:
    """A public key, from its file or from its one line; KeyFormatError for anything else."""
    raw = _decode(_key_line(text))
    if len(raw) != 42 or raw[:2] != KEY:
        raise KeyFormatError("is no public key of minisign's")
    return PublicKey(raw[2:10], raw[10:])


def needs_password(text: str) -> bool:
    """Whether a secret key's file is encrypted; KeyFormatError where it is no secret key."""
    return _secret_parts(text)[2:4] == SCRYPT


def read_secret_key(text: str, password: str = "") -> SecretKey:
    """The secret key of a file; `password` unlocks an encrypted one, which takes the memory and time that it names.

    Raises KeyFormatError for another file, a wrong password, and where the memory is not to be had.
    """
    raw = _secret_parts(text)
    secret = raw[54:]
    if needs_password(text):
        secret = _masked(secret, password, raw[6:38], *(int.from_bytes(raw[n : n + 8], "little") for n in (38, 46)))
        if hashlib.blake2b(KEY + secret[:72], digest_size=32).digest() != secret[72:]:
            raise KeyFormatError("cannot be unlocked with this password")
    key = SecretKey(secret[:8], secret[8:40])
    if key.public.key != secret[40:72]:
        raise KeyFormatError("is damaged: its two halves do not belong together")
    return key


def write_secret_key(key: SecretKey, password: str = "", operations: int = OPERATIONS, memory: int = MEMORY) -> str:
    """A secret key as a file, encrypted where there is a password; `operations` and `memory` are libsodium's limits."""
    secret = key.id + key.seed + key.public.key
    secret += hashlib.blake2b(KEY + secret, digest_size=32).digest() if password else bytes(32)
    salt, limits = os.urandom(32) if password else bytes(32), (operations, memory) if password else (0, 0)
    if password:
        secret = _masked(secret, password, salt, *limits)
    numbers = b"".join(limit.to_bytes(8, "little") for limit in limits)
    raw = KEY + (SCRYPT if password else PLAIN) + BLAKE2B + salt + numbers + secret
    return f"{COMMENT}minisign {'encrypted ' if password else ''}secret key\n{base64.b64encode(raw).decode()}\n"


def _secret_parts(text: str) -> bytes:
    raw = _decode(_key_line(text))
    if len(raw) != 54 + SECRET or raw[:2] != KEY or raw[2:4] not in (PLAIN, SCRYPT) or raw[4:6] != BLAKE2B:
        raise KeyFormatError("is no secret key of minisign's")
    return raw


def _masked(secret: bytes, password: str, salt: bytes, operations: int, memory: int) -> bytes:
    """`secret` under the mask that scrypt (RFC 7914) makes of the password; twice masked it is as before."""
    n, p = _scrypt_costs(operations, memory)
    try:
        mask = Scrypt(salt=salt, length=len(secret), n=n, r=8, p=p).derive(password.encode())
    except MemoryError as error:
        raise KeyFormatError(f"takes {n >> 20} GiB of memory to unlock, which are not to be had") from error
    return bytes(a ^ b for a, b in zip(secret, mask, strict=True))


def _scrypt_costs(operations: int, memory: int) -> tuple[int, int]:
    """The costs N and p (r is 8) that libsodium derives from its limits (crypto_pwhash_scryptsalsa208sha256)."""
    if memory > MEMORY or operations > OPERATIONS * 8:
        raise KeyFormatError("asks for more memory or time to unlock than any key that minisign makes")
    operations = max(operations, 32768)
    most = operations // 32 if operations < memory // 32 else memory // 1024
    n = 2
    while n <= most // 2:
        n *= 2
    return n, 1 if operations < memory // 32 else max(1, min(operations // 4 // n, 0x3FFFFFFF) // 8)


def _key_line(text: str) -> str:
    lines = text.strip().splitlines()
    if len(lines) == 2 and lines[0].startswith(COMMENT):
        return lines[1]
    if len(lines) == 1:
        return lines[0]
    raise KeyFormatError("is no key of minisign's")


def _decode(line: str) -> bytes:
    try:
        return base64.b64decode(line.strip(), validate=True)
    except (binascii.Error, ValueError) as error:
        raise KeyFormatError("is no key of minisign's") from error
