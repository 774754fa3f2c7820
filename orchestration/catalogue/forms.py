"""The forms to fill in, published beside the catalogue: `forms/<dataset>.xlsx`, the same bytes each time."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from pathlib import Path

from orchestration import display_width
from orchestration.catalogue.published import File
from orchestration.contracts import Contract
from orchestration.digests import file_sha256
from orchestration.feedback import template as maker
from orchestration.feedback.template import template
from orchestration.intake.whole_files import write_if_changed
from orchestration.running.beside import Task
from orchestration.settings import Settings

FOLDER = "forms"


def making(settings: Settings, contract: Contract) -> Task[bytes]:
    """Making the form of one dataset, which can be begun while dbt builds."""
    return Task(f"form {contract.name}", kept_form, (settings, contract))


def kept_form(settings: Settings, contract: Contract) -> bytes:
    """The form of one dataset, as it is kept in the workspace as long as it would be made the same."""
    folder = settings.workspace / FOLDER
    kept = folder / f"{contract.name}.{_made_of(settings, contract)}.xlsx"
    if not kept.exists():
        for earlier in folder.glob(f"{contract.name}.*"):
            earlier.unlink()
        folder.mkdir(parents=True, exist_ok=True)
        write_if_changed(kept, template(contract, settings))
    return kept.read_bytes()


def _made_of(settings: Settings, contract: Contract) -> str:
    """A digest of the contract, the kinds of value, the code lists, and the code that makes the form."""
    files = [
        settings.schemas / "shared" / "kinds.yaml",
        *(settings.dbt_project / "seeds").glob("*.csv"),
        *Path(maker.__file__).parent.glob("*.*"),
        Path(display_width.__file__),
    ]
    lines = [repr(contract), version("xlsxwriter"), *(file_sha256(path) for path in sorted(files))]
    return hashlib.sha256(json.dumps(lines).encode()).hexdigest()


def form_file(path: str, content: bytes) -> File:
    """What a page says of a form."""
    return File(path, len(content), hashlib.sha256(content).hexdigest())
