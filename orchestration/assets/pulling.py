"""A job that pulls from services and databases, and when it is due; what it puts into the inbox the sensor finds.

Here: when to pull. Not here: what is pulled, and how (`orchestration.pulling`).
"""

import dagster as dg

from orchestration.assets.failures import without_values
from orchestration.pulling import Pulled, pull
from orchestration.running.operation import Operation
from orchestration.settings import Settings

# Shown, and not running, where the environment names no other.
SUGGESTED = "30 5 * * *"


def pull_job(settings: Settings) -> dg.JobDefinition:
    """Pull all sources. The job fails where one of them could not be pulled, after the others were."""

    @dg.op(description="Asks services and databases for what is new.")
    def pull_sources(context: dg.OpExecutionContext) -> None:
        with without_values():
            pulled = pull(settings)
        context.add_output_metadata({one.source: _told(one) for one in pulled})
        if failed := [f"{one.source}: {one.error}" for one in pulled if one.error]:
            raise dg.Failure("\n".join(failed), allow_retries=False)

    @dg.job(
        name="pull",
        description="From services and databases into the inbox; a source that fails leaves the others alone.",
        executor_def=dg.in_process_executor,
    )
    def job() -> None:
        pull_sources()

    return job


def pull_schedule(job: dg.JobDefinition, operation: Operation) -> dg.ScheduleDefinition:
    """A pull at the times that `FUZHI_PULL_SCHEDULE` names."""
    running = dg.DefaultScheduleStatus.RUNNING if operation.pull else dg.DefaultScheduleStatus.STOPPED
    return dg.ScheduleDefinition(
        name="pull_due",
        job=job,
        cron_schedule=operation.pull or SUGGESTED,
        execution_timezone=operation.zone,
        default_status=running,
        description="A pull is due.",
    )


def _told(one: Pulled) -> str:
    return str(one.error) if one.error else f"{one.records:,} → {one.submission}" if one.submission else "nothing new"
