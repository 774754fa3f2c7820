"""Whether the site still says what it would say if it were built anew: a digest of all that it is made of."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from orchestration.catalogue.modules import Modules
from orchestration.digests import file_sha256
from orchestration.running.project_files import project_lines
from orchestration.settings import Settings

OWN = Path(__file__).parent


def built_from(settings: Settings, scripts: Modules | None) -> str:
    """A digest of what is published, the counts of the workspace, code, templates, texts, contracts and scripts."""
    lines = [settings.base_url, scripts.folder if scripts else "", *(line for _, line in project_lines(settings))]
    lines += [f"{path}\t{file_sha256(path)}" for path in sorted(_files(settings))]
    return hashlib.sha256(json.dumps(lines).encode()).hexdigest()


def is_current(settings: Settings, digest: str) -> bool:
    """Whether the site was last built from just that, and is there."""
    state = _state(settings)
    front = settings.published / "index.html"
    return front.exists() and state.exists() and state.read_text("utf-8") == digest


def mark_current(settings: Settings, digest: str) -> None:
    """Write down what the site was built from."""
    _state(settings).parent.mkdir(parents=True, exist_ok=True)
    _state(settings).write_text(digest, "utf-8")


def _files(settings: Settings) -> Iterator[Path]:
    # The index has the version of every dataset, and a version never changes.
    yield from settings.published.glob("index.json")
    yield from (path for path in OWN.rglob("*") if path.suffix in (".html", ".css", ".svg"))
    for counts in ("issues", "accounts"):
        yield from settings.marts.glob(f"*__{counts}.parquet")


def _state(settings: Settings) -> Path:
    return settings.workspace / "state" / "catalogue"
