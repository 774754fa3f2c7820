"""Whether each contract has what goes with it: a model that makes its table, and a suite that judges it."""

from __future__ import annotations

from collections.abc import Mapping

from orchestration.contracts.contract import Contract, ContractError
from orchestration.settings import Settings


def refuse_incomplete(contracts: Mapping[str, Contract], settings: Settings) -> None:
    """Raise ContractError for the first contract whose mart or suite is not there: dbt would say less, and later."""
    for name, contract in contracts.items():
        mart = settings.dbt_project / "models" / ("derived" if contract.derived else "marts") / f"{name}.sql"
        for path in (mart, settings.expectations / f"{name}.yaml"):
            if not path.is_file():
                place = path.relative_to(settings.project).as_posix()
                raise ContractError(settings.schemas / f"{name}.yaml", None, f"{place} is missing, which goes with it")
