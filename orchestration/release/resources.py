"""The files of a package as `datapackage.json` describes them: tables by format, code lists, changes.

What stands in it is all that frictionless 5 and the JSON Schemas of the standard accept alike. English titles and
descriptions are beyond the standard, which has one language: `title_en`, `description_en`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from orchestration.contracts import Contract, Field
from orchestration.digests import file_sha256
from orchestration.patterns import one_of
from orchestration.release.changes import CHANGES, KINDS
from orchestration.release.code_lists import CodeList
from orchestration.release.formats import MEDIA_TYPES, Part
from orchestration.release.wording import wording
from orchestration.release.workbook import TABLE_SHEET, headings

PROFILES = "https://datapackage.org/profiles/2.0"
CSV_DIALECT = {
    "delimiter": ",",
    "lineTerminator": "\n",
    "quoteChar": '"',
    "doubleQuote": True,
    "skipInitialSpace": False,
}


def table_schema(columns: tuple[Field, ...], format_: str, code_lists: Sequence[CodeList] = ()) -> dict[str, Any]:
    """The Table Schema (Data Package 2.0) of the published table as one format has it.

    In the workbook columns are called by their Chinese headings. `enum` repeats `categories` and `unique` the primary
    key for readers that know only the older properties (frictionless 5); `fieldsMatch` is left out, for the standard's
    own JSON Schema mistypes it.
    """
    names = headings(columns) if format_ == "xlsx" else [column.name for column in columns]
    schema = {
        "$schema": f"{PROFILES}/tableschema.json",
        "fields": [_field(name, column, format_) for name, column in zip(names, columns, strict=True)],
        "primaryKey": [names[0]],
        "missingValues": [""],
    }
    keys = _foreign_keys(zip(names, (column.codes for column in columns), strict=True), code_lists)
    return schema | ({"foreignKeys": keys} if keys else {})


def code_resource(code_list: CodeList, code_lists: Sequence[CodeList]) -> dict[str, Any]:
    """A code list that the package carries; its columns may refer to other lists."""
    said = code_list.said
    keys = _foreign_keys(((field["name"], field.get("codes")) for field in code_list.fields), code_lists)
    return {
        "name": code_list.resource,
        "path": code_list.file,
        "title": said["title"],
        "title_en": said["title_en"],
        "description": " ".join(said["description"].split()),
        "description_en": " ".join(said["description_en"].split()),
        "sources": [{"title": said["source"]}],
        "format": "csv",
        "mediatype": MEDIA_TYPES["csv"],
        "codes": code_list.name,
        "bytes": code_list.table.stat().st_size,
        "hash": f"sha256:{file_sha256(code_list.table)}",
        "encoding": "utf-8",
        "type": "table",
        "dialect": CSV_DIALECT,
        "schema": {
            "$schema": f"{PROFILES}/tableschema.json",
            "fields": code_list.fields,
            "primaryKey": said["primaryKey"],
            "foreignKeys": [*said.get("foreignKeys", ()), *keys],
            "missingValues": said["missingValues"],
        },
    }


def changes_resource(contract: Contract) -> dict[str, Any]:
    """`changes.csv`, before it is written."""
    said = wording()["changes"]["csv"]
    fields: list[dict[str, Any]] = [
        {"name": name, "type": "string", "description": words["zh"], "description_en": words["en"]}
        for name, words in said["fields"].items()
    ]
    fields[0]["constraints"] = {"required": True}
    fields[1] |= {"categories": list(KINDS), "constraints": {"required": True, "enum": list(KINDS)}}
    return {
        "name": f"{contract.name}-changes",
        "path": CHANGES,
        "title": said["title"]["zh"],
        "title_en": said["title"]["en"],
        "format": "csv",
        "mediatype": MEDIA_TYPES["csv"],
        "bytes": 0,
        "hash": "",
        "encoding": "utf-8",
        "type": "table",
        "dialect": CSV_DIALECT,
        "schema": {"$schema": f"{PROFILES}/tableschema.json", "fields": fields, "missingValues": [""]},
    }


def _foreign_keys(codes: Iterable[tuple[str, str | None]], code_lists: Sequence[CodeList]) -> list[dict[str, Any]]:
    """One key for each field whose codes stand in a list that the package carries."""
    carried = {one.name: one for one in code_lists}
    return [
        {"fields": [name], "reference": {"resource": carried[list_].resource, "fields": ["code"]}}
        for name, list_ in codes
        if list_ in carried
    ]


def table_resource(
    contract: Contract, columns: tuple[Field, ...], format_: str, code_lists: Sequence[CodeList], part: Part
) -> dict[str, Any]:
    """The published table as a file of one format, before it is written; `part` of it in a workbook of several."""
    resource = {
        "name": f"{contract.name}-{format_}{part.suffix}",
        "path": f"{contract.name}{part.suffix}.{format_}",
        "title": f"{contract.title}（{format_}{part.suffix}）",
        "title_en": f"{contract.title_en} ({format_}{part.suffix})",
        "format": format_,
        "mediatype": MEDIA_TYPES[format_],
        "bytes": 0,
        "hash": "",
    }
    if format_ in ("csv", "json", "xml"):
        resource["encoding"] = "utf-8"
    if format_ == "xml":
        # The standard knows no tables in XML: a file like any other.
        return resource
    if format_ != "json":
        # frictionless 5.21 reads tables in JSON with a library that it does not bring along, and never an empty one:
        # it is to check the size and hash of this file, not to fail on a sound package.
        resource["type"] = "table"
    if format_ == "csv":
        resource["dialect"] = CSV_DIALECT
    if format_ == "xlsx":
        resource["dialect"] = {"sheetName": TABLE_SHEET}
    return resource | {"schema": table_schema(columns, format_, code_lists)}


def _field(name: str, column: Field, format_: str) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": name,
        "type": column.type,
        "title": column.title,
        "title_en": column.title_en,
        "description": column.description,
        "description_en": column.description_en,
    }
    if column.unit is not None:
        field["unit"] = column.unit
    if column.codes is not None:
        field["codes"] = column.codes
    if column.kind == "choice":
        field["categories"] = list(column.categories)
    if format_ == "parquet" and column.type in ("integer", "number"):
        # Parquet has a null of its own, but pandas, and frictionless through it, turn it into NaN in a number column.
        field["missingValues"] = ["", "nan"]
    constraints = _constraints(column)
    if constraints:
        field["constraints"] = constraints
    return field


def _constraints(column: Field) -> dict[str, Any]:
    constraints = dict(column.constraints)
    # Table Schema counts no items of a text: a pattern says the same.
    most = constraints.pop("maxItems", None)
    if most is not None and column.kind == "list":
        constraints["pattern"] = f"[^;]+(;[^;]+){{0,{most - 1}}}"
    if column.kind == "choice":
        constraints["enum"] = list(column.categories)
    if column.kind == "set":
        one = f"({one_of(column.categories)})"
        constraints["pattern"] = f"{one}(;{one}){'*' if most is None else f'{{0,{most - 1}}}'}"
    return constraints
