"""Whether a place is given as a URL, and where its mirror lies on this machine. Opens nothing."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from urllib.parse import urlsplit

from orchestration.errors import UserError

_URL = re.compile(r"([a-z][a-z0-9+.-]*)://(.*)", re.IGNORECASE | re.DOTALL)
# Written as URLs, they are plain folders all the same.
_LOCAL = ("file", "local")


def url_of(text: str) -> str:
    """The URL that a place is given as, without a slash at its end; empty for a folder of this machine.

    Raises UserError, without quoting it, for a URL with a password in it.
    """
    found = _URL.fullmatch(text)
    if found is None or found[1].lower() in _LOCAL:
        return ""
    if urlsplit(text).password is not None:
        raise UserError(
            "地址中不得含有密码，请改用环境变量（见 docs/operate.md）。 "
            "There is a password in the address: set it in the environment instead (docs/operate.md)"
        )
    return f"{found[1].lower()}://{found[2].rstrip('/')}"


def folder_of(text: str) -> Path:
    """The absolute path of a place that is a folder of this machine, given as a path or as `file://`."""
    found = _URL.fullmatch(text)
    return Path(found[2] if found else text).expanduser().resolve()


def mirror_of(url: str, kind: str, mirrors: Path) -> Path:
    """The folder below `mirrors` that mirrors what lies at a URL; `kind` is inbox, workspace or published.

    Beside it lie the notes on it (`holding.py`).
    """
    return mirrors / f"{kind}-{hashlib.sha256(url.encode()).hexdigest()[:12]}" / "files"
