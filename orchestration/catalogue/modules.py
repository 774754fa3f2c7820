"""Which scripts the site has: our own modules, the packages that they import, and the licences of these.

All lie in one folder named for what is in it, so that the relative imports hold as they are written and a page
never meets modules of two builds. `vendor/<package>/…` stands for the same file of `node_modules/<package>/`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from posixpath import normpath

from orchestration.catalogue.assets import DIGITS, FOLDER
from orchestration.errors import UserError
from orchestration.release.wording import LANGUAGES
from orchestration.yaml_files import read_mapping

OWN = Path(__file__).parent / "web"
VENDOR = "vendor"
LICENCE = "LICENSE"
# Imports stand at the beginning of a line; those in comments do not.
_IMPORT = re.compile(r"""^(?:import|export)\s*(?:[\w$*,{}\s]+from\s*)?['"](\.[^'"]+)['"]""", re.MULTILINE)
# Browsers take modules of no other content type than JavaScript's, and not every server knows .mjs.
_NAMED_ANEW = {"vendor/fzstd/index.js": "esm/index.mjs"}


@dataclass(frozen=True)
class Modules:
    """The files of one folder of the site, by their paths in it."""

    folder: str
    files: Mapping[str, bytes]

    @property
    def content(self) -> dict[str, bytes]:
        """All files by their paths from the top of what is published."""
        return {f"{self.folder}/{name}": content for name, content in self.files.items()}

    @property
    def paths(self) -> dict[str, str]:
        """Where our own modules lie, from the top, by their plain names: what a page may name."""
        return {name: f"{self.folder}/{name}" for name in self.files if "/" not in name and name.endswith(".js")}


def modules(project: Path) -> Modules:
    """Our modules, all that they import, and what they say in each language.

    Raises UserError where the packages are not installed or a file that is imported is missing.
    """
    files: dict[str, bytes] = {}
    waiting = sorted(path.name for path in OWN.glob("*.js"))
    while waiting:
        name = waiting.pop()
        if name in files:
            continue
        files[name] = _read(name, project)
        waiting += [_resolved(found, name) for found in _IMPORT.findall(files[name].decode())]
    packages = {PurePosixPath(name).parts[1] for name in files if name.startswith(f"{VENDOR}/")}
    licences = [f"{VENDOR}/{package}/{LICENCE}" for package in packages]
    files |= {name: _read(name, project) for name in licences}
    files |= {f"texts-{language}.json": _texts(language) for language in LANGUAGES}
    files = dict(sorted(files.items()))
    return Modules(f"{FOLDER}/script-{_digest(files)}", files)


def _read(name: str, project: Path) -> bytes:
    parts = PurePosixPath(name).parts
    if parts[0] != VENDOR:
        path = OWN / name
    else:
        path = project / "node_modules" / parts[1] / _NAMED_ANEW.get(name, "/".join(parts[2:]))
    if not path.is_file():
        raise UserError(f"{name}, a script of the pages, is missing: install the packages of package.json with npm ci")
    return path.read_bytes()


def _texts(language: str) -> bytes:
    texts = read_mapping(OWN / "texts.yaml", "texts of the scripts")
    said = {name: text[language] for name, text in texts.items()}
    return (json.dumps(said, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def _resolved(imported: str, by: str) -> str:
    return normpath(f"{PurePosixPath(by).parent}/{imported}")


def _digest(files: Mapping[str, bytes]) -> str:
    digest = sha256()
    for name, content in files.items():
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:DIGITS]
