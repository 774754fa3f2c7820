"""The documents that lie in a package beside `datapackage.json`, one per standard, all made from it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from orchestration.metadata.citation import citation
from orchestration.metadata.croissant import croissant
from orchestration.metadata.csvw import csvw
from orchestration.metadata.described import Described
from orchestration.metadata.ro_crate import ro_crate
from orchestration.metadata.schema_org import schema_org

# In the order in which they are written: one that lists the files of the package comes after those that it lists.
DOCUMENTS: Mapping[str, Callable[[Described], dict[str, Any]]] = {
    "{name}.csv-metadata.json": csvw,
    "schema.org.jsonld": schema_org,
    "croissant.json": croissant,
    "CITATION.cff": citation,
    "ro-crate-metadata.json": ro_crate,
}


def write_documents(folder: Path) -> None:
    """Write every document of a package whose tables and `datapackage.json` are complete; same input, same bytes."""
    package = json.loads((folder / "datapackage.json").read_bytes())
    for name, make in DOCUMENTS.items():
        sizes = {path.name: path.stat().st_size for path in sorted(folder.iterdir())}
        content = make(Described(package, sizes))
        (folder / name.format(name=package["name"])).write_bytes(_text(name, content).encode())


def _text(name: str, content: dict[str, Any]) -> str:
    if name.endswith(".cff"):
        return str(yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120))
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"
