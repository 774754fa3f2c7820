"""`fuzhi run`: what has changed is materialised by Dagster, or nothing where nothing has."""

from __future__ import annotations

from collections.abc import Collection

from rich.console import Console

from orchestration.contracts import Contract, load_contracts, submitted
from orchestration.contracts.completeness import refuse_incomplete
from orchestration.contracts.dbt_files import write_dbt_files
from orchestration.errors import UserError
from orchestration.release.signing import check_signing_key
from orchestration.running import report
from orchestration.running.beside import begin, beside
from orchestration.running.changes import run_digest, run_state
from orchestration.running.instance import prepare_dagster
from orchestration.running.rounds import made_up
from orchestration.running.stage_times import timed
from orchestration.settings import Settings
from orchestration.storage.holding import held
from orchestration.watching.recording import recorded

# Who a recorded run was started by.
COMMAND = "fuzhi run"


class RunError(UserError):
    """The run could not begin: says what is in the way and what to do."""


def run(settings: Settings, console: Console, accept: Collection[str] = ()) -> report.Report:
    """Bring everything published up to date with the inbox; the report of it. Progress is shown on `console`.

    The datasets in `accept` are published this time although guards against their last release fail. Raises RunError
    where there is no inbox or `accept` names no dataset, WorkspaceInUseError where another run holds the workspace,
    StorageError for object storage that another machine holds or that fails, SigningError for a signing key that cannot
    be used, and the errors of the contracts.
    """
    if not settings.inbox_url and not settings.inbox.is_dir():
        raise RunError(
            f"there is no inbox at {settings.inbox}: give --inbox, or write a sample with `fuzhi sample DIR`"
        )
    check_signing_key(settings.signing_key, settings.published)
    contracts = load_contracts(settings.schemas)
    for name in accept:
        if name not in contracts:
            raise RunError(f"there is no dataset {name} to accept: choose one of {', '.join(contracts)}")
    refuse_incomplete(contracts, settings)
    write_dbt_files(contracts, settings.dbt_project)
    with held(settings):
        last, digest = settings.workspace / "state" / "report.json", run_state(settings)
        now = run_digest(settings)
        if digest.exists() and digest.read_text("utf-8") == now:
            outcome = report.Report.from_json(last.read_text("utf-8"))
            if report.versions(settings, contracts) == {one.dataset: one.version for one in outcome.datasets}:
                with recorded(settings, COMMAND, news=False) as recording:
                    recording.report = report.without_news(outcome)
                    return recording.report
        digest.unlink(missing_ok=True)
        with recorded(settings, COMMAND) as recording:
            outcome = recording.report = _materialise(settings, contracts, console, accept)
        last.parent.mkdir(parents=True, exist_ok=True)
        last.write_text(outcome.to_json(), "utf-8")
        if outcome.exit_code == 0:
            digest.write_text(now, "utf-8")
        return outcome


def _materialise(
    settings: Settings, contracts: dict[str, Contract], console: Console, accept: Collection[str]
) -> report.Report:
    with timed() as times:
        before = report.versions(settings, contracts)
        succeeded = _run_stages(settings, contracts, console, accept)
        return report.collect(settings, contracts, before, made_up(settings.inbox), succeeded, times.seconds())


def _run_stages(settings: Settings, contracts: dict[str, Contract], console: Console, accept: Collection[str]) -> bool:
    settings.to_environment()
    prepare_dagster(settings)
    # Dagster takes two seconds to import: a run that finds nothing to do need not pay for it.
    from orchestration.intake.children import kept_children
    from orchestration.running.ahead import reading

    with beside(), kept_children():
        begin(reading(settings, submitted(contracts)))
        import dagster as dg

        from orchestration.assets.everything import definitions
        from orchestration.running.progress import shown
        from orchestration.running.stages import run_stages

        with dg.DagsterInstance.get() as instance, shown(console):
            return run_stages(settings, contracts, definitions(settings), instance, accept)
