"""The workspace at a URL: its files under their hashes, and one manifest, swapped last, of what lies where.

So another machine finds the workspace as one run left it, never a mixture of two; what a killed run has brought up
stands in no manifest, and is removed with what no manifest names any more.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from orchestration.intake.whole_files import UNFINISHED
from orchestration.storage.errors import ChangedError, said
from orchestration.storage.mirror import Known, Mirror, Wanted
from orchestration.storage.remote import PARTS_ABOVE, Remote

MANIFEST = "manifest.json"
FILES = "files"
# What each machine makes for itself: Dagster's instance, dbt's parsed project and database, Spark's parts, links, and
# its figures: counters are of one machine, and a run without news must not bring them up.
_OWN = {"check", "dagster", "dbt", "latest", "lock", "spark", "spill"}
_OWN_BEGINNINGS = ("fuzhi.duckdb", ".")
_OWN_FILES = ("metrics.prom", "state/totals.json")


def of_this_machine(name: str) -> bool:
    """Whether a file of the workspace says nothing to another machine."""
    top = name.split("/")[0]
    return top in _OWN or top.startswith(_OWN_BEGINNINGS) or name in _OWN_FILES or name.endswith(UNFINISHED)


def _content(path: Path) -> bytes | Path:
    """The bytes of a file; of one that goes up in parts its path. Such are tables, written in one step."""
    return path if path.stat().st_size > PARTS_ABOVE else path.read_bytes()


def bring_down_workspace(remote: Remote, mirror: Mirror) -> str | None:
    """Make the mirror what the manifest says; the tag of the manifest, None where there is none yet."""
    try:
        tag = remote.head(MANIFEST).tag
        content = json.loads(remote.read(MANIFEST))
    except FileNotFoundError:
        tag, content = None, {"files": {}}
    wanted = {name: Wanted(f"{FILES}/{sha}", sha, size) for name, (sha, size) in content["files"].items()}
    mirror.bring_down(remote, wanted)
    return tag


def bring_up_workspace(remote: Remote, mirror: Mirror, tag: str | None, check: Callable[[], None]) -> str | None:
    """Bring up what has changed since it was brought down, the manifest last; the tag of the manifest then.

    `check` raises where the workspace may be another's by now. Raises StorageError where the manifest is not the one
    with that tag any more.
    """
    known = mirror.known()
    changed, there = mirror.changed(known), mirror.there()
    if not changed and known.keys() <= there.keys():
        return tag
    uploaded = {one.sha256 for one in known.values()}

    def put(name: str) -> Known:
        one, content = changed[name], _content(mirror.files / name)
        if isinstance(content, bytes):
            # A log may have grown since it was looked at: its key is the hash of just these bytes.
            one = Known("", len(content), one.mtime, hashlib.sha256(content).hexdigest())
        if one.sha256 not in uploaded:
            remote.create(f"{FILES}/{one.sha256}", content)
        return Known(one.sha256, one.size, one.mtime, one.sha256)

    check()
    new = dict(zip(changed, remote.each(put, list(changed)), strict=True))
    now = {name: one for name, one in known.items() if name in there} | new
    check()
    content = {"files": {name: [one.sha256, one.size] for name, one in sorted(now.items())}}
    try:
        tag = remote.replace(MANIFEST, (json.dumps(content, ensure_ascii=False, indent=0) + "\n").encode(), tag)
    except ChangedError:
        raise said(
            remote.url,
            "另一台机器已更新工作区，本次运行的工作区未写入，请重新运行",
            "another machine has changed the workspace; that of this run was not written: run again",
        ) from None
    mirror.remember(now)
    named = {f"{FILES}/{one.sha256}" for one in now.values()}
    remote.remove(sorted(remote.listing(FILES).keys() - named))
    return tag
