"""What differs between two releases of a dataset: the comparison that a release is made with, for any two versions."""

from __future__ import annotations

import csv
import itertools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.release.changes import Changes, write_changes, write_no_changes
from orchestration.release.descriptor import edition
from orchestration.release.latest import latest_version
from orchestration.release.notes import Change
from orchestration.release.versions import Edition, Reason, reasons_to_release
from orchestration.release.writing import ReleaseError, released

LATEST = "latest"


@dataclass(frozen=True)
class Difference:
    """What makes version `after` of a dataset another than `before`, with the titles of the columns of both."""

    dataset: str
    before: str
    after: str
    reasons: tuple[Reason, ...]
    changes: Changes
    titles: dict[str, tuple[str, str]]

    @property
    def same(self) -> bool:
        """Whether both say the same of the same data."""
        return not self.reasons

    def to_json(self) -> str:
        """As JSON: what `change` in the `datapackage.json` of a release says, for these two versions."""
        said = Change(self.before, self.reasons, self.changes, ()).to_dict()
        del said["previous"], said["accepted"]
        of = {"dataset": self.dataset, "before": self.before, "after": self.after, "same": self.same}
        return json.dumps({**of, **said}, ensure_ascii=False, indent=2)


def compare(
    before: Edition, after: Edition, previous: Path, present: Path, target: Path
) -> tuple[Changes, tuple[Reason, ...]]:
    """How two published Parquet files differ, written to `target` as `changes.csv`, and what asks for a new version."""
    changes = write_no_changes(target) if before.data == after.data else write_changes(previous, present, target)
    return changes, reasons_to_release(before, after, changes.rows)


def diff(published: Path, dataset: str, before: str, after: str, target: Path) -> Difference:
    """Compare two released versions, each `1.2.0` or `latest`; every change is written to `target`.

    Raises ReleaseError where there is no such dataset or version.
    """
    folders = [_folder(published, dataset, version) for version in (before, after)]
    said = [json.loads((folder / "datapackage.json").read_bytes()) for folder in folders]
    previous, present = (folder / f"{dataset}.parquet" for folder in folders)
    changes, reasons = compare(edition(said[0]), edition(said[1]), previous, present, target)
    return Difference(dataset, folders[0].name, folders[1].name, reasons, changes, titles(*said))


def titles(*descriptors: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """The titles of all columns of some releases, in Chinese and English; those of the later release count."""
    return {
        field["name"]: (field["title"], field["title_en"])
        for descriptor in descriptors
        for field in descriptor["resources"][0]["schema"]["fields"]
    }


def first_lines(changes: Path, count: int) -> list[list[str]]:
    """The first lines of a `changes.csv`, without its header."""
    with changes.open(encoding="utf-8", newline="") as file:
        return list(itertools.islice(csv.reader(file), 1, count + 1))


def _folder(published: Path, dataset: str, version: str) -> Path:
    wanted = latest_version(published, dataset) if version == LATEST else version
    folders = {folder.name: folder for folder in released(published, dataset)}
    if not folders:
        raise ReleaseError(f"{dataset}: nothing of that name is released in {published}")
    if wanted not in folders:
        raise ReleaseError(f"{dataset}: there is no version {version}; released are {', '.join(folders)}")
    return folders[wanted]
