"""What of the workspace may go: what no run needs to end the same, and nobody sees any more.

Forms in `store/` that nothing in the inbox refers to, neither as it is nor as the version that was last read; and runs
in Dagster's instance, but never one that an asset, a round or a check goes back to. All only after some days.
Answers, raw tables and parses of what has left the inbox go by themselves, in every run.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from orchestration.running.instance import prepare_dagster
from orchestration.settings import Settings
from orchestration.storage.holding import held

if TYPE_CHECKING:
    import dagster as dg


@dataclass(frozen=True)
class Spare:
    """What may go: forms, their size in bytes, and runs of Dagster by their ids."""

    forms: tuple[Path, ...]
    size: int
    runs: tuple[str, ...]


def tidy(settings: Settings, days: int, remove: bool) -> Spare:
    """What is older than so many days and may go; gone, where `remove` is set. Raises WorkspaceInUseError."""
    settings.to_environment()
    prepare_dagster(settings)
    import dagster as dg

    with held(settings), dg.DagsterInstance.get() as instance:
        forms = tuple(_spare_forms(settings.workspace, time.time() - days * 86400))
        size = sum(path.stat().st_size for path in forms)
        spare = Spare(forms, size, tuple(_spare_runs(instance, datetime.now(UTC) - timedelta(days=days))))
        if remove:
            for path in spare.forms:
                path.unlink()
            for run in spare.runs:
                instance.delete_run(run)
                shutil.rmtree(settings.dagster_home / "storage" / run, ignore_errors=True)
        return spare


def _spare_forms(workspace: Path, before: float) -> Iterator[Path]:
    intake = workspace / "intake"
    if not (intake / "submissions.parquet").exists() or not (intake / "standing.json").exists():
        return
    needed = set(pq.read_table(intake / "submissions.parquet", columns=["file"])["file"].to_pylist())
    needed |= {source["file"] for source in json.loads((intake / "standing.json").read_bytes()).values()}
    needed |= {str(file) for _, _, file in json.loads((intake / "ledger.json").read_bytes()).values()}
    for path in sorted((workspace / "store").iterdir()):
        if path.name not in needed and path.stat().st_mtime < before:
            yield path


def _spare_runs(instance: dg.DagsterInstance, before: datetime) -> Iterator[str]:
    from dagster import DagsterRunStatus, RunsFilter

    ended = [DagsterRunStatus.SUCCESS, DagsterRunStatus.FAILURE, DagsterRunStatus.CANCELED]
    needed = set(_needed_runs(instance))
    for record in instance.get_run_records(RunsFilter(statuses=ended, created_before=before)):
        if record.dagster_run.run_id not in needed:
            yield record.dagster_run.run_id


def _needed_runs(instance: dg.DagsterInstance) -> Iterator[str]:
    """The runs in which each asset, each of its partitions and each of its checks was last made or judged."""
    from dagster import AssetRecordsFilter, DagsterEventType

    storage = instance.event_log_storage
    for key in instance.get_asset_keys():
        latest = instance.get_latest_materialization_event(key)
        if latest is not None:
            yield latest.run_id
        by_partition = storage.get_latest_storage_id_by_partition(key, DagsterEventType.ASSET_MATERIALIZATION)
        for partition in by_partition:
            found = instance.fetch_materializations(AssetRecordsFilter(key, asset_partitions=[partition]), limit=1)
            yield from (record.event_log_entry.run_id for record in found.records)
        yield from _judging_runs(instance, key)


def _judging_runs(instance: dg.DagsterInstance, key: dg.AssetKey) -> Iterator[str]:
    from dagster import AssetCheckKey

    for name in ("gate", "accounts", "every_dataset_was_built"):
        history = instance.event_log_storage.get_asset_check_execution_history(AssetCheckKey(key, name), limit=100)
        evaluated = [one for one in history if one.status.value != "PLANNED"]
        yield from (one.run_id for one in evaluated[:1])
