"""Judging one file before it is sent, with the very rules of the pipeline: the SQL that dbt has compiled from them."""

from orchestration.checking.checking import Check, Finding, check

__all__ = ["Check", "Finding", "check"]
