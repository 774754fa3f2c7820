"""One file, judged as a run would judge it, and nothing kept: what was read, and what is wrong in which cell."""

from __future__ import annotations

import datetime
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from orchestration.checking.compiled import CompiledModel, judging_models
from orchestration.contracts import Contract, Reference, submitted
from orchestration.contracts.scopes import load_scopes
from orchestration.errors import UserError
from orchestration.feedback.judged import Judged, judged_submissions
from orchestration.intake import Limits, read_limits, take_in
from orchestration.release.latest import latest_table
from orchestration.running.day import data_day, write_data_day
from orchestration.running.rounds import ROUND, made_up
from orchestration.settings import Settings
from orchestration.sql import literal, quoted

# In whose name a file is judged unless told otherwise: somebody who may send for the whole province.
ANYBODY = "check"


def check(
    file: Path,
    settings: Settings,
    contracts: Mapping[str, Contract],
    dataset: str | None = None,
    submitter: str = ANYBODY,
    round_: str | None = None,
    limits: Limits | None = None,
) -> Judged:
    """Judge a file as a submission of `submitter` for `dataset`, or for the one that its header names.

    It is for the round `round_`; unless that is given, for the one in whose folder the file lies, else the latest one
    of the inbox, else the first of this year. What it refers to in other registers is sought in what is published of
    them. It is made up where it lies in an inbox that is. Compiles the models with dbt where they have changed since
    the last check. Raises UserError for a submitter that cannot be the name of a folder, a round that is none, or a
    rule that is no SQL, and OSError where the file cannot be opened.
    """
    round_ = _round(file, settings.inbox) if round_ is None else round_
    if not ROUND.fullmatch(round_):
        raise UserError(f"{round_!r} is no round: rounds are named like 2024-02")
    if submitter in ("", ".", "..") or "/" in submitter:
        raise UserError(f"{submitter!r} is no name of a submitter: it must be the name of a folder")
    with tempfile.TemporaryDirectory(prefix="fuzhi-check-") as folder:
        place = Path(folder, "inbox", round_, submitter, dataset or "")
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
            _judge(own, judging_models(settings, contracts, contract.name), contract)
        (judged,) = judged_submissions(own, contract)
    return replace(
        judged,
        submission=file.name,
        round=None,
        submitter=None if submitter == ANYBODY else submitter,
        made_up=any(made_up(folder) for folder in file.resolve().parents),
    )


def _round(file: Path, inbox: Path) -> str:
    """The round that a file is most likely for."""
    around = [folder.name for folder in file.resolve().parents if ROUND.fullmatch(folder.name)]
    known = [folder.name for folder in inbox.iterdir() if ROUND.fullmatch(folder.name)] if inbox.is_dir() else []
    return next(iter(around), None) or max(known, default=f"{datetime.date.today().year}-01")


def _judge(own: Settings, models: list[CompiledModel], contract: Contract) -> None:
    """Write the issues and accounts of what lies in the workspace of one check, as dbt would."""
    dataset = contract.name
    own.marts.mkdir()
    with duckdb.connect(config={"autoinstall_known_extensions": False}) as connection:
        # The compiled models name the database that dbt calls fuzhi.
        connection.execute("attach ':memory:' as fuzhi; use fuzhi.main")
        for seed in sorted((own.dbt_project / "seeds").glob("*.csv")):
            _read_code_list(connection, seed)
        unpublished = [
            literal(f"reference_unknown@{one.fields[-1]}@{one.dataset}")
            for one in contract.references
            if not _open_published(connection, one, own.published)
        ]
        for model in models:
            # Staging is read by all the others: made once.
            kind = "table" if model.name.startswith("stg_") else "view"
            try:
                connection.execute(f"create {kind} {model.name} as {model.sql_for(own.workspace)}")
            except (duckdb.BinderException, duckdb.ParserException) as error:
                # Before a row is read, so that the text quotes none.
                said = str(error).splitlines()[0]
                raise UserError(f"{dataset}: a rule or a mart is no SQL that can be run: {said}") from None
            if kind == "table" and unpublished:
                kept = f"list_filter(faults, lambda fault: fault not in ({', '.join(unpublished)}))"
                connection.execute(f"update {model.name} set faults = {kept}")
        for name in (f"{dataset}__issues", f"{dataset}__accounts"):
            connection.table(name).write_parquet(str(own.marts / f"{name}.parquet"))


def _open_published(connection: duckdb.DuckDBPyConnection, reference: Reference, published: Path) -> bool:
    """Open what is published of the dataset that is referred to; whether anything is. Where nothing is, no fault is."""
    table = latest_table(published, reference.dataset)
    if table is None:
        columns = ", ".join(f"{quoted(name)} varchar" for name in reference.their_fields)
        connection.execute(f"create table if not exists {reference.dataset} ({columns})")
        return False
    connection.execute(f"create or replace view {reference.dataset} as from read_parquet({literal(table)})")
    return True


def _read_code_list(connection: duckdb.DuckDBPyConnection, seed: Path) -> None:
    source = "read_csv(?, header = true, all_varchar = true)"
    dates = "cast(valid_from as date) as valid_from, cast(valid_to as date) as valid_to"
    connection.execute(f"create table {seed.stem} as select * replace ({dates}) from {source}", [str(seed)])
