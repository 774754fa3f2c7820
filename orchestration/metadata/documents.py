"""The documents that lie in a package beside `datapackage.json`, one per standard, all made from it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from orchestration.metadata.csvw import csvw
from orchestration.metadata.described import Described

# In the order in which they are written: one that lists the files of the package comes after those that it lists.
DOCUMENTS: Mapping[str, Callable[[Described], dict[str, Any]]] = {
    "{name}.csv-metadata.json": csvw,
}


def write_documents(folder: Path) -> None:
    """Write every document of a package whose tables and `datapackage.json` are complete; same input, same bytes."""
    package = json.loads((folder / "datapackage.json").read_bytes())
    for name, make in DOCUMENTS.items():
        sizes = {path.name: path.stat().st_size for path in sorted(folder.iterdir())}
        content = make(Described(package, sizes))
        text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
        (folder / name.format(name=package["name"])).write_bytes(text.encode())
