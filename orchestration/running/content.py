"""What a run would be about: a digest of what the inbox says, and of all that decides what is made of it.

Unlike `changes.run_digest` it does not see when a file was written: to touch one, or to copy the same forms there anew,
changes nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

from orchestration.digests import file_sha256
from orchestration.running.project_files import project_lines
from orchestration.settings import Settings
from orchestration.storage.holding import listed_inbox


def content_digest(settings: Settings) -> str:
    """The digest. Files that intake has read, and that have not been written since, are not opened."""
    ledger = settings.workspace / "intake" / "ledger.json"
    known = json.loads(ledger.read_bytes()) if ledger.exists() else {}
    if settings.inbox_url:
        files = [f"{path}\t{tag}" for path, tag, _ in listed_inbox(settings)]
    else:
        files = list(_files(settings.inbox, known))
    lines = [settings.base_url, *(line for _, line in project_lines(settings)), *sorted(files)]
    return hashlib.sha256(json.dumps(lines).encode()).hexdigest()


def _files(inbox: Path, known: dict[str, list[object]]) -> Iterator[str]:
    for folder, _, names in os.walk(inbox):
        for name in names:
            path = Path(folder, name)
            place, stat = path.relative_to(inbox).as_posix(), path.lstat()
            size, mtime, file = known.get(place, (None, None, None))
            if (size, mtime) != (stat.st_size, stat.st_mtime_ns):
                # A link, a pipe: intake refuses it, unopened.
                file = file_sha256(path) if path.is_file() and not path.is_symlink() else "no file"
            yield f"{place}\t{file}"
