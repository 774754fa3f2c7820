"""The last stage: what has passed the gate becomes a release, one asset per dataset.

Here: what Dagster needs to know of a release. Not here: packages and versions (`orchestration.release`).
"""

import dagster as dg

from orchestration.assets.failures import without_values
from orchestration.assets.workspace import WORKSPACE
from orchestration.contracts import Contract
from orchestration.release import publish, write_index
from orchestration.release.standing_accounts import keep_accounts
from orchestration.running import changes
from orchestration.settings import Settings
from orchestration.watching.stage import stage


def release_asset(settings: Settings, contract: Contract, contracts: dict[str, Contract]) -> dg.AssetsDefinition:
    """The data package of one dataset under `published/`."""

    @dg.asset(
        key=["release", contract.name],
        deps=[contract.name],
        group_name=contract.name,
        kinds={"datapackage"},
        required_resource_keys=WORKSPACE,
        description=f"{contract.title}: the latest data package. {contract.title_en}, as published.",
    )
    def release(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
        with without_values(), stage("release", contract.name) as working:
            outcome = publish(settings, contract, contracts)
            write_index(settings.published)
            if not contract.derived:
                keep_accounts(settings, contract)
            working.tell(version=outcome.version, new=outcome.new, rows=outcome.rows)
        changes.mark_built(settings, contract.name)
        context.log.info(f"{contract.name} {outcome.version}: {'new' if outcome.new else 'unchanged'}")
        return dg.MaterializeResult(
            metadata={
                "version": outcome.version,
                "new": outcome.new,
                "why": [f"{reason.code} {reason.subject}".strip() for reason in outcome.reasons],
                "dagster/row_count": outcome.rows,
            }
        )

    return release
