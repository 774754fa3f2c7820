"""What a release takes from the workspace: the mart, the gate's word on it, the rounds it came from and their date."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow.compute as pc
import pyarrow.parquet as pq

from orchestration.contracts import Contract
from orchestration.contracts.derived_files import ACCOUNTS
from orchestration.quality.accounts import unaccounted
from orchestration.quality.verdicts import green_verdict
from orchestration.release.code_lists import load_code_lists
from orchestration.release.lineage import lineage
from orchestration.release.releasing import Release, release
from orchestration.release.retention import read_retention, retain
from orchestration.release.signing import publish_key, signing_key
from orchestration.release.source import dataset_source, submissions_source
from orchestration.release.writing import ReleaseError
from orchestration.running.dbt import load_manifest, published_inputs
from orchestration.running.rounds import closing, made_up
from orchestration.settings import Settings


def publish(settings: Settings, contract: Contract, contracts: Mapping[str, Contract]) -> Release:
    """Release a dataset from what the earlier stages have left in the workspace; remove versions no longer kept.

    `contracts` are those of all datasets: a derived one names what it is made of.
    The release bears the closing date of the latest round that was sent for the dataset (of the latest round at all,
    where none was, as for a derived one). Raises what `release` raises, GateError for a table that the gate has not
    found green, RoundError for a round without a usable date, ReleaseError where nothing was sent at all or the rows
    do not add up, and SigningError for a configured key that cannot be used.
    """
    own, all_ = _rounds(settings, contract.name)
    sources = [submissions_source(own)] if own else []
    if contract.derived:
        read = published_inputs(load_manifest(settings), contract.name)
        sources = [dataset_source(contracts[name]) for name in read if name in contracts]
        if ACCOUNTS in read:
            sources.append(submissions_source(all_))
    if not all_:
        raise ReleaseError(
            f"{contract.name}: nothing was submitted in any round, so there is no date to release it under"
        )
    retention = read_retention(settings.schemas)
    mart = settings.marts / f"{contract.name}.parquet"
    if not contract.derived and unaccounted(settings.workspace, contract.name):
        raise ReleaseError(f"{contract.name}: its rows do not add up; see the check `accounts`")
    key = signing_key(settings.signing_key, settings.published)
    if key is not None:
        # Before anything that it signed.
        publish_key(settings.published, key.public)
    outcome = release(
        contract,
        mart,
        green_verdict(settings.verdicts, contract.name, mart),
        settings.published,
        created=closing(settings.inbox, (own or all_)[-1]).day,
        sample=made_up(settings.inbox),
        sources=sources,
        code_lists=load_code_lists(settings.schemas, settings.dbt_project / "seeds"),
        lineage=lineage(settings, contract),
        key=key,
        staged=settings.marts / f"stg_{contract.name}.parquet",
    )
    retain(settings.published, contract.name, retention)
    return outcome


def _rounds(settings: Settings, dataset: str) -> tuple[list[str], list[str]]:
    """The rounds with a submission that was read for this dataset, and all rounds; oldest first."""
    path = settings.workspace / "intake" / "submissions.parquet"
    table = pq.read_table(path, columns=["round", "dataset", "status"])
    own = table.filter(pc.and_(pc.equal(table["dataset"], dataset), pc.equal(table["status"], "read")))
    known = pc.unique(table["round"]).drop_null().to_pylist()
    return sorted(set(own["round"].to_pylist())), sorted(known)
