"""Which published file an address names, if any: nothing outside the folder, nothing hidden, no folder's list."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

INDEX = "index.html"
# Content types that Python's own table lacks, or has otherwise on some machines.
_TYPES = {
    ".cff": "text/plain; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".jsonld": "application/ld+json",
    ".md": "text/markdown; charset=utf-8",
    ".minisig": "text/plain; charset=utf-8",
    ".parquet": "application/vnd.apache.parquet",
    ".png": "image/png",
    ".pub": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xml": "application/xml",
}
_WITHOUT_SUFFIX = "text/plain; charset=utf-8"
_UNKNOWN = "application/octet-stream"


def file_at(published: Path, address: str) -> Path | None:
    """The file that the path of an address names, or its folder's index.html; None where there is none to show.

    `published` must be resolved. Links that lead out of it are not followed; names that begin with a dot
    (what a run stages) are not shown.
    """
    try:
        parts = unquote(urlsplit(address).path, errors="strict").split("/")
    except (UnicodeDecodeError, ValueError):
        return None
    if any("\0" in part or "\\" in part or part.startswith(".") for part in parts):
        return None
    path = published.joinpath(*[part for part in parts if part])
    if parts[-1] == "":
        path /= INDEX
    real = Path(os.path.realpath(path))
    # Path.is_file would raise for a name that is too long.
    return path if real.is_relative_to(published) and os.path.isfile(real) else None  # noqa: PTH113


def is_folder(published: Path, address: str) -> bool:
    """Whether the path of an address, without a slash at its end, names a folder that has a page of its own."""
    path, _, _ = address.partition("?")
    return not path.endswith("/") and file_at(published, f"{path}/") is not None


def content_type(path: Path) -> str:
    """The media type of a file by its name."""
    return _TYPES.get(path.suffix.lower(), _UNKNOWN) if path.suffix else _WITHOUT_SUFFIX
