"""All that an installation can run, made from its contracts: assets and checks, one job, one sensor."""

from __future__ import annotations

import dagster as dg

from orchestration.assets.catalogue import catalogue_asset
from orchestration.assets.checks import all_checks
from orchestration.assets.feedback import feedback_assets
from orchestration.assets.inbox_sensor import inbox_sensor
from orchestration.assets.intake import intake_assets
from orchestration.assets.models import derived_model_assets, model_assets, published_tables
from orchestration.assets.releases import release_asset
from orchestration.assets.workspace import workspace_resource
from orchestration.contracts import load_contracts, submitted
from orchestration.contracts.completeness import refuse_incomplete
from orchestration.contracts.dbt_files import write_dbt_files
from orchestration.running.progress import progress_logger
from orchestration.settings import Settings


def definitions(settings: Settings) -> dg.Definitions:
    """Everything that this installation can run; brings the dbt files that follow from contracts up to date."""
    settings.to_environment()
    contracts = load_contracts(settings.schemas)
    refuse_incomplete(contracts, settings)
    write_dbt_files(contracts, settings.dbt_project)
    publish = dg.define_asset_job(
        "publish",
        selection=dg.AssetSelection.all(),
        description="From the inbox to published packages; only what has changed is built.",
        executor_def=dg.in_process_executor,
    )
    return dg.Definitions(
        assets=[
            intake_assets(settings, submitted(contracts)),
            model_assets(settings, contracts),
            derived_model_assets(settings, contracts),
            *published_tables(contracts),
            *(release_asset(settings, contract, contracts) for contract in contracts.values()),
            *feedback_assets(settings, contracts),
            catalogue_asset(settings, contracts),
        ],
        resources={"workspace": workspace_resource(settings)},
        asset_checks=list(all_checks(settings, contracts)),
        jobs=[publish],
        loggers={"console": progress_logger},
        sensors=[inbox_sensor(settings, publish)],
    )
