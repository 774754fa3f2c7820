"""One file, judged as a run would judge it, and nothing kept: what was read, and what is wrong in which cell."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from orchestration.checking.compiled import CompiledModel, judging_models
from orchestration.contracts import Contract, submitted
from orchestration.contracts.scopes import load_scopes
from orchestration.errors import UserError
from orchestration.feedback.judged import Judged, judged_submissions
from orchestration.intake import Limits, read_limits, take_in
from orchestration.running.day import data_day, write_data_day
from orchestration.running.rounds import made_up
from orchestration.settings import Settings

# A file that is checked belongs to no round; the folder must be named like one.
ROUND = "2000-01"
# In whose name a file is judged unless told otherwise: somebody who may send for the whole province.
ANYBODY = "check"


def check(
    file: Path,
    settings: Settings,
    contracts: Mapping[str, Contract],
    dataset: str | None = None,
    submitter: str = ANYBODY,
    limits: Limits | None = None,
) -> Judged:
    """Judge a file as a submission of `submitter` for `dataset`, or for the one that its header names.

    It is made up where it lies in an inbox that is. Compiles the models with dbt where they have changed since the
    last check. Raises UserError for a submitter that cannot be the name of a folder, and OSError where the file cannot
    be opened.
    """
    if submitter in ("", ".", "..") or "/" in submitter:
        raise UserError(f"{submitter!r} is no name of a submitter: it must be the name of a folder")
    with tempfile.TemporaryDirectory(prefix="fuzhi-check-") as folder:
        place = Path(folder, "inbox", ROUND, submitter, dataset or "")
        place.mkdir(parents=True)
        shutil.copyfile(file, place / file.name)
        own = replace(settings, inbox=Path(folder, "inbox"), workspace=Path(folder, "workspace"))
        limits, scopes = limits or read_limits(settings.schemas), load_scopes(settings.schemas)
        take_in(own.inbox, own.workspace, submitted(contracts), limits, workers=1, scopes=scopes)
        write_data_day(own.workspace, data_day(settings.inbox) if settings.inbox.is_dir() else None)
        submissions = pq.read_table(own.workspace / "intake" / "submissions.parquet", columns=["dataset"])
        (named,) = submissions["dataset"].to_pylist()
        contract = None if named is None else contracts[named]
        if contract is not None:
            _judge(own, judging_models(settings, contracts, contract.name), contract.name)
        (judged,) = judged_submissions(own, contract)
    return replace(
        judged,
        submission=file.name,
        round=None,
        submitter=None if submitter == ANYBODY else submitter,
        made_up=any(made_up(folder) for folder in file.resolve().parents),
    )


def _judge(own: Settings, models: list[CompiledModel], dataset: str) -> None:
    """Write the issues and accounts of what lies in the workspace of one check, as dbt would."""
    own.marts.mkdir()
    with duckdb.connect(config={"autoinstall_known_extensions": False}) as connection:
        # The compiled models name the database that dbt calls fuzhi.
        connection.execute("attach ':memory:' as fuzhi; use fuzhi.main")
        for seed in sorted((own.dbt_project / "seeds").glob("*.csv")):
            _read_code_list(connection, seed)
        for model in models:
            # Staging is read by all the others: made once.
            kind = "table" if model.name.startswith("stg_") else "view"
            connection.execute(f"create {kind} {model.name} as {model.sql_for(own.workspace)}")
        for name in (f"{dataset}__issues", f"{dataset}__accounts"):
            connection.table(name).write_parquet(str(own.marts / f"{name}.parquet"))


def _read_code_list(connection: duckdb.DuckDBPyConnection, seed: Path) -> None:
    source = "read_csv(?, header = true, all_varchar = true)"
    dates = "cast(valid_from as date) as valid_from, cast(valid_to as date) as valid_to"
    connection.execute(f"create table {seed.stem} as select * replace ({dates}) from {source}", [str(seed)])
