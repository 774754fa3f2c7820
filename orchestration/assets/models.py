"""The middle stages: every dbt model is an asset and every data test a check on it, built by two dbt invocations.

The first builds what is made of forms, the second, after their releases, what is made of published tables.
Here: which models a run builds and what Dagster is told of them. Not here: the rules, which are SQL (`dbt_project/`).
"""

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

import dagster as dg
import pyarrow.parquet as pq
from dagster_dbt import DagsterDbtTranslator, dbt_assets

from orchestration.assets.failures import without_values
from orchestration.assets.rounds import record_rounds
from orchestration.assets.workspace import WORKSPACE
from orchestration.contracts import Contract, derived, submitted
from orchestration.release.latest_tables import lay_out_latest_tables
from orchestration.running import changes, dbt
from orchestration.running.ahead import answering, judging
from orchestration.running.beside import begin
from orchestration.running.project_files import dataset_of
from orchestration.settings import Settings
from orchestration.watching.models import tell_models
from orchestration.watching.stage import stage

# The folder of models that are made of published tables.
DERIVED = "fqn:fuzhi.derived"
# With the in-process executor, steps of lower priority wait for those that are ready.
AFTER_RELEASES = {"dagster/priority": "-50"}
Told = dg.MaterializeResult[None] | dg.AssetCheckResult


class _Translator(DagsterDbtTranslator):
    """A model belongs to the group of its dataset; what all datasets share is the group of code lists."""

    def __init__(self, datasets: set[str]) -> None:
        super().__init__()
        self.datasets = datasets

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        dataset = dataset_of(dbt_resource_props["name"])
        return dataset if dataset in self.datasets else "code_lists"

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        if dbt_resource_props["resource_type"] == "source":
            return dg.AssetKey([dbt_resource_props["source_name"], dbt_resource_props["name"]])
        return dg.AssetKey(dbt_resource_props["name"])

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        return str(dbt_resource_props.get("description") or dbt_resource_props["name"])


def model_assets(settings: Settings, contracts: dict[str, Contract]) -> dg.AssetsDefinition:
    """The models of forms, and the seeds, as assets. A run of everything builds only the datasets that have changed."""
    return _assets(
        settings,
        submitted(contracts),
        _Translator(set(contracts)),
        changed=lambda: changes.changed_datasets(settings, contracts),
        name="models",
        exclude=f"resource_type:unit_test {DERIVED}",
    )


def derived_model_assets(settings: Settings, contracts: dict[str, Contract]) -> dg.AssetsDefinition:
    """The models of published tables as assets.

    They come after the releases by their priority, not by dependence: a dataset that is red must not stop them, for its
    last release still stands.
    """

    def changed() -> dict[str, str]:
        lay_out_latest_tables(settings, contracts)
        return changes.changed_derived(settings, contracts)

    return _assets(
        settings,
        derived(contracts),
        _Translator(set(contracts)),
        changed=changed,
        name="derived_models",
        select=DERIVED,
        exclude="resource_type:unit_test",
        op_tags=AFTER_RELEASES,
    )


def published_tables(contracts: dict[str, Contract]) -> Iterator[dg.AssetSpec]:
    """For the picture of the lineage: each release is the published table that derived models read."""
    for name, contract in submitted(contracts).items():
        yield dg.AssetSpec(
            ["published", name],
            deps=[["release", name]],
            group_name=name,
            kinds={"parquet"},
            description=f"{contract.title}: the table of the latest release. {contract.title_en}, as last published.",
        )


def _assets(
    settings: Settings,
    datasets: dict[str, Contract],
    translator: _Translator,
    changed: Callable[[], dict[str, str]],
    name: str,
    **which: Any,
) -> dg.AssetsDefinition:
    """The models that `which` selects; `changed` tells which of `datasets` to build, each with its digest."""
    manifest = dbt.load_manifest(settings)

    @dbt_assets(
        manifest=manifest, dagster_dbt_translator=translator, required_resource_keys=WORKSPACE, name=name, **which
    )
    def models(context: dg.AssetExecutionContext) -> Iterator[Told]:
        to_build = changed()
        names = {key.path[-1] for key in context.selected_asset_keys}
        if not context.is_subset:
            unchanged = datasets.keys() - to_build.keys()
            names = {name for name in names if dataset_of(name) not in unchanged}
        if not to_build and not context.is_subset:
            context.log.info("no dataset has changed")
            return
        changes.mark_building(settings, {name: digest for name, digest in to_build.items() if name in names})
        with without_values(), stage(name) as working:
            results = dbt.build(settings, names)
            working.tell(models=len(results), not_built=sum(not one.ok for one in results))
        tell_models(settings, name, datasets, {one.unique_id.split(".")[2]: one for one in results})
        built = {manifest["nodes"][one.unique_id]["name"] for one in results if one.ok}
        _begin_what_follows(settings, datasets, built)
        record_rounds(context, settings, {name for name in datasets if f"{name}__accounts" in built})
        for result in results:
            node = manifest["nodes"][result.unique_id]
            if not result.ok:
                context.log.error(f"{node['name']}: {result.status}: {result.message}")
            yield from _told(result, node, manifest, settings)

    return models


def _begin_what_follows(settings: Settings, datasets: Mapping[str, Contract], built: AbstractSet[str]) -> None:
    for name, contract in datasets.items():
        if name in built:
            begin(judging(settings, contract))
        if {f"{name}__issues", f"{name}__accounts"} <= built and not contract.derived:
            begin(answering(settings, contract))


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
