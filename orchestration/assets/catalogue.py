"""After the last release: the catalogue of all that is published, for harvesters and as pages.

Here: what Dagster needs to know of it. Not here: what the pages say and how they look (`orchestration.catalogue`).
"""

import dagster as dg

from orchestration.assets.failures import without_values
from orchestration.assets.workspace import WORKSPACE
from orchestration.catalogue import build_site
from orchestration.catalogue.freshness import built_from, is_current, mark_current
from orchestration.catalogue.modules import Modules, modules
from orchestration.contracts import Contract, submitted
from orchestration.release import write_catalogs
from orchestration.settings import PROJECT, Settings
from orchestration.watching.stage import stage

CATALOGUE = dg.AssetKey(["catalogue", "site"])
# With the in-process executor, it waits until every release is made.
AFTER_ALL_RELEASES = {"dagster/priority": "-90"}


def catalogue_asset(settings: Settings, contracts: dict[str, Contract]) -> dg.AssetsDefinition:
    """What harvesters read under `published/`, and the pages, in Chinese and English.

    They come after the releases by their priority, not by dependence: a dataset that is red must not stop them, for its
    last release still stands.
    """

    @dg.asset(
        key=CATALOGUE,
        deps=[["published", name] for name in submitted(contracts)],
        group_name="catalogue",
        kinds={"html"},
        required_resource_keys=WORKSPACE,
        op_tags=AFTER_ALL_RELEASES,
        description="What harvesters read and static pages of all that is published, in Chinese and English.",
    )
    def site(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
        with without_values():
            write_catalogs(settings.published, settings.base_url)
        scripts = _scripts(context)
        # Only where they would say something else.
        digest = built_from(settings, scripts)
        if is_current(settings, digest):
            context.log.info("the catalogue is up to date")
            return dg.MaterializeResult(metadata={"changed": 0})
        with without_values(), stage("catalogue") as working:
            built = build_site(settings, contracts, scripts)
            working.tell(datasets=built.datasets, pages=built.pages, changed=built.changed)
        mark_current(settings, digest)
        return dg.MaterializeResult(
            metadata={"datasets": built.datasets, "pages": built.pages, "changed": built.changed}
        )

    return site


def _scripts(context: dg.AssetExecutionContext) -> Modules | None:
    if not (PROJECT / "node_modules").is_dir():
        context.log.warning("the pages have no scripts: install the packages of package.json with `npm ci`")
        return None
    return modules(PROJECT)
