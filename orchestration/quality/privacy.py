"""The privacy gate: no file of a release holds personal data, a private column, or a private value of the same row.

It reads the very bytes that are to be published, after everything is written and before anything is in its place. The
row check of the models finds most of it earlier and holds single rows back; this is a second witness, so that a mistake
in the first does not publish. What is read how:

- Parquet: every text column and the file's own metadata; private values of the same rows are looked for in the text
  columns of the published table (`privacy_values.py`).
- every other file, as text: tables (csv, json, xml) line by line with the same search, workbooks part by part, other
  JSON text by text as a reader would unescape it, anything else line by line. Numbers and dates are passed over where
  the contract types the column so, and so are the ids of rows. A value that a copy breaks over two lines or escapes is
  found in the Parquet that the copy was made from.
- names of files, and of the parts of workbooks.
- names of columns: no table may have one that the contract keeps private.

A file that cannot be read as either is a hit by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from orchestration.contracts import Contract
from orchestration.quality.privacy_files import file_hits
from orchestration.quality.privacy_hit import ENOUGH, Hit, PrivacyError
from orchestration.quality.privacy_patterns import find
from orchestration.quality.privacy_tables import table_hits
from orchestration.quality.privacy_values import private_value_hits

__all__ = ["ENOUGH", "Hit", "PrivacyError", "scan"]

# The search through a long text keeps one core busy.
AT_ONCE = 2


def scan(folder: Path, contract: Contract, staged: Path | None) -> list[Hit]:
    """Everything in the files of a release that may not be published, in order; at most ENOUGH per file.

    `folder` is the release as it will be published. `staged` is the Parquet file of the staging model: all rows with
    their private columns, by `id`; without it private values are not looked for.
    """
    paths = sorted(path for path in folder.rglob("*") if not path.is_dir())
    hits = [hit for number, path in enumerate(paths, start=1) for hit in _name_hits(path.relative_to(folder), number)]
    table = folder / f"{contract.name}.parquet"
    searches = [partial(_content_hits, path, contract) for path in paths]
    if staged is not None and table.exists():
        searches.insert(0, partial(private_value_hits, table, contract, staged))
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for found in threads.map(lambda search: search(), searches):
            hits += found
    return sorted(set(hits), key=lambda hit: (not hit.file.endswith(".parquet"), hit))


def _content_hits(path: Path, contract: Contract) -> list[Hit]:
    return list(table_hits(path, contract) if path.suffix == ".parquet" else file_hits(path, contract))


def _name_hits(path: Path, number: int) -> Iterator[Hit]:
    for kind in find(path.as_posix()):
        # Its name would tell the value.
        yield Hit(f"file {number} (*{path.suffix})", kind, "name")
