"""The workspace as a resource: whoever starts a run, from the command line, the UI or the sensor, holds it alone."""

from collections.abc import Iterator

import dagster as dg

from orchestration.intake.children import kept_children
from orchestration.settings import Settings
from orchestration.storage.holding import held

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

        with held(settings, before_waiting), kept_children():
            yield

    return workspace
