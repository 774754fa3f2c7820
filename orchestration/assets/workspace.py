"""The workspace as a resource: whoever starts a run, from the command line, the UI or the sensor, holds it alone."""

from collections.abc import Iterator

import dagster as dg

from orchestration.intake.children import kept_children
from orchestration.running.alone import alone
from orchestration.settings import Settings

# What every asset that writes into the workspace or into `published/` requires.
WORKSPACE = {"workspace"}


def workspace_resource(settings: Settings) -> dg.ResourceDefinition:
    """A resource that is held from before the first step of a run until after its last."""

    @dg.resource(description="Held by one run at a time.")
    def workspace(_: dg.InitResourceContext) -> Iterator[None]:
        with alone(settings.workspace), kept_children():
            yield

    return workspace
