"""One `fuzhi run` as Dagster runs of the same assets: what each is to build is known only after the one before.

Forms first; then the datasets that have changed; then what is made of published tables and has changed with them. A run
of all assets, as the job `publish` in the UI, ends the same; it has to look at every dataset to find that out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

import dagster as dg

from orchestration.assets.catalogue import CATALOGUE
from orchestration.assets.checks import accepting
from orchestration.catalogue.forms import making
from orchestration.contracts import Contract, submitted
from orchestration.release.latest_tables import lay_out_latest_tables
from orchestration.running import changes
from orchestration.running.ahead import waking_the_gate
from orchestration.running.beside import begin
from orchestration.settings import Settings

# Without it Dagster logs to the terminal instead of to our own logger, which shows progress.
QUIET: dict[str, Any] = {"loggers": {"console": {}}}
# What every run ends with; its check looks back on the whole run.
LAST = dg.AssetKey(["feedback", "refused"])


def run_stages(
    settings: Settings,
    contracts: dict[str, Contract],
    definitions: dg.Definitions,
    instance: dg.DagsterInstance,
    accept: Collection[str],
) -> bool:
    """Materialise what has changed; whether all of it went well. A dataset that is red stops no other."""
    job, graph = definitions.resolve_job_def("publish"), definitions.resolve_asset_graph()
    reading = {key for key in graph.executable_asset_keys if key.path[0] in ("raw", "intake")}

    def materialise(keys: Iterable[dg.AssetKey], datasets: Collection[str] = ()) -> bool:
        result = job.execute_in_process(
            instance=instance,
            run_config={**QUIET, **accepting(set(accept) & set(datasets))},
            raise_on_error=False,
            asset_selection=sorted(keys),
        )
        return result.success

    def of_groups(groups: Collection[str]) -> Iterator[dg.AssetKey]:
        for key in graph.executable_asset_keys:
            # The raw tables stand in the groups of their datasets, but intake has written them by then.
            if graph.get(key).group_name in groups and key not in reading and key.path[0] != "sent":
                yield key

    if not materialise(reading):
        return False
    changed = changes.changed_datasets(settings, contracts)
    if changed:
        begin(waking_the_gate())
        for contract in submitted(contracts).values():
            begin(making(settings, contract))
    well = not changed or materialise(of_groups({*changed, "code_lists"}), changed)
    lay_out_latest_tables(settings, contracts)
    derived = changes.changed_derived(settings, contracts)
    if derived:
        begin(waking_the_gate())
    # Where no dataset of forms was built, neither were the code lists, which derived ones are made of too.
    groups = derived.keys() | ({"code_lists"} if derived and not changed else set())
    return materialise([*of_groups(groups), CATALOGUE, LAST], derived) and well
