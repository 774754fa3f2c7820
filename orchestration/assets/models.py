"""The middle stages: every dbt model is an asset and every data test a check on it, built by one dbt invocation.

Here: which models a run builds and what Dagster is told of them. Not here: the rules, which are SQL (`dbt_project/`).
"""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
import pyarrow.parquet as pq
from dagster_dbt import DagsterDbtTranslator, dbt_assets

from orchestration.assets.failures import without_values
from orchestration.assets.workspace import WORKSPACE
from orchestration.contracts import Contract
from orchestration.running import changes, dbt
from orchestration.settings import Settings

Told = dg.MaterializeResult[None] | dg.AssetCheckResult


class _Translator(DagsterDbtTranslator):
    """A model belongs to the group of its dataset; what all datasets share is the group of code lists."""

    def __init__(self, datasets: set[str]) -> None:
        super().__init__()
        self.datasets = datasets

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        dataset = changes.dataset_of(dbt_resource_props["name"])
        return dataset if dataset in self.datasets else "code_lists"

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        if dbt_resource_props["resource_type"] == "source":
            return dg.AssetKey([dbt_resource_props["source_name"], dbt_resource_props["name"]])
        return dg.AssetKey(dbt_resource_props["name"])

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        return str(dbt_resource_props.get("description") or dbt_resource_props["name"])


def model_assets(settings: Settings, contracts: dict[str, Contract]) -> dg.AssetsDefinition:
    """The dbt models and seeds as assets. A run of everything builds only the datasets that have changed."""
    manifest = dbt.load_manifest(settings)

    @dbt_assets(
        manifest=manifest,
        name="models",
        exclude="resource_type:unit_test",
        dagster_dbt_translator=_Translator(set(contracts)),
        required_resource_keys=WORKSPACE,
    )
    def models(context: dg.AssetExecutionContext) -> Iterator[Told]:
        changed = changes.changed_datasets(settings, contracts)
        names = {key.path[-1] for key in context.selected_asset_keys}
        if not context.is_subset:
            unchanged = contracts.keys() - changed.keys()
            names = {name for name in names if changes.dataset_of(name) not in unchanged}
        if not changed and not context.is_subset:
            context.log.info("no dataset has changed")
            return
        changes.mark_building(settings, changed)
        with without_values():
            results = dbt.build(settings, names)
        for result in results:
            node = manifest["nodes"][result.unique_id]
            if not result.ok:
                context.log.error(f"{node['name']}: {result.status}: {result.message}")
            yield from _told(result, node, manifest, settings)

    return models


def _told(
    result: dbt.NodeResult, node: Mapping[str, Any], manifest: Mapping[str, Any], settings: Settings
) -> Iterator[Told]:
    if node["resource_type"] == "test":
        tested = manifest["nodes"][node.get("attached_node") or node["depends_on"]["nodes"][0]]
        yield dg.AssetCheckResult(
            asset_key=tested["name"],
            check_name=node["name"],
            passed=result.ok,
            # A red data test does not stop the other datasets: whether this one is published is the gate's word.
            severity=dg.AssetCheckSeverity.WARN,
            metadata={"failures": result.failures},
        )
    elif result.ok:
        yield dg.MaterializeResult(
            asset_key=node["name"], metadata={**_row_count(settings, node), "seconds": result.seconds}
        )


def _row_count(settings: Settings, node: Mapping[str, Any]) -> dict[str, int]:
    path = settings.marts / f"{node['name']}.parquet"
    is_file = node["config"]["materialized"] == "external" and path.exists()
    return {"dagster/row_count": pq.read_metadata(path).num_rows} if is_file else {}
