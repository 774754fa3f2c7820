"""When something is due by the clock: a run, for what changes without a file in the inbox; a pull.

Here: when. Not here: what a run or a pull does.
"""

from typing import Any

import dagster as dg

from orchestration.running.operation import Operation


def run_schedule(job: Any, operation: Operation) -> dg.ScheduleDefinition:
    """A run at the times that `FUZHI_SCHEDULE` names."""
    return _schedule("due", job, operation.schedule, "0 6 * * *", operation.zone, "A run is due.")


def pull_schedule(job: Any, operation: Operation) -> dg.ScheduleDefinition:
    """A pull at the times that `FUZHI_PULL_SCHEDULE` names."""
    return _schedule("pull_due", job, operation.pull, "30 5 * * *", operation.zone, "A pull is due.")


def _schedule(name: str, job: Any, cron: str, suggested: str, zone: str, description: str) -> dg.ScheduleDefinition:
    """Where the environment names no time, the one suggested is shown, and not running."""
    return dg.ScheduleDefinition(
        name=name,
        job=job,
        cron_schedule=cron or suggested,
        execution_timezone=zone,
        default_status=dg.DefaultScheduleStatus.RUNNING if cron else dg.DefaultScheduleStatus.STOPPED,
        description=description,
    )
