"""When a run is due by the clock: for what changes without a file in the inbox, and to be seen to look.

Here: when to run. Not here: what a run does.
"""

from typing import Any

import dagster as dg

from orchestration.running.operation import Operation

# Shown, and not running, where the environment names no other.
SUGGESTED = "0 6 * * *"


def schedule(job: Any, operation: Operation) -> dg.ScheduleDefinition:
    """A run at the times that `FUZHI_SCHEDULE` names."""
    running = dg.DefaultScheduleStatus.RUNNING if operation.schedule else dg.DefaultScheduleStatus.STOPPED
    return dg.ScheduleDefinition(
        name="due",
        job=job,
        cron_schedule=operation.schedule or SUGGESTED,
        execution_timezone=operation.zone,
        default_status=running,
        description="A run is due.",
    )
