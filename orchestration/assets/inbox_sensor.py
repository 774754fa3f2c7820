"""When the inbox says something else, a run is asked for; when that failed for a reason that may pass, another.

Here: when to run. Not here: what a run does.
"""

import json
from collections.abc import Sequence
from typing import Any

import dagster as dg
from dagster import DagsterRunStatus, RunsFilter
from dagster._core.storage.dagster_run import RunRecord
from dagster._core.storage.tags import WILL_RETRY_TAG
from dagster._time import get_current_timestamp

from orchestration.running.changes import inbox_digest
from orchestration.running.content import content_digest
from orchestration.running.failures import only_checks_failed
from orchestration.running.operation import Operation
from orchestration.settings import Settings

# On every run that is about one state of the inbox: its digest.
STATE = "fuzhi/inbox"
# In seconds, before the first, the second and the third attempt after one that failed.
PATIENCE = (600, 1800, 7200)


def inbox_sensor(settings: Settings, job: Any, operation: Operation) -> dg.SensorDefinition:
    """Ask for one run per content of the inbox, once it was the same at two looks: a file may still be arriving."""

    @dg.sensor(
        name="inbox",
        job=job,
        minimum_interval_seconds=30,
        default_status=dg.DefaultSensorStatus.RUNNING if operation.watch else dg.DefaultSensorStatus.STOPPED,
        description="The forms in the inbox, or what decides what is made of them, have changed.",
    )
    def inbox(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        if not settings.inbox_url and not settings.inbox.is_dir():
            return dg.SkipReason(f"there is no inbox at {settings.inbox}")
        looked = inbox_digest(settings)
        last = json.loads(context.cursor) if context.cursor else {}
        if last.get("looked") != looked:
            context.update_cursor(json.dumps({"looked": looked}))
            return dg.SkipReason("the inbox has changed; waiting for one more look")
        content = content_digest(settings)
        runs = context.instance.get_run_records(RunsFilter(tags={STATE: content}))
        if runs and (why := waits(context.instance, runs)):
            return dg.SkipReason(why)
        request = dg.RunRequest(run_key=f"{content}-{len(runs)}", tags={STATE: content})
        return dg.SensorResult(run_requests=[request], cursor=context.cursor)

    return inbox


def waits(instance: dg.DagsterInstance, runs: Sequence[RunRecord]) -> str | None:
    """Why no run is asked for although, or because, there were some about this very state; None to try again."""
    latest = max(runs, key=lambda one: one.create_timestamp)
    run = latest.dagster_run
    if run.status == DagsterRunStatus.SUCCESS:
        return "what the inbox says is published"
    if run.status == DagsterRunStatus.CANCELED:
        return "the run was stopped by hand"
    if run.status != DagsterRunStatus.FAILURE:
        return "a run is under way"
    if run.tags.get(WILL_RETRY_TAG) == "true":
        return "the run died, and is about to be started again"
    if only_checks_failed(instance, run.run_id):
        return "a check is red: something must be mended first"
    if len(runs) > len(PATIENCE):
        return "every attempt has failed: somebody must look into it"
    return _still_to_wait(latest, PATIENCE[len(runs) - 1])


def _still_to_wait(latest: RunRecord, seconds: int) -> str | None:
    left = (latest.end_time or 0) + seconds - get_current_timestamp()
    return f"the run failed; the next attempt is due in {int(left)} s" if left > 0 else None
