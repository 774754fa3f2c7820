"""The inbox at a URL: what lies there, under which paths it is brought down, and with which times."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import PurePosixPath
from urllib.parse import quote

from orchestration.storage.errors import ExistsError, said
from orchestration.storage.mirror import Known, Mirror, Wanted
from orchestration.storage.remote import Entry, Remote

# In bytes, as file systems have it.
_LONGEST = 255


def bring_down_inbox(remote: Remote, mirror: Mirror) -> None:
    """Make the mirror equal to the inbox; a file that has not changed is not read, and keeps its time.

    Raises StorageError where nothing lies there: the address is rather wrong than all submissions gone.
    """
    found = remote.listing()
    if not found:
        raise said(remote.url, "收件箱中没有任何文件，请检查地址", "there is nothing in this inbox: check the address")
    mirror.bring_down(remote, _wanted(found))


def bring_up_inbox(remote: Remote, mirror: Mirror) -> None:
    """Bring up what a pull has put into the mirror: each file under a key that must be new."""
    known = mirror.known()
    changed = mirror.changed(known)

    def put(name: str) -> Known:
        one = changed[name]
        try:
            return Known(remote.create(name, mirror.files / name), one.size, one.mtime, one.sha256)
        except ExistsError:
            raise said(
                f"{remote.url}/{name}",
                "收件箱中已有同名的其他文件，未覆盖；请重新拉取",
                "there is another file of that name in the inbox, which was not overwritten: pull again",
            ) from None

    if changed:
        mirror.remember(known | dict(zip(changed, remote.each(put, list(changed)), strict=True)))


def listed(remote: Remote) -> list[tuple[str, str, str]]:
    """Of each file: its path, a tag that changes with its content, and size and time as of the file brought down."""
    return [(name, one.tag, f"{one.size}\t{one.mtime}") for name, one in _wanted(remote.listing()).items()]


def _wanted(found: dict[str, Entry]) -> dict[str, Wanted]:
    folders = {str(parent) for key in found for parent in PurePosixPath(key).parents}
    return dict(
        (key, Wanted(key, one.tag, one.size, one.mtime))
        if _can_be_a_file(key) and key not in folders
        else (_stand_in(key), Wanted(None, "", 0, one.mtime))
        for key, one in sorted(found.items())
    )


def _can_be_a_file(key: str) -> bool:
    parts: Iterable[str] = key.split("/")
    return all(0 < len(part.encode()) <= _LONGEST and part not in (".", "..") and "\0" not in part for part in parts)


def _stand_in(key: str) -> str:
    """The empty file for a key that can be no file: at the top of the inbox, where it is refused by its name."""
    return f"{quote(key, safe='')[:200]}-{hashlib.sha256(key.encode()).hexdigest()[:8]}"
