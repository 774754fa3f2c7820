"""All that an installation can run, made from its contracts: assets and checks, jobs, sensors and schedules."""

from __future__ import annotations

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition
from dagster._core.storage.tags import RETRY_STRATEGY_TAG

from orchestration.assets.alert_sensor import alert_sensor
from orchestration.assets.catalogue import catalogue_asset
from orchestration.assets.checks import all_checks
from orchestration.assets.feedback import feedback_assets
from orchestration.assets.inbox_sensor import inbox_sensor
from orchestration.assets.intake import intake_assets
from orchestration.assets.models import derived_model_assets, model_assets, published_tables
from orchestration.assets.pulling import pull_job
from orchestration.assets.releases import release_asset
from orchestration.assets.rounds import round_assets
from orchestration.assets.schedule import pull_schedule, run_schedule
from orchestration.assets.storage import storage_assets
from orchestration.assets.workspace import workspace_resource
from orchestration.contracts import load_contracts, submitted
from orchestration.contracts.completeness import refuse_incomplete
from orchestration.contracts.dbt_files import write_dbt_files
from orchestration.running.operation import Operation
from orchestration.running.progress import progress_logger
from orchestration.settings import Settings


def definitions(settings: Settings) -> dg.Definitions:
    """Everything that this installation can run; brings the dbt files that follow from contracts up to date."""
    settings.to_environment()
    contracts = load_contracts(settings.schemas)
    refuse_incomplete(contracts, settings)
    write_dbt_files(contracts, settings.dbt_project)
    rounds = round_assets(settings, submitted(contracts))
    publish = _job(
        "publish",
        dg.AssetSelection.all() - dg.AssetSelection.assets(rounds),
        "From the inbox to published packages; only what has changed is built.",
    )
    again = _job("round", dg.AssetSelection.all(), "Reads the forms of a round again; then the same.")
    pulling = pull_job(settings)
    operation = Operation.from_environment()
    return dg.Definitions(
        assets=[
            rounds,
            intake_assets(settings, submitted(contracts)),
            model_assets(settings, contracts),
            derived_model_assets(settings, contracts),
            *published_tables(contracts),
            *(release_asset(settings, contract, contracts) for contract in contracts.values()),
            *feedback_assets(settings, contracts),
            catalogue_asset(settings, contracts),
            *storage_assets(settings),
        ],
        resources={"workspace": workspace_resource(settings)},
        asset_checks=list(all_checks(settings, contracts)),
        jobs=[publish, again, pulling],
        loggers={"console": progress_logger},
        sensors=[inbox_sensor(settings, publish, operation), alert_sensor(settings, contracts)],
        schedules=[run_schedule(publish, operation), pull_schedule(pulling, operation)],
    )


def _job(name: str, selection: dg.AssetSelection, description: str) -> UnresolvedAssetJobDefinition:
    return dg.define_asset_job(
        name,
        selection=selection,
        description=description,
        executor_def=dg.in_process_executor,
        # One that died begins anew: meanwhile the inbox may hold something else, and what is done is not done again.
        tags={RETRY_STRATEGY_TAG: "ALL_STEPS"},
    )
