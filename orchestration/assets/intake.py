"""The first stage: forms in the inbox become raw tables, one asset per dataset.

Here: what Dagster needs to know of intake. Not here: how a form is read (`orchestration.intake`).
"""

from collections.abc import Iterator

import dagster as dg

from orchestration.assets.failures import without_values
from orchestration.assets.freshness import policies
from orchestration.assets.rounds import register_rounds, sent
from orchestration.assets.workspace import WORKSPACE
from orchestration.contracts import Contract
from orchestration.running.ahead import reading
from orchestration.running.beside import outcome
from orchestration.settings import Settings
from orchestration.watching.stage import happened, stage


def intake_assets(settings: Settings, contracts: dict[str, Contract]) -> dg.AssetsDefinition:
    """One asset `raw/<dataset>` for each contract, and the tables that say where everything came from."""
    raw = [
        dg.AssetSpec(
            ["raw", name],
            group_name=name,
            kinds={"parquet"},
            deps=[sent(name)],
            description=f"{contract.title}: the rows of the forms as text. {contract.title_en}, as submitted.",
        )
        for name, contract in contracts.items()
    ]
    origins = [
        dg.AssetSpec(
            ["intake", name],
            group_name="intake",
            kinds={"parquet"},
            description=description,
            freshness_policy=policies(settings).looked_at if name == "submissions" else None,
        )
        for name, description in (
            (
                "submissions",
                "Every file in the inbox: round, submitter, dataset, hash, rows read or refused.",
            ),
            ("columns", "Which column of which sheet each field was read from."),
            ("issues", "What is wrong with files and sheets."),
            ("day", "The day of the data: that of the latest round."),
        )
    ]

    @dg.multi_asset(name="intake", specs=[*origins, *raw], required_resource_keys=WORKSPACE)
    def intake(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
        with without_values(), stage("intake") as working:
            report = outcome(reading(settings, contracts))
            working.tell(files=len(report.submissions), refused=len(report.refused), read_anew=report.parsed)
        register_rounds(context.instance, settings)
        for spec in origins:
            yield dg.MaterializeResult(asset_key=spec.key)
        for name in contracts:
            files = report.files(name)
            issues = sum(len(each.issues) for each in files)
            happened("intake", name, {"files": len(files), "read": report.rows_read(name), "issues": issues})
            yield dg.MaterializeResult(
                asset_key=["raw", name],
                metadata={"dagster/row_count": report.rows_read(name), "files": len(files)},
            )
        context.log.info(f"{len(report.submissions)} files, {len(report.refused)} refused")

    return intake
