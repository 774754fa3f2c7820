"""The gate's last word on each dataset, kept with the hash of the very table it was said of.

A release asks for it here: a table that was never judged, was judged red or has changed since is not published,
however the release was started.
"""

from __future__ import annotations

import json
from pathlib import Path

from orchestration.digests import file_sha256
from orchestration.quality.check import GateError
from orchestration.quality.verdict import Verdict


def keep_verdict(folder: Path, verdict: Verdict, mart: Path) -> None:
    """Keep a verdict for the release and the report."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{verdict.dataset}.json").write_text(verdict.to_json(), "utf-8")
    (folder / f"{verdict.dataset}.sha256").write_text(file_sha256(mart), "utf-8")


def green_verdict(folder: Path, dataset: str, mart: Path) -> bytes:
    """The content of `validation.json` for a table that may be released; GateError for one that may not."""
    said, of = folder / f"{dataset}.json", folder / f"{dataset}.sha256"
    if not said.exists() or not of.exists() or of.read_text("utf-8") != file_sha256(mart):
        raise GateError(f"{dataset}: the gate has not judged this table; run the checks of {dataset} first")
    content = said.read_bytes()
    if not json.loads(content)["success"]:
        raise GateError(f"{dataset}: the gate is red; see what it says in {said.name}")
    return content
