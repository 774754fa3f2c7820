"""A job that pulls from services and databases; what it puts into the inbox the sensor finds.

Not here: what is pulled, and how (`orchestration.pulling`), nor when it is due (`schedule.py`).
"""

import dagster as dg

from orchestration.assets.failures import without_values
from orchestration.pulling import Pulled, pull
from orchestration.settings import Settings


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


def _told(one: Pulled) -> str:
    return str(one.error) if one.error else f"{one.records:,} → {one.submission}" if one.submission else "nothing new"
