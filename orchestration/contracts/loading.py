"""Reading contracts from `schemas/`, refusing those that are none; whether one can be meant is in `soundness.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from orchestration.contracts.contract import Contract, ContractError, Field, Reference, Rule
from orchestration.contracts.soundness import OPENNESS, check, check_field, check_together
from orchestration.yaml_files import YamlFileError, read_mapping

CONTRACT_PROPERTIES = {
    "name", "title", "title_en", "description", "description_en", "plan_clauses", "owner", "owner_en",
    "openness", "licence", "primaryKey", "foreignKeys", "missingValues", "fields", "rules", "derived",
}  # fmt: skip
FIELD_PROPERTIES = {
    "name", "type", "kind", "title", "title_en", "description", "description_en", "aliases", "unit", "codes",
    "within", "scoped", "consent", "holder", "categories", "maxItems", "constraints", "visibility", "openness",
    "common",
}  # fmt: skip
OPTIONAL = {"rules", "plan_clauses", "missingValues", "foreignKeys", "derived"}
RULE_PROPERTIES = {"name", "fields", "holds", "message", "message_en", "from_round", "until_round"}
CONSTRAINTS = {"required", "minimum", "maximum", "minLength", "maxLength"}


def load_contracts(schemas: Path) -> dict[str, Contract]:
    """Read every contract in `schemas/*.yaml`, in the order of their names.

    Raises ContractError for a file that is no contract, an unknown property, a key, rule or reference that names no
    field, two fields that share a label, or a field that is more open than its dataset.
    """
    kinds = _read(schemas / "shared" / "kinds.yaml")
    common = _read(schemas / "shared" / "fields.yaml")
    lists = {path.stem for path in (schemas / "codes").glob("*.yaml")}
    paths = sorted(schemas.glob("*.yaml"))
    contracts = {path.stem: _contract(path, kinds, common, lists) for path in paths}
    for path in paths:
        check_together(path, contracts[path.stem], contracts)
    return {name: _with_titles(contract, contracts) for name, contract in contracts.items()}


def _read(path: Path) -> dict[str, Any]:
    try:
        return read_mapping(path, of="properties")
    except YamlFileError as error:
        raise ContractError(path, None, str(error)) from error


def _contract(path: Path, kinds: dict[str, Any], common: dict[str, Any], lists: set[str]) -> Contract:
    raw = _read(path)
    _refuse_unknown(path, None, raw, CONTRACT_PROPERTIES)
    missing = CONTRACT_PROPERTIES - OPTIONAL - raw.keys()
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
        references=tuple(_reference(path, entry) for entry in raw.get("foreignKeys", ())),
        derived=bool(raw.get("derived")),
    )
    check(path, contract, lists)
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
    constraints = dict(entry.get("constraints", {}))
    unknown = constraints.keys() - CONSTRAINTS
    if unknown:
        raise ContractError(path, name, f"unknown constraint {', '.join(sorted(unknown))}")
    if "maxItems" in entry:
        # No constraint of Table Schema, whose fields of this type are texts; judged like one.
        constraints["maxItems"] = entry["maxItems"]
    field = Field(
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
        consent=entry.get("consent"),
        holder=entry.get("holder"),
        common=bool(entry.get("common")),
        categories=tuple(entry.get("categories", ())),
        constraints=tuple(sorted(constraints.items())),
        visibility=entry.get("visibility", "private"),
        openness=entry.get("openness", "none"),
    )
    check_field(path, field, kinds, lists)
    return field


def _rule(path: Path, entry: dict[str, Any]) -> Rule:
    _refuse_unknown(path, None, entry, RULE_PROPERTIES)
    missing = RULE_PROPERTIES - {"from_round", "until_round"} - entry.keys()
    if missing:
        raise ContractError(path, None, f"rule {entry.get('name')} lacks {', '.join(sorted(missing))}")
    return Rule(**{**entry, "fields": tuple(entry["fields"])})


def _reference(path: Path, entry: dict[str, Any]) -> Reference:
    try:
        fields, theirs = tuple(entry["fields"]), entry["reference"]
        return Reference(fields, theirs["resource"], tuple(theirs["fields"]))
    except (KeyError, TypeError):
        raise ContractError(
            path, None, "a foreign key has `fields` and a `reference` with `resource` and `fields`"
        ) from None


def _with_titles(contract: Contract, contracts: Mapping[str, Contract]) -> Contract:
    """The contract with the titles of the datasets that it refers to."""
    others = [(one, contracts[one.dataset]) for one in contract.references]
    titled = tuple(replace(one, title=other.title, title_en=other.title_en) for one, other in others)
    return replace(contract, references=titled)


def _refuse_unknown(path: Path, field: str | None, entry: dict[str, Any], known: set[str]) -> None:
    unknown = entry.keys() - known
    if unknown:
        raise ContractError(path, field, f"unknown property {', '.join(sorted(map(str, unknown)))}")
