"""Made-up places: a small published folder in three states, and what a reader finds wrong in a bucket."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from tests.storage.bucket import Bucket


def version(dataset: str, number: str, rows: str) -> dict[str, bytes]:
    """The files of one version and the pointer to it."""
    files = {f"{dataset}.csv": rows.encode(), "SHA256SUMS": f"sums {number}".encode(), "datapackage.json": b"{}"}
    told = [{"name": name, "sha256": hashlib.sha256(content).hexdigest()} for name, content in files.items()]
    pointer = json.dumps({"name": dataset, "version": number, "path": number, "files": told}).encode()
    return {f"{dataset}/{number}/{name}": content for name, content in files.items()} | {
        f"{dataset}/latest.json": pointer
    }


def site(text: str) -> dict[str, bytes]:
    return {
        "index.json": f'{{"datasets": "{text}"}}'.encode(),
        "catalog.jsonld": text.encode(),
        f"assets/site-{text}.css": text.encode(),
        "index.html": text.encode(),
        "zh/index.html": text.encode(),
    }


FIRST = version("mines", "1.0.0", "a") | site("first") | {"fuzhi.pub": b"key"}
SECOND = FIRST | version("mines", "1.1.0", "b") | version("wells", "1.0.0", "w") | site("second")
del SECOND["assets/site-first.css"]
# With the oldest version no longer kept.
THIRD = {key: content for key, content in SECOND.items() if not key.startswith("mines/1.0.0/")} | {
    "mines/removed.json": b'[{"version": "1.0.0"}]',
    **version("mines", "2.0.0", "c"),
    **site("third"),
}
del THIRD["assets/site-second.css"]


def lay_out(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make a folder hold just these files; one that says the same already is not touched."""
    for path in folder.rglob("*"):
        if path.is_file() and path.relative_to(folder).as_posix() not in files:
            path.unlink()
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)


def contents(folder: Path) -> dict[str, bytes]:
    """The files of a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def wrong_for_a_reader(bucket: Bucket, below: str) -> list[str]:
    """What a reader who follows the pointers finds wrong."""
    wrong = []
    for dataset in ("mines", "wells"):
        status, _, content = bucket.ask("GET", f"/{below}{dataset}/latest.json")
        if status == 404:
            continue
        latest = json.loads(content)
        for file in latest["files"]:
            status, _, content = bucket.ask("GET", f"/{below}{dataset}/{latest['path']}/{file['name']}")
            if status != 200 or hashlib.sha256(content).hexdigest() != file["sha256"]:
                wrong.append(f"{dataset} {latest['version']}: {file['name']} {status}")
    return wrong
