"""When something in the inbox changes, a run is asked for.

Here: when to run. Not here: what a run does.
"""

from typing import Any

import dagster as dg

from orchestration.running.changes import inbox_digest
from orchestration.settings import Settings


def inbox_sensor(settings: Settings, job: Any) -> dg.SensorDefinition:
    """Ask for one run per state of the inbox, once it has been the same at two looks: a file may still be arriving."""

    @dg.sensor(name="inbox", job=job, minimum_interval_seconds=30, description="Files in the inbox have changed.")
    def inbox(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        if not settings.inbox.is_dir():
            return dg.SkipReason(f"there is no inbox at {settings.inbox}")
        digest = inbox_digest(settings)
        if context.cursor != digest:
            context.update_cursor(digest)
            return dg.SkipReason("the inbox has changed; waiting for one more look")
        return dg.SensorResult(run_requests=[dg.RunRequest(run_key=digest)], cursor=digest)

    return inbox
