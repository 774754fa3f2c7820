"""`SHA256SUMS`: the hash of every other file of a release, as `sha256sum -c` (GNU coreutils) reads it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from orchestration.digests import file_sha256

SUMS = "SHA256SUMS"
SIGNATURE = f"{SUMS}.minisig"
# The text form of coreutils: 64 hexadecimal digits, two spaces, the name. A name that is more than a plain name could
# lead out of the folder; one with a backslash or a line break would have to be escaped.
NAME = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}"
LINE = re.compile(rf"([0-9a-f]{{64}})  ({NAME})")


class SumsError(ValueError):
    """Sums that are not as a release has them; `line` is the number of the line, from 1, 0 for the whole."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


def write_sums(folder: Path, known: Mapping[str, str]) -> dict[str, str]:
    """Write the sums of all files in `folder`, by name, and return them; afterwards only the signature may be added.

    `known` are the sums of files that were hashed already: large ones need not be read twice.
    """
    names = sorted(path.name for path in folder.iterdir() if path.name not in (SUMS, SIGNATURE))
    lines = [f"{known.get(name) or file_sha256(folder / name)}  {name}\n" for name in names]
    content = "".join(lines).encode()
    sums = read_sums(content)
    (folder / SUMS).write_bytes(content)
    return sums


def read_sums(content: bytes) -> dict[str, str]:
    """The SHA-256 of each file by its name.

    Raises SumsError for a line that is not as `write_sums` writes it, a name that is no plain name, that occurs twice
    or that the sums cannot cover, and for sums of nothing.
    """
    sums: dict[str, str] = {}
    lines = content.split(b"\n")
    if lines.pop() or not lines:
        raise SumsError(0, "cut")
    for number, line in enumerate(lines, start=1):
        match = LINE.fullmatch(line.decode("latin-1"))
        if match is None:
            raise SumsError(number, "line")
        if match[2] in sums or match[2] in (SUMS, SIGNATURE):
            raise SumsError(number, "name")
        sums[match[2]] = match[1]
    return sums
