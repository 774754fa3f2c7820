"""`<dataset>.csv-metadata.json`: every CSV of a package as CSV on the Web describes tables (W3C, 2015)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orchestration.metadata.described import Described
from orchestration.patterns import one_of

DATATYPES: Mapping[str, dict[str, Any]] = {
    "string": {"base": "string"},
    "integer": {"base": "integer"},
    "number": {"base": "number"},
    "date": {"base": "date", "format": "yyyy-MM-dd"},
    "boolean": {"base": "boolean", "format": "true|false"},
}
BOUNDS = ("minimum", "maximum", "minLength", "maxLength")


def csvw(described: Described) -> dict[str, Any]:
    """The group of all tables in CSV: the dataset first, with the code lists that its columns refer to.

    A CSV that is looked up by its address finds this description beside it (CSVW, 5.3: `{+url}-metadata.json`).
    """
    tables = [one for one in described.package["resources"] if one["format"] == "csv"]
    paths = {one["name"]: one["path"] for one in tables}
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "zh"}],
        "dc:title": _said(described.package, "title"),
        "dc:description": _said(described.package, "description"),
        "dc:publisher": _said(described.owner, "title"),
        "dc:license": {"@id": described.licence["path"]} if "path" in described.licence else described.licence["name"],
        "dc:issued": {"@value": described.day, "@type": "xsd:date"},
        "schema:version": described.version,
        "dialect": {
            "encoding": "utf-8",
            "header": True,
            "delimiter": ",",
            "quoteChar": '"',
            "doubleQuote": True,
            "lineTerminators": ["\n"],
            "commentPrefix": None,
        },
        "tables": [_table(one, paths) for one in tables],
    }


def _table(resource: Mapping[str, Any], paths: Mapping[str, str]) -> dict[str, Any]:
    schema = resource["schema"]
    table: dict[str, Any] = {
        "url": resource["path"],
        "dc:title": _said(resource, "title"),
        "tableSchema": {
            "columns": [_column(field) for field in schema["fields"]],
        },
    }
    if "primaryKey" in schema:
        table["tableSchema"]["primaryKey"] = schema["primaryKey"]
    keys = [_key(one, resource["path"], paths) for one in schema.get("foreignKeys", ())]
    if keys:
        table["tableSchema"]["foreignKeys"] = keys
    return table


def _key(key: Mapping[str, Any], own: str, paths: Mapping[str, str]) -> dict[str, Any]:
    # In Table Schema a reference to "" is one to the same table.
    there = paths.get(key["reference"]["resource"], own)
    return {
        "columnReference": key["fields"],
        "reference": {"resource": there, "columnReference": key["reference"]["fields"]},
    }


def _column(field: Mapping[str, Any]) -> dict[str, Any]:
    constraints = field.get("constraints", {})
    datatype = dict(DATATYPES[field["type"]])
    datatype |= {name: constraints[name] for name in BOUNDS if name in constraints}
    if "enum" in constraints:
        datatype["format"] = one_of(constraints["enum"])
    if "pattern" in constraints:
        datatype["format"] = constraints["pattern"]
    column = {
        "name": field["name"],
        "titles": _titles(field),
        "dc:description": _said(field, "description"),
        "datatype": datatype,
        "null": [""],
        "required": bool(constraints.get("required")),
    }
    if "unit" in field:
        column["schema:unitText"] = field["unit"]
    return column


def _titles(field: Mapping[str, Any]) -> dict[str, list[str]]:
    # The header of the file is among the titles: validators compare both.
    named = {"und": [field["name"]]}
    return named | ({"zh": [field["title"]], "en": [field["title_en"]]} if "title" in field else {})


def _said(of: Mapping[str, Any], name: str) -> list[dict[str, str]]:
    return [{"@value": of[name], "@language": "zh"}, {"@value": of[f"{name}_en"], "@language": "en"}]
