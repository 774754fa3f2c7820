"""What is wrong now, as Dagster's instance knows it: the last run, the checks that block, what is stale.

A condition has counts and names, never a value of a row.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import dagster as dg
from dagster import AssetCheckKey, DagsterRunStatus, RunsFilter
from dagster._core.definitions.freshness import FreshnessState
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus
from dagster._core.storage.dagster_run import DagsterRun
from dagster._core.storage.tags import WILL_RETRY_TAG

from orchestration.running.failures import only_checks_failed

FINISHED = [DagsterRunStatus.SUCCESS, DagsterRunStatus.FAILURE]
EVALUATED = {AssetCheckExecutionRecordStatus.SUCCEEDED, AssetCheckExecutionRecordStatus.FAILED}


@dataclass(frozen=True)
class Condition:
    """One thing that is wrong: `kind` is `run`, `check` or `stale`, `subject` what it is about."""

    kind: str
    subject: str

    @property
    def key(self) -> str:
        """What tells it from others, and stays the same for as long as it lasts."""
        return f"{self.kind} {self.subject}"


RUNS, PULLS = Condition("run", "publish"), Condition("run", "pull")


def conditions(
    instance: dg.DagsterInstance, checks: Collection[AssetCheckKey], may_be_stale: Collection[dg.AssetKey]
) -> list[Condition] | None:
    """All that is wrong; None where that is not decided yet, because a run that died is about to be started again."""
    last, pull = _last_run(instance, pulls=False), _last_run(instance, pulls=True)
    if last is not None and last.status == DagsterRunStatus.FAILURE and last.tags.get(WILL_RETRY_TAG) == "true":
        return None
    failed = last is not None and last.status == DagsterRunStatus.FAILURE
    return [
        *([RUNS] if failed and last is not None and not only_checks_failed(instance, last.run_id) else []),
        *([PULLS] if pull is not None and pull.status == DagsterRunStatus.FAILURE else []),
        *_red(instance, checks),
        *_stale(instance, may_be_stale),
    ]


def _last_run(instance: dg.DagsterInstance, *, pulls: bool) -> DagsterRun | None:
    """The last run, or pull, that the queue has started and that has ended.

    Whoever typed `fuzhi run` has seen how it ended.
    """
    runs = instance.get_runs(RunsFilter(statuses=FINISHED), limit=20)
    ours = (run for run in runs if (run.job_name == PULLS.subject) == pulls)
    return next((run for run in ours if run.remote_job_origin is not None), None)


def _red(instance: dg.DagsterInstance, checks: Collection[AssetCheckKey]) -> Iterator[Condition]:
    for key in checks:
        # Not the latest record: a run that plans a check and then has no need of it leaves one that says nothing.
        history = instance.event_log_storage.get_asset_check_execution_history(key, limit=1, status=EVALUATED)
        if history and history[0].status == AssetCheckExecutionRecordStatus.FAILED:
            yield Condition("check", f"{key.asset_key.to_user_string()} {key.name}")


def _stale(instance: dg.DagsterInstance, keys: Collection[dg.AssetKey]) -> Iterator[Condition]:
    records = instance.get_freshness_state_records(list(keys))
    for key in keys:
        if key in records and records[key].freshness_state == FreshnessState.FAIL:
            yield Condition("stale", key.to_user_string())
