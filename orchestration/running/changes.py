"""What has changed since the last run: of the inbox as a whole, and of each dataset.

A dataset is built again when its submissions, its contract, its models, its expectations, the code or the address
of what is published have changed, or when its release is gone. The digest of all that is written down once the dataset
is released.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow.parquet as pq

from orchestration.contracts import Contract
from orchestration.digests import file_sha256
from orchestration.settings import Settings

CODE = Path(__file__).resolve().parents[1]


def inbox_digest(settings: Settings) -> str:
    """A digest over the names, sizes and times of the files in the inbox; it opens none of them."""
    lines = []
    for folder, _, names in os.walk(settings.inbox):
        for name in names:
            path = Path(folder, name)
            stat = path.lstat()
            lines.append(f"{path.relative_to(settings.inbox)}\t{stat.st_size}\t{stat.st_mtime_ns}")
    return _digest(sorted(lines))


def changed_datasets(settings: Settings, contracts: dict[str, Contract]) -> dict[str, str]:
    """The datasets to build again, each with its digest; call it after intake.

    A dataset for which nothing was ever submitted or released has nothing to build.
    """
    # Every file is read once, for however many datasets.
    contents = [(dataset_of(path.name), line) for path, line in _contents(settings)]
    submissions = _submissions(settings)
    changed = {}
    for name in contracts:
        released = (settings.published / name / "latest.json").exists()
        own = submissions.get(name, [])
        if not released and not own:
            continue
        others = contracts.keys() - {name}
        digest = _digest([settings.base_url, *(line for dataset, line in contents if dataset not in others), *own])
        if not released or built_digest(settings, name) != digest:
            changed[name] = digest
    return changed


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
    return _digest([settings.base_url, inbox_digest(settings), *(line for _, line in _contents(settings))])


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


def _project_files(settings: Settings) -> Iterator[tuple[str, Path]]:
    for root, patterns in (
        (CODE, ("**/*.py", "**/*.md", "**/*.yaml", "**/*.txt")),
        (settings.schemas, ("**/*.yaml",)),
        (settings.expectations, ("**/*.yaml",)),
        (settings.dbt_project, ("*.yml", "macros/**/*.sql", "models/**/*.*", "seeds/*.*", "tests/**/*.*")),
    ):
        for pattern in patterns:
            yield from ((f"{root.name}/{p.relative_to(root).as_posix()}", p) for p in root.glob(pattern) if p.is_file())


def _contents(settings: Settings) -> list[tuple[Path, str]]:
    """Each project file with a line of its name and content, in the order of the names."""
    return [(path, f"{name}\t{file_sha256(path)}") for name, path in sorted(_project_files(settings))]


def dataset_of(name: str) -> str:
    """The dataset that a file or a model is named after: `stg_x.sql`, `x__judged` and `x.yaml` are of x."""
    return name.split(".")[0].removeprefix("stg_").split("__")[0]


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256(json.dumps(list(lines)).encode()).hexdigest()
