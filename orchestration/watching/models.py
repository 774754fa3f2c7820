"""What dbt's models of a dataset came to: seconds, which failed, and what became of the rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pyarrow.parquet as pq

from orchestration.quality.accounts import OUTCOMES, accounts
from orchestration.running.dbt import NodeResult
from orchestration.running.project_files import dataset_of
from orchestration.settings import Settings
from orchestration.watching.stage import DONE, FAILED, Told, happened


def tell_models(settings: Settings, stage: str, datasets: Collection[str], results: Mapping[str, NodeResult]) -> None:
    """Tell of each dataset that dbt has built something of; `results` by the name of the model or test."""
    for dataset in datasets:
        own = {name: one for name, one in results.items() if dataset_of(name) == dataset}
        if own:
            failed = sorted(name for name, one in own.items() if not one.ok)
            counts: dict[str, Told] = {"models": len(own), "not_built": len(failed)}
            if not failed:
                counts |= _rows(settings, dataset)
            # Of their own, for several are built side by side: not a part of the seconds of the stage.
            counts["model_seconds"] = round(sum(one.seconds for one in own.values()), 3)
            happened(stage, dataset, counts, FAILED if failed else DONE)


def _rows(settings: Settings, dataset: str) -> dict[str, Told]:
    if not (settings.marts / f"{dataset}__accounts.parquet").exists():
        return {"rows": int(pq.read_metadata(settings.marts / f"{dataset}.parquet").num_rows)}
    found = accounts(settings.workspace, dataset)
    counts: dict[str, Told] = {name: sum(getattr(one, name) for one in found) for name in ("read", *OUTCOMES)}
    return counts | {"issues": int(pq.read_metadata(settings.marts / f"{dataset}__issues.parquet").num_rows)}
