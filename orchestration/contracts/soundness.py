"""Whether a contract can be meant: its names, keys, rules and references agree, and nothing is opened by mistake."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, NoReturn

from orchestration.contracts.contract import Contract, ContractError, Field
from orchestration.contracts.labels import fold_heading

# 山东省公共数据开放办法 (2022): 无条件开放, 有条件开放, 不予开放.
OPENNESS = ("none", "conditional", "unconditional")
VISIBILITY = ("public", "private")
NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
ROUND = re.compile(r"[0-9]{4}-[0-9]{2}")
# The pipeline's own columns: no field may take their names.
RESERVED = {
    "id", "round", "submission", "submitter", "file", "sheet", "table_no", "row_no", "ignored", "faults", "cells",
    "outcome", "submitter_city", "replaced",
}  # fmt: skip
# Folders of `published/` beside those of the datasets, and the tables in `latest/` beside theirs.
RESERVED_DATASETS = {"zh", "en", "assets", "forms", "versions", "accounts", "faults"}
# Names stand unquoted in the models: what DuckDB and Spark (ANSI) reserve would be read as SQL.
SQL_WORDS = frozenset(Path(__file__).with_name("sql_words.txt").read_text("utf-8").split())


def check_field(path: Path, field: Field, kinds: Mapping[str, Any], code_lists: Collection[str]) -> None:
    """Raise ContractError where a field contradicts itself; `kinds` are the kinds of value that there are."""

    def refuse(reason: str) -> NoReturn:
        raise ContractError(path, field.name, reason)

    if field.kind not in kinds:
        refuse(f"kind {field.kind!r} is none of {', '.join(kinds)}")
    if field.type != kinds[field.kind]["type"]:
        refuse(f"kind {field.kind} is of type {kinds[field.kind]['type']}")
    if (field.kind == "code") != (field.codes is not None):
        refuse("kind code and a code list (`codes`) go together")
    if field.scoped and field.codes != "cities":
        refuse("only a field of the code list `cities` can be scoped")
    if field.codes is not None and field.codes not in code_lists:
        refuse(f"there is no code list {field.codes!r} in codes/")
    if (field.kind in ("choice", "set")) != bool(field.categories):
        refuse("kinds choice and set list their `categories`, and no other kind does")
    if field.constraint("maxItems") is not None and field.kind not in ("list", "set"):
        refuse("only the kinds list and set have items to count (`maxItems`)")
    if (field.kind == "uscc") != (field.holder is not None):
        refuse("kind uscc and the field with the holder's name (`holder`) go together")
    if field.visibility not in VISIBILITY:
        refuse(f"visibility {field.visibility!r} is neither public nor private")
    if field.openness not in OPENNESS:
        refuse(f"openness {field.openness!r} is none of {', '.join(OPENNESS)}")


def check(path: Path, contract: Contract, code_lists: Collection[str]) -> None:
    """Raise ContractError where a contract contradicts itself.

    `path` is its file, `code_lists` are the names of the lists that there are.
    """
    if contract.name in RESERVED_DATASETS:
        raise ContractError(path, None, "the name is that of what stands beside the folders or tables of datasets")
    if contract.name in code_lists:
        raise ContractError(path, None, "a code list has that name already, and a model may not share it")
    _names(path, contract)
    _labels(path, contract)
    _openness(path, contract)


def check_together(path: Path, contract: Contract, contracts: Mapping[str, Contract]) -> None:
    """Raise ContractError where it refers to what none of the contracts has."""
    for reference in contract.references:
        if reference.dataset not in contracts:
            raise ContractError(path, None, f"a foreign key refers to {reference.dataset}, which is no dataset")
        theirs = {field.name for field in contracts[reference.dataset].public_fields}
        if reference.dataset == contract.name or contracts[reference.dataset].derived:
            raise ContractError(path, None, "a foreign key refers to another dataset that forms are sent for")
        if contract.name in _referred(reference.dataset, contracts):
            raise ContractError(path, None, f"a foreign key leads back to the dataset itself, by {reference.dataset}")
        if len(reference.fields) != len(reference.their_fields):
            raise ContractError(path, None, f"a foreign key to {reference.dataset} pairs unequal numbers of fields")
        for name in reference.fields:
            if name not in {field.name for field in contract.fields}:
                raise ContractError(path, name, "a foreign key names a field that the contract does not have")
        for name in reference.their_fields:
            if name not in theirs:
                raise ContractError(path, name, f"a foreign key names no public field of {reference.dataset}")


def _referred(dataset: str, contracts: Mapping[str, Contract]) -> set[str]:
    """The datasets that rows of a dataset refer to, directly or through others."""
    found: set[str] = set()
    waiting = [dataset]
    while waiting:
        others = {one.dataset for one in contracts[waiting.pop()].references if one.dataset in contracts} - found
        found |= others
        waiting += others
    return found


def _names(path: Path, contract: Contract) -> None:
    names = [field.name for field in contract.fields]
    for name in names:
        if names.count(name) > 1:
            raise ContractError(path, name, "occurs twice")
        if not NAME.fullmatch(name):
            raise ContractError(path, name, "is no name of small letters, digits and single underscores")
        if name in SQL_WORDS:
            raise ContractError(path, name, "is a word of SQL")
        if name in RESERVED:
            raise ContractError(path, name, "is a name that the pipeline keeps for itself")
    if not contract.key:
        raise ContractError(path, None, "primaryKey names no field")
    for name in contract.key:
        if name not in names:
            raise ContractError(path, name, "primaryKey names a field that the contract does not have")
        field = contract.field(name)
        if not field.required or not field.public:
            raise ContractError(path, name, "a field of the key must be required and public")
    for rule in contract.rules:
        for name in rule.fields:
            if name not in names:
                raise ContractError(path, name, f"rule {rule.name} names a field that the contract does not have")
        for end in (rule.from_round, rule.until_round):
            if end is not None and not ROUND.fullmatch(end):
                raise ContractError(path, None, f"rule {rule.name} is for round {end!r}; a round is written 2024-01")
    for field in contract.fields:
        if (field.kind == "uscc") != (field.holder is not None):
            raise ContractError(
                path, field.name, "kind uscc and the field with the holder's name (`holder`) go together"
            )
        if field.holder is not None and field.holder not in names:
            raise ContractError(path, field.name, f"is the code of {field.holder!r}, which is no field")
        if field.within is not None and field.within not in names:
            raise ContractError(path, field.name, f"lies within {field.within!r}, which is no field")


def _labels(path: Path, contract: Contract) -> None:
    claimed: dict[str, str] = {}
    for field in contract.fields:
        for label in field.labels:
            other = claimed.setdefault(fold_heading(label), field.name)
            if other != field.name:
                raise ContractError(path, field.name, f"the label {label!r} is claimed by {other} too")


def _openness(path: Path, contract: Contract) -> None:
    for field in contract.fields:
        if contract.derived and not field.public:
            raise ContractError(path, field.name, "is private, but a derived dataset is made of public values alone")
        if field.consent is not None:
            _consent(path, contract, field)
        if field.public and field.openness == "none":
            raise ContractError(path, field.name, "is public, but its openness says it may not be opened")
        if OPENNESS.index(field.openness) > OPENNESS.index(contract.openness):
            raise ContractError(
                path, field.name, f"is more open ({field.openness}) than its dataset ({contract.openness})"
            )


def _consent(path: Path, contract: Contract, field: Field) -> None:
    consents = {each.name for each in contract.public_fields if each.kind == "boolean"}
    if field.consent not in consents:
        raise ContractError(path, field.name, f"its consent {field.consent!r} is no public field of kind boolean")
    if not field.public or field.required or field.name in contract.key:
        raise ContractError(path, field.name, "a field with consent is public, neither required nor of the key")
