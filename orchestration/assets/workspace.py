"""The workspace as a resource: whoever starts a run, from the command line, the UI or the sensor, holds it alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import dagster as dg
from dagster._core.storage.tags import RETRY_NUMBER_TAG

from orchestration.contracts import load_contracts
from orchestration.intake.children import kept_children
from orchestration.running import report
from orchestration.running.rounds import made_up
from orchestration.settings import Settings
from orchestration.storage.holding import held
from orchestration.watching.recording import recorded
from orchestration.watching.stage import retried

# What every asset that writes into the workspace or into `published/` requires.
WORKSPACE = {"workspace"}


def workspace_resource(settings: Settings) -> dg.ResourceDefinition:
    """A resource that is held from before the first step of a run until after its last.

    A run from the queue waits for one that the queue knows nothing of, a `fuzhi run`; it must not fail for it.
    """

    @dg.resource(description="Held by one run at a time.")
    def workspace(context: dg.InitResourceContext) -> Iterator[None]:
        def before_waiting() -> None:
            if context.log is not None:
                context.log.warning("another run is using the workspace: waiting until it has ended")

        with held(settings, before_waiting), kept_children(), _watched(settings, context.run):
            yield

    return workspace


@contextmanager
def _watched(settings: Settings, run: dg.DagsterRun | None) -> Iterator[None]:
    """Record the run, unless it is a part of a `fuzhi run`: that reports the whole."""
    name = run.run_id if run is not None else str(uuid4())
    with recorded(settings, "dagster", name) as recording:
        if recording.run != name:
            yield
            return
        if run is not None and RETRY_NUMBER_TAG in run.tags:
            retried("run")
        contracts = load_contracts(settings.schemas)
        before = report.versions(settings, contracts)
        yield
        succeeded, seconds = not recording.failed, recording.seconds
        recording.report = report.collect(settings, contracts, before, made_up(settings.inbox), succeeded, seconds)
