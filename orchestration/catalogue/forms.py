"""The forms to fill in, published beside the catalogue: `forms/<dataset>.xlsx`, the same bytes each time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from orchestration.catalogue.published import File
from orchestration.contracts import Contract
from orchestration.feedback.template import template
from orchestration.settings import Settings

FOLDER = "forms"


def forms(settings: Settings, contracts: Iterable[Contract]) -> dict[str, bytes]:
    """The form of each dataset, by its path from the top of what is published."""
    return {f"{FOLDER}/{one.name}.xlsx": template(one, settings) for one in contracts}


def form_file(path: str, content: bytes) -> File:
    """What a page says of a form."""
    return File(path, len(content), hashlib.sha256(content).hexdigest())
