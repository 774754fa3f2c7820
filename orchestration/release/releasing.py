"""From a mart that has passed the gate to a release, or to the finding that nothing has changed."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from orchestration.contracts import Contract
from orchestration.digests import file_sha256
from orchestration.quality.privacy import PrivacyError, scan
from orchestration.release import writing
from orchestration.release.changes import CHANGES, write_no_changes
from orchestration.release.code_lists import CodeList, lists_of
from orchestration.release.columns import published_columns
from orchestration.release.descriptor import Written, describe, edition
from orchestration.release.diff import compare, titles
from orchestration.release.formats import formats_of, parts_of
from orchestration.release.minisign import SecretKey
from orchestration.release.notes import NOTES, Change, write_notes
from orchestration.release.package import Package
from orchestration.release.packaging import write_descriptions, write_tables
from orchestration.release.signing import sign_sums
from orchestration.release.source import Source, plan_source
from orchestration.release.tables import take_over
from orchestration.release.versions import FIRST_VERSION, Reason, next_version

# A workbook is written row by row, about 16,000 a second, where Parquet and CSV are written in bulk: a copy for people
# who look at a table, not one for tables that nobody can look through.
WORKBOOK_ROWS = 50_000
# A larger table is split into as many workbooks as this; beyond them there is none.
WORKBOOKS = 4
# XML is for portals that show and index it; a reader of more rows wants one of the other formats.
XML_ROWS = 50_000
# JSON has to be read whole before its first row can be used: at so many rows of scene items it has 100 MB.
JSON_ROWS = 200_000
NO_LISTS: Mapping[str, CodeList] = MappingProxyType({})
# Rows below the header that a sheet can hold.
SHEET_ROWS = 1_048_575


@dataclass(frozen=True)
class Release:
    """The latest release of a dataset after a run; `new` where this run made it, with the reasons for its version."""

    dataset: str
    version: str
    folder: Path
    rows: int
    new: bool
    reasons: tuple[Reason, ...] = ()


def release(
    contract: Contract,
    mart: Path,
    validation: bytes,
    published: Path,
    *,
    created: datetime.date,
    sample: bool = False,
    sources: Sequence[Source] = (),
    code_lists: Mapping[str, CodeList] = NO_LISTS,
    workbook_rows: int = WORKBOOK_ROWS,
    workbooks: int = WORKBOOKS,
    xml_rows: int = XML_ROWS,
    json_rows: int = JSON_ROWS,
    lineage: Mapping[str, Any] | None = None,
    key: SecretKey | None = None,
    staged: Path | None = None,
) -> Release:
    """Publish `mart` as the next version of the dataset, unless it says the same as the last one.

    `mart` is a Parquet file of `id`, the contract's public fields and `round`. `validation` is the gate's word on it,
    kept as `validation.json`; the release tells which guards it accepted. `created` dates the release; there is no
    clock here. `code_lists` are all that there are, by name: the package carries those that it uses. Above
    `workbook_rows` there are several xlsx, up to `workbooks`, and beyond that none; above `xml_rows` there is no xml,
    above `json_rows` no json.
    `lineage` says what made the release, `key` signs it; neither is a reason for one. The package is written to
    `published/<dataset>/<version>/`, whole or not at all, and `latest.json` beside it is swapped last; `write_index`
    brings `index.json` up to date. A killed run is made good by the next one.

    All that is written is searched for personal data and private values before it is published; `staged` is the Parquet
    file of the staging model, which holds the private values.

    Raises PrivacyError where anything is found, MartError for a mart that cannot be released, ReleaseError where
    `published` is not as a run leaves it, OSError where it cannot be written to. In each case the last release stands.
    """
    published.mkdir(parents=True, exist_ok=True)
    home = published / contract.name
    writing.settle(published, contract.name)
    last = writing.pointer(published, contract.name)
    columns = published_columns(contract)
    stage = writing.open_stage(published, contract.name)
    parquet = stage / f"{contract.name}.parquet"
    rows = take_over(mart, columns, parquet)
    most = min(workbook_rows, SHEET_ROWS)
    limits = {"json": json_rows, "xlsx": most * workbooks, "xml": xml_rows}
    parts = parts_of(rows, most)
    formats = formats_of(rows, limits)
    all_sources = (plan_source(), *sources)
    lists = lists_of(columns, code_lists)
    metadata = describe(contract, columns, all_sources, sample, formats, lists, parts)

    before: dict[str, Any] | None = None
    reasons: tuple[Reason, ...] = ()
    if last is None:
        changes = write_no_changes(stage / CHANGES)
    else:
        folder = home / last["version"]
        before = _descriptor(folder)
        now = edition(metadata, data=file_sha256(parquet))
        changes, reasons = compare(edition(before), now, folder / parquet.name, parquet, stage / CHANGES)
        if not reasons:
            writing.discard(stage.parent)
            return Release(contract.name, last["version"], folder, rows, new=False)
    version = FIRST_VERSION if last is None else next_version(last["version"], reasons)

    package = Package(contract, columns, version, created, rows, sample, all_sources, limits, lists, parts)
    accepted = tuple(json.loads(validation).get("accepted", ()))
    change = Change(None if last is None else last["version"], reasons, changes, accepted)
    write_tables(stage, package)
    write_notes(package, change, titles(before or metadata, metadata), stage / NOTES)
    (stage / "validation.json").write_bytes(validation)
    sums = write_descriptions(stage, package, metadata, change, lineage)
    if key is not None:
        sign_sums(stage, key, contract.name, version, created)

    hits = scan(stage, contract, staged)
    if hits:
        # What was found must not lie about here either.
        writing.discard(stage.parent)
        raise PrivacyError(contract.name, hits)

    latest = _latest(package, stage, sums)
    writing.publish_folder(stage, home / version)
    writing.swap_json(latest, home / writing.POINTER, stage.parent)
    writing.discard(stage.parent)
    return Release(contract.name, version, home / version, rows, new=True, reasons=reasons)


def _descriptor(last: Path) -> dict[str, Any]:
    """What the last release, in folder `last`, says of itself."""
    if not last.is_dir():
        raise writing.ReleaseError(
            f"{last.parent.name}: {writing.POINTER} names {last.name}, but there is no such release. "
            f"Put the folder back, or remove {writing.POINTER} to begin anew."
        )
    descriptor: dict[str, Any] = json.loads((last / "datapackage.json").read_bytes())
    return descriptor


def _latest(package: Package, folder: Path, sums: Mapping[str, str]) -> dict[str, Any]:
    """What `latest.json` says: enough for the index and for a reader that wants the newest files, checked."""
    files = [
        Written(path.name, path.stat().st_size, sums.get(path.name) or file_sha256(path))
        for path in sorted(folder.iterdir())
    ]
    return {
        "name": package.contract.name,
        "title": package.title("zh"),
        "title_en": package.title("en"),
        "version": package.version,
        "created": package.created.isoformat(),
        "rows": package.rows,
        "sample": package.sample,
        "path": package.version,
        "files": [vars(file) for file in files],
    }
