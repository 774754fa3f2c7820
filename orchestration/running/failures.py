"""Why a run of Dagster failed: because checks are red, which nobody mends by trying again, or for another reason."""

from __future__ import annotations

import dagster as dg
from dagster import DagsterEventType

RED = "DagsterAssetCheckFailedError"


def only_checks_failed(instance: dg.DagsterInstance, run_id: str) -> bool:
    """Whether nothing went wrong in a run that failed but checks that are red."""
    causes = set()
    for entry in instance.all_logs(run_id, of_type=DagsterEventType.STEP_FAILURE):
        error = entry.get_dagster_event().step_failure_data.error
        cause = error.cause if error is not None and error.cause is not None else error
        causes.add(cause.cls_name if cause is not None else None)
    return causes == {RED}
