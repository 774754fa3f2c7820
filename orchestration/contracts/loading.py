"""Reading contracts from `schemas/` and refusing those that cannot be meant: which file, which field, why."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from orchestration.contracts.contract import Contract, ContractError, Field, Rule
from orchestration.contracts.labels import fold_heading
from orchestration.yaml_files import YamlFileError, read_mapping

CONTRACT_PROPERTIES = {
    "name", "title", "title_en", "description", "description_en", "plan_clauses", "owner", "owner_en",
    "openness", "licence", "primaryKey", "missingValues", "fields", "rules",
}  # fmt: skip
FIELD_PROPERTIES = {
    "name", "type", "kind", "title", "title_en", "description", "description_en", "aliases", "unit", "codes",
    "within", "scoped", "categories", "constraints", "visibility", "openness", "common",
}  # fmt: skip
RULE_PROPERTIES = {"name", "fields", "holds", "message", "message_en"}
CONSTRAINTS = {"required", "minimum", "maximum", "minLength", "maxLength"}
VISIBILITY = {"public", "private"}
# 山东省公共数据开放办法 (2022): 无条件开放, 有条件开放, 不予开放.
OPENNESS = ("none", "conditional", "unconditional")
NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
# The pipeline's own columns: no field may take their names.
RESERVED = {
    "id", "round", "submission", "submitter", "file", "sheet", "table_no", "row_no", "ignored", "faults", "cells",
    "outcome", "submitter_city", "replaced",
}  # fmt: skip
# Names stand unquoted in the models: what DuckDB and Spark (ANSI) reserve would be read as SQL.
SQL_WORDS = frozenset(Path(__file__).with_name("sql_words.txt").read_text("utf-8").split())


def load_contracts(schemas: Path) -> dict[str, Contract]:
    """Read every contract in `schemas/*.yaml`, in the order of their names.

    Raises ContractError for a file that is no contract, an unknown property, a key or rule that names no field,
    two fields that share a label, or a field that is more open than its dataset.
    """
    kinds = _read(schemas / "shared" / "kinds.yaml")
    common = _read(schemas / "shared" / "fields.yaml")
    lists = {path.stem for path in (schemas / "codes").glob("*.yaml")}
    contracts = [_contract(path, kinds, common, lists) for path in sorted(schemas.glob("*.yaml"))]
    return {contract.name: contract for contract in contracts}


def _read(path: Path) -> dict[str, Any]:
    try:
        return read_mapping(path, of="properties")
    except YamlFileError as error:
        raise ContractError(path, None, str(error)) from error


def _contract(path: Path, kinds: dict[str, Any], common: dict[str, Any], lists: set[str]) -> Contract:
    raw = _read(path)
    _refuse_unknown(path, None, raw, CONTRACT_PROPERTIES)
    missing = CONTRACT_PROPERTIES - {"rules", "plan_clauses", "missingValues"} - raw.keys()
    if missing:
        raise ContractError(path, None, f"lacks {', '.join(sorted(missing))}")
    if raw["name"] != path.stem:
        raise ContractError(path, None, f"is named {raw['name']!r} inside; file and name must agree")
    if raw["openness"] not in OPENNESS:
        raise ContractError(path, None, f"openness {raw['openness']!r} is none of {', '.join(OPENNESS)}")
    fields = tuple(_field(path, entry, kinds, common, lists) for entry in raw["fields"])
    contract = Contract(
        name=raw["name"],
        title=raw["title"],
        title_en=raw["title_en"],
        description=raw["description"].strip(),
        description_en=raw["description_en"].strip(),
        fields=fields,
        key=tuple(raw["primaryKey"]),
        owner=raw["owner"],
        owner_en=raw["owner_en"],
        openness=raw["openness"],
        licence=raw["licence"],
        plan_clauses=tuple(raw.get("plan_clauses", ())),
        rules=tuple(_rule(path, entry) for entry in raw.get("rules", ())),
    )
    _check_names(path, contract)
    _check_labels(path, contract)
    _check_openness(path, contract)
    return contract


def _field(path: Path, entry: dict[str, Any], kinds: dict[str, Any], common: dict[str, Any], lists: set[str]) -> Field:
    name = str(entry.get("name"))
    _refuse_unknown(path, name, entry, FIELD_PROPERTIES)
    if entry.get("common"):
        if name not in common:
            raise ContractError(path, name, "is marked common, but shared/fields.yaml has no such field")
        if entry.get("type", common[name]["type"]) != common[name]["type"]:
            raise ContractError(path, name, f"is of type {common[name]['type']} in shared/fields.yaml")
        entry = {**common[name], **entry}
    missing = {"name", "type", "kind", "title", "title_en", "description", "description_en"} - entry.keys()
    if missing:
        raise ContractError(path, name, f"lacks {', '.join(sorted(missing))}")
    if entry["kind"] not in kinds:
        raise ContractError(path, name, f"kind {entry['kind']!r} is none of {', '.join(kinds)}")
    if entry["type"] != kinds[entry["kind"]]["type"]:
        raise ContractError(path, name, f"kind {entry['kind']} is of type {kinds[entry['kind']]['type']}")
    if (entry["kind"] == "code") != ("codes" in entry):
        raise ContractError(path, name, "kind code and a code list (`codes`) go together")
    if entry.get("scoped") and entry.get("codes") != "cities":
        raise ContractError(path, name, "only a field of the code list `cities` can be scoped")
    if "codes" in entry and entry["codes"] not in lists:
        raise ContractError(path, name, f"there is no code list {entry['codes']!r} in codes/")
    if (entry["kind"] in ("choice", "set")) != ("categories" in entry):
        raise ContractError(path, name, "kinds choice and set list their `categories`, and no other kind does")
    if entry.get("visibility", "private") not in VISIBILITY:
        raise ContractError(path, name, f"visibility {entry['visibility']!r} is neither public nor private")
    if entry.get("openness", "none") not in OPENNESS:
        raise ContractError(path, name, f"openness {entry['openness']!r} is none of {', '.join(OPENNESS)}")
    unknown = entry.get("constraints", {}).keys() - CONSTRAINTS
    if unknown:
        raise ContractError(path, name, f"unknown constraint {', '.join(sorted(unknown))}")
    return Field(
        name=name,
        type=entry["type"],
        kind=entry["kind"],
        title=entry["title"],
        title_en=entry["title_en"],
        description=entry["description"],
        description_en=entry["description_en"],
        aliases=tuple(entry.get("aliases", ())),
        unit=entry.get("unit"),
        codes=entry.get("codes"),
        within=entry.get("within"),
        scoped=bool(entry.get("scoped")),
        categories=tuple(entry.get("categories", ())),
        constraints=tuple(sorted(entry.get("constraints", {}).items())),
        visibility=entry.get("visibility", "private"),
        openness=entry.get("openness", "none"),
    )


def _rule(path: Path, entry: dict[str, Any]) -> Rule:
    _refuse_unknown(path, None, entry, RULE_PROPERTIES)
    missing = RULE_PROPERTIES - entry.keys()
    if missing:
        raise ContractError(path, None, f"rule {entry.get('name')} lacks {', '.join(sorted(missing))}")
    return Rule(entry["name"], tuple(entry["fields"]), entry["holds"], entry["message"], entry["message_en"])


def _check_names(path: Path, contract: Contract) -> None:
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
    for field in contract.fields:
        if field.within is not None and field.within not in names:
            raise ContractError(path, field.name, f"lies within {field.within!r}, which is no field")


def _check_labels(path: Path, contract: Contract) -> None:
    claimed: dict[str, str] = {}
    for field in contract.fields:
        for label in field.labels:
            other = claimed.setdefault(fold_heading(label), field.name)
            if other != field.name:
                raise ContractError(path, field.name, f"the label {label!r} is claimed by {other} too")


def _check_openness(path: Path, contract: Contract) -> None:
    for field in contract.fields:
        if field.public and field.openness == "none":
            raise ContractError(path, field.name, "is public, but its openness says it may not be opened")
        if OPENNESS.index(field.openness) > OPENNESS.index(contract.openness):
            raise ContractError(
                path, field.name, f"is more open ({field.openness}) than its dataset ({contract.openness})"
            )


def _refuse_unknown(path: Path, field: str | None, entry: dict[str, Any], known: set[str]) -> None:
    unknown = entry.keys() - known
    if unknown:
        raise ContractError(path, field, f"unknown property {', '.join(sorted(map(str, unknown)))}")
