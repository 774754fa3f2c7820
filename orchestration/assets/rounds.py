"""Rounds as partitions: what was sent for each dataset in each round, and what became of it.

Here: dataset × round for Dagster, and reading a round again. Not here: marts, each of which is made of all rounds.
"""

from collections.abc import Collection, Iterator, Mapping

import dagster as dg
from dagster import DagsterEventType
from dagster._core.definitions.data_version import DATA_VERSION_TAG

from orchestration.assets.failures import without_values
from orchestration.assets.freshness import policies
from orchestration.assets.workspace import WORKSPACE
from orchestration.contracts import Contract
from orchestration.intake.forgetting import forget
from orchestration.running.ahead import reading
from orchestration.running.changes import void_run
from orchestration.running.round_counts import round_counts, rounds_in_inbox
from orchestration.settings import Settings

# One partition for each round that lies in the inbox, under the same name for every dataset.
ROUND = "round"
ROUNDS = dg.DynamicPartitionsDefinition(name=ROUND)


def sent(dataset: str) -> dg.AssetKey:
    """The asset of what was sent for a dataset."""
    return dg.AssetKey(["sent", dataset])


def round_assets(settings: Settings, contracts: Mapping[str, Contract]) -> dg.AssetsDefinition:
    """One asset `sent/<dataset>` for each contract, by round. To materialise a round is to read its forms again."""
    stale = policies(settings)
    specs = [
        dg.AssetSpec(
            sent(name),
            group_name=name,
            kinds={"excel"},
            partitions_def=ROUNDS,
            freshness_policy=stale.of(name),
            description=f"{contract.title}: what was sent in each round, and what became of it. "
            f"{contract.title_en}, by round. Materialising a round reads its forms again.",
        )
        for name, contract in contracts.items()
    ]

    @dg.multi_asset(name="sent", specs=specs, can_subset=True, required_resource_keys=WORKSPACE)
    def read_again(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
        datasets = sorted(key.path[-1] for key in context.selected_asset_keys)
        with without_values():
            void_run(settings)
            files = forget(settings.workspace, context.partition_key, datasets)
            reading(settings, contracts).do()
        context.log.info(f"{context.partition_key}: {files} files are read again")
        for name in datasets:
            known = round_counts(settings.workspace, name).get(context.partition_key)
            yield dg.MaterializeResult(
                asset_key=sent(name),
                metadata=known.counts if known else None,
                data_version=dg.DataVersion(known.digest) if known else None,
            )

    return read_again


def register_rounds(instance: dg.DagsterInstance, settings: Settings) -> None:
    """Make the rounds that lie in the inbox partitions, and those that have left it none."""
    known, there = set(instance.get_dynamic_partitions(ROUND)), set(rounds_in_inbox(settings.workspace))
    if there - known:
        instance.add_dynamic_partitions(ROUND, sorted(there - known))
    for gone in sorted(known - there):
        instance.delete_dynamic_partition(ROUND, gone)


def record_rounds(context: dg.AssetExecutionContext, settings: Settings, datasets: Collection[str]) -> None:
    """Tell Dagster of the rounds of these datasets whose files or counts are others than those it knows."""
    for name in sorted(datasets):
        told = context.instance.event_log_storage.get_latest_tags_by_partition(
            sent(name), DagsterEventType.ASSET_MATERIALIZATION, [DATA_VERSION_TAG]
        )
        for round_, counts in round_counts(settings.workspace, name).items():
            if told.get(round_, {}).get(DATA_VERSION_TAG) != counts.digest:
                context.log_event(
                    dg.AssetMaterialization(
                        sent(name),
                        partition=round_,
                        metadata=counts.counts,
                        tags={DATA_VERSION_TAG: counts.digest},
                    )
                )
