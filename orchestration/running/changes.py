"""What has changed since the last run: of the inbox as a whole, and of each dataset.

A dataset is built again when its submissions, its contract, its models, its expectations, the code or the address
of what is published have changed, or when its release is gone; a derived one when the versions that it is made of have.
The digest of all that is written down once the dataset is released.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import pyarrow.parquet as pq

from orchestration.contracts import Contract, derived, submitted
from orchestration.contracts.derived_files import ACCOUNTS, FAULTS
from orchestration.digests import file_sha256
from orchestration.release.latest import latest_version
from orchestration.running.day import code_lists_as_of
from orchestration.running.dbt import load_manifest, published_inputs
from orchestration.running.project_files import dataset_of, project_lines
from orchestration.settings import Settings
from orchestration.storage.holding import is_held, listed_inbox

# What only derived models are made of: generated macros, and who may be named.
FOR_DERIVED = {"published_tables", "named_submitters"}


def inbox_digest(settings: Settings) -> str:
    """A digest over the names, sizes and times of the files in the inbox; it opens none of them."""
    lines = []
    if settings.inbox_url and not is_held(settings):
        return _digest(sorted(f"{path}\t{written}" for path, _, written in listed_inbox(settings)))
    for folder, _, names in os.walk(settings.inbox):
        for name in names:
            path = Path(folder, name)
            stat = path.lstat()
            lines.append(f"{path.relative_to(settings.inbox)}\t{stat.st_size}\t{stat.st_mtime_ns}")
    return _digest(sorted(lines))


def changed_datasets(settings: Settings, contracts: dict[str, Contract]) -> dict[str, str]:
    """The datasets of forms to build again, each with its digest; call it after intake.

    A dataset for which nothing was ever submitted or released has nothing to build. One that refers to another is built
    again with it: what it may refer to has changed.
    """
    submissions = _submissions(settings)
    lists = code_lists_as_of(settings)
    own = submitted(contracts)
    lines = _lines(settings, own.keys(), contracts.keys() | FOR_DERIVED)
    digests = {
        name: _digest([settings.base_url, lists, *lines[name], *submissions.get(name, [])])
        for name in own
        if name in submissions or _released(settings, name)
    }
    return _to_build(settings, {name: _with_referred(name, digests, own) for name in digests})


def changed_derived(settings: Settings, contracts: dict[str, Contract]) -> dict[str, str]:
    """The derived datasets to build again, each with its digest; call it after the others are released.

    They change with the versions of the tables that they are made of, and with the counts of submissions.
    """
    manifest = load_manifest(settings)
    names = derived(contracts).keys()
    lines = _lines(settings, names, submitted(contracts).keys())
    digests = {}
    for name in names:
        read = published_inputs(manifest, name)
        versions = [f"{one}\t{latest_version(settings.published, one)}" for one in read if one in contracts]
        counts = [file_sha256(settings.latest / f"{one}.parquet") for one in read if one in (ACCOUNTS, FAULTS)]
        digests[name] = _digest([settings.base_url, *lines[name], *versions, *counts])
    return _to_build(settings, digests)


def _with_referred(name: str, digests: Mapping[str, str], contracts: Mapping[str, Contract]) -> str:
    """The digest of a dataset and of those that it refers to."""
    others = [one.dataset for one in contracts[name].references if one.dataset in digests]
    return _digest([digests[name], *(_with_referred(other, digests, contracts) for other in others)])


def _to_build(settings: Settings, digests: dict[str, str]) -> dict[str, str]:
    return {
        name: digest
        for name, digest in digests.items()
        if not _released(settings, name) or built_digest(settings, name) != digest
    }


def _released(settings: Settings, dataset: str) -> bool:
    return (settings.published / dataset / "latest.json").exists()


def _lines(settings: Settings, names: Collection[str], others: Collection[str]) -> dict[str, list[str]]:
    """By dataset a line for each project file but those that are of one of the `others`."""
    # Every file is read once, for however many datasets.
    contents = [(dataset_of(path.name), line) for path, line in project_lines(settings)]
    return {name: [line for dataset, line in contents if dataset == name or dataset not in others] for name in names}


def built_digest(settings: Settings, dataset: str) -> str | None:
    """The digest with which a dataset was last released; None where it never was."""
    path = _state(settings) / f"{dataset}.built"
    return path.read_text("utf-8") if path.exists() else None


def mark_building(settings: Settings, digests: dict[str, str]) -> None:
    """Write down what is about to be built, so that the release confirms just that."""
    folder = _state(settings)
    folder.mkdir(parents=True, exist_ok=True)
    settings.marts.mkdir(parents=True, exist_ok=True)
    for dataset, digest in digests.items():
        (folder / f"{dataset}.building").write_text(digest, "utf-8")
        # What an earlier run has left must not be taken for what this run was to write.
        for table in (dataset, f"{dataset}__accounts"):
            (settings.marts / f"{table}.parquet").unlink(missing_ok=True)


def mark_built(settings: Settings, dataset: str) -> None:
    """Confirm that what was being built is released, or that its last release still says the same."""
    building = _state(settings) / f"{dataset}.building"
    if building.exists():
        building.replace(_state(settings) / f"{dataset}.built")


def unbuilt_datasets(settings: Settings, contracts: dict[str, Contract]) -> set[str]:
    """The datasets whose mart this run was to write and did not: one of their models failed."""
    return {
        name
        for name in contracts
        if (_state(settings) / f"{name}.building").exists() and not (settings.marts / f"{name}.parquet").exists()
    }


def run_digest(settings: Settings) -> str:
    """A digest over the inbox and all the code and configuration: equal digests need no run at all."""
    return _digest([settings.base_url, inbox_digest(settings), *(line for _, line in project_lines(settings))])


def run_state(settings: Settings) -> Path:
    """Where the digest of the last green run is written down."""
    return _state(settings) / "run"


def void_run(settings: Settings) -> None:
    """Have the next run look at everything again."""
    run_state(settings).unlink(missing_ok=True)


def _state(settings: Settings) -> Path:
    return settings.workspace / "state"


def _submissions(settings: Settings) -> dict[str, list[str]]:
    """By dataset a line for each of its submissions and for each issue of their files, which the answers quote."""
    intake = settings.workspace / "intake"
    columns = ["submission", "file", "status", "city", "replaced_by", "dataset"]
    lines: dict[str, list[str]] = {}
    datasets = {}
    for row in pq.read_table(intake / "submissions.parquet", columns=columns).to_pylist():
        datasets[row["submission"]] = row.pop("dataset")
        lines.setdefault(datasets[row["submission"]], []).append("\t".join(map(str, row.values())))
    for row in pq.read_table(intake / "issues.parquet").to_pylist():
        lines[datasets[row["submission"]]].append("\t".join(map(str, row.values())))
    return {dataset: sorted(found) for dataset, found in lines.items()}


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256(json.dumps(list(lines)).encode()).hexdigest()
