"""What the latest release of a dataset is: for the gate, which compares with it, and for reports."""

from __future__ import annotations

from pathlib import Path

from orchestration.release.writing import pointer


def latest_version(published: Path, dataset: str) -> str | None:
    """The version that `latest.json` points to; None where nothing was released yet."""
    last = pointer(published, dataset)
    return None if last is None else str(last["version"])


def latest_table(published: Path, dataset: str) -> Path | None:
    """The Parquet file of the latest release; None where nothing was released yet."""
    version = latest_version(published, dataset)
    return None if version is None else published / dataset / version / f"{dataset}.parquet"
