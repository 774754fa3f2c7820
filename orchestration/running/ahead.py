"""What a run can begin before the step that asks for it (`beside.py`): the same tasks, whoever does them and when."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from orchestration.contracts import Contract
from orchestration.contracts.scopes import load_scopes
from orchestration.feedback.writing import Feedback, write_feedback
from orchestration.intake import IntakeReport, read_limits, take_in
from orchestration.quality.gate import run_gate
from orchestration.quality.verdict import Verdict
from orchestration.release.latest import latest_table
from orchestration.running.beside import Task
from orchestration.running.day import data_day, write_data_day
from orchestration.running.log import LOG
from orchestration.settings import Settings


def reading(settings: Settings, contracts: Mapping[str, Contract]) -> Task[IntakeReport]:
    """Taking in what lies in the inbox, while the dbt project is parsed."""
    return Task("reading", _read, (settings, contracts), has_children=True)


def waking_the_gate() -> Task[None]:
    """Importing Great Expectations, which takes seconds, while dbt builds."""
    return Task("gate", _import_gate, ())


def judging(settings: Settings, contract: Contract) -> Task[Verdict]:
    """The gate's word on one dataset, as long as nothing is accepted, while others are released."""
    return Task(f"gate {contract.name}", _judge, (settings, contract))


def answering(settings: Settings, contract: Contract | None) -> Task[list[Feedback]]:
    """The answers to the submissions of one dataset, or for None to refused files, while others are released."""
    return Task(f"answers {contract.name if contract else ''}", write_feedback, (settings, contract), has_children=True)


def _read(settings: Settings, contracts: Mapping[str, Contract]) -> IntakeReport:
    limits, scopes = read_limits(settings.schemas), load_scopes(settings.schemas)
    report = take_in(settings.inbox, settings.workspace, contracts, limits, progress=_tell, scopes=scopes)
    write_data_day(settings.workspace, data_day(settings.inbox))
    return report


def _tell(done: int, of: int, _: str) -> None:
    LOG.info(f"reading the forms: {done} of {of}")


def _import_gate() -> None:
    import_module("orchestration.quality.judge")


def _judge(settings: Settings, contract: Contract) -> Verdict:
    return run_gate(
        contract,
        mart=settings.marts / f"{contract.name}.parquet",
        suite=settings.expectations / f"{contract.name}.yaml",
        previous=latest_table(settings.published, contract.name),
        code_lists=settings.dbt_project / "seeds",
        guards=settings.guards,
    )
