"""Contracts: what each dataset promises, read from `schemas/` and checked; everything else is derived from them."""

from orchestration.contracts.contract import Contract, ContractError, Field, Reference, Rule, derived, submitted
from orchestration.contracts.loading import load_contracts

__all__ = ["Contract", "ContractError", "Field", "Reference", "Rule", "derived", "load_contracts", "submitted"]
