"""After everything, where places are given as URLs: what a run has made is brought up, and a failure is the run's.

Here: what Dagster needs to know of it. Not here: how it is done (`orchestration.storage`). A run that leaves this out
brings up all the same when it ends, but Dagster would not call it failed.
"""

from collections.abc import Iterator

import dagster as dg

from orchestration.assets.failures import without_values
from orchestration.assets.workspace import WORKSPACE
from orchestration.settings import Settings
from orchestration.storage.holding import bring_up

# With the in-process executor, it waits until everything else is done.
AFTER_ALL = {"dagster/priority": "-110"}


def storage_assets(settings: Settings) -> Iterator[dg.AssetsDefinition]:
    """The one asset, where there is anything to bring up."""
    if not settings.urls:
        return

    @dg.asset(
        key=["storage", "brought_up"],
        group_name="storage",
        required_resource_keys=WORKSPACE,
        op_tags=AFTER_ALL,
        description="Inbox, workspace and published as they lie on object storage.",
    )
    def brought_up() -> dg.MaterializeResult[None]:
        with without_values():
            bring_up(settings)
        return dg.MaterializeResult(
            metadata={place: dg.MetadataValue.text(url) for place, url in settings.urls.items()}
        )

    yield brought_up
