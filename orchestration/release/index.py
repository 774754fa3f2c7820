"""`published/index.json`: every dataset with its latest version, for whoever wants to know what there is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from orchestration.release.formats import MEDIA_TYPES
from orchestration.release.signing import published_keys
from orchestration.release.writing import POINTER, STAGING, swap_json


def write_index(published: Path) -> int:
    """Write `index.json` from the `latest.json` of each dataset, by name; the number of datasets.

    Paths in it are relative to `index.json`. Where releases are signed it names the public keys too.
    """
    pointers = [json.loads(path.read_bytes()) for path in sorted(published.glob(f"*/{POINTER}"))]
    datasets = [_entry(pointer) for pointer in pointers]
    published.mkdir(parents=True, exist_ok=True)
    keys = published_keys(published)
    content = {"datasets": datasets} | ({"signing_keys": keys} if keys else {})
    swap_json(content, published / "index.json", published / STAGING)
    return len(datasets)


def _entry(pointer: dict[str, Any]) -> dict[str, Any]:
    folder = f"{pointer['name']}/{pointer['path']}"
    facts = {name: value for name, value in pointer.items() if name not in ("path", "files")}
    formats = [
        {"format": format_, "path": f"{folder}/{file['name']}", "bytes": file["bytes"], "sha256": file["sha256"]}
        for format_ in MEDIA_TYPES
        for file in pointer["files"]
        if file["name"] == f"{pointer['name']}.{format_}"
    ]
    return {**facts, "path": folder, "formats": formats}
