"""The `datapackage.json` of a release: Data Package 2.0 with Table Schemas, from the contract.

What stands in it is all that frictionless 5 and the JSON Schemas of the standard accept alike. English titles and
descriptions are beyond the standard, which has one language: `title_en`, `description_en`.
"""

from __future__ import annotations

import copy
import datetime
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orchestration.contracts import Contract, Field
from orchestration.digests import file_sha256
from orchestration.release.changes import CHANGES, KINDS
from orchestration.release.code_lists import CodeList
from orchestration.release.formats import MEDIA_TYPES, WHOLE, Part
from orchestration.release.source import Source
from orchestration.release.versions import Edition
from orchestration.release.wording import say, say_title, wording
from orchestration.release.workbook import TABLE_SHEET, headings

PROFILES = "https://datapackage.org/profiles/2.0"
CSV_DIALECT = {
    "delimiter": ",",
    "lineTerminator": "\n",
    "quoteChar": '"',
    "doubleQuote": True,
    "skipInitialSpace": False,
}
# Characters that mean something in a regular expression of XML Schema, which `pattern` is written in.
SPECIAL = re.compile(r"[\\.^$*+?{}\[\]|()]")
# What belongs to one version alone and is no reason for a next one.
OF_ONE_VERSION = ("version", "created", "change")
OF_ONE_FILE = ("bytes", "hash")


@dataclass(frozen=True)
class Written:
    """A file of a package as it was written."""

    name: str
    bytes: int
    sha256: str


def describe(
    contract: Contract,
    columns: tuple[Field, ...],
    sources: Sequence[Source],
    sample: bool,
    formats: Sequence[str],
    code_lists: Sequence[CodeList] = (),
    workbooks: Sequence[Part] = (WHOLE,),
) -> dict[str, Any]:
    """Everything that a package says of itself but for its version, date and tables.

    `formats` of `MEDIA_TYPES`; `code_lists` are those that the package carries, `workbooks` the files of format
    xlsx.
    """
    return {
        "$schema": f"{PROFILES}/datapackage.json",
        "name": contract.name,
        "title": say_title(contract, sample, "zh"),
        "title_en": say_title(contract, sample, "en"),
        "description": _noticed(contract.description, sample, "zh", ""),
        "description_en": _noticed(contract.description_en, sample, "en", " "),
        "version": "",
        "created": "",
        "sample": sample,
        "openness": contract.openness,
        "keywords": _keywords(contract),
        "licenses": [_licence(contract.licence)],
        "contributors": [
            {"title": contract.owner, "title_en": contract.owner_en, "roles": ["owner", "publisher"]},
        ],
        "sources": [{"title": source.title, "title_en": source.title_en} for source in sources],
        "rounds": sorted({name for source in sources for name in source.rounds}),
        "change": {},
        "resources": [
            *(
                _resource(contract, columns, format_, code_lists, part)
                for format_ in formats
                for part in (workbooks if format_ == "xlsx" else (WHOLE,))
            ),
            *(_code_resource(one, code_lists) for one in code_lists),
            _changes_resource(contract),
        ],
    }


def complete(
    metadata: dict[str, Any],
    version: str,
    created: datetime.date,
    change: Mapping[str, Any],
    files: Mapping[str, Written],
) -> dict[str, Any]:
    """The descriptor of one version: `metadata` of `describe`, how it came about, and what was written, by path."""
    descriptor = copy.deepcopy(metadata)
    descriptor["version"] = version
    # Data Package 2.0 wants a moment (RFC 3339); a release is dated by the day.
    descriptor["created"] = f"{created.isoformat()}T00:00:00Z"
    descriptor["change"] = change
    for resource in descriptor["resources"]:
        if "codes" in resource:
            continue
        file = files[resource["path"]]
        # frictionless 5.21 never counts the bytes of a Parquet file and then calls any number wrong; the size of
        # every file is in latest.json.
        if resource["format"] == "parquet":
            del resource["bytes"]
        else:
            resource["bytes"] = file.bytes
        resource["hash"] = f"sha256:{file.sha256}"
    return descriptor


def edition(descriptor: dict[str, Any], data: str | None = None) -> Edition:
    """What of a descriptor decides about the version; `data` is the SHA-256 of a Parquet that it does not name yet."""
    said = {name: value for name, value in descriptor.items() if name not in (*OF_ONE_VERSION, "resources")}
    parquet = next(one for one in descriptor["resources"] if one["format"] == "parquet")
    fields = parquet["schema"]["fields"]
    return Edition(
        columns=tuple((field["name"], field["type"]) for field in fields),
        data=data if data is not None else parquet["hash"].removeprefix("sha256:"),
        metadata=_dumped([said, [_said_of(one) for one in descriptor["resources"]]]),
        columns_said=tuple((field["name"], _dumped(field)) for field in fields),
    )


def _said_of(resource: dict[str, Any]) -> dict[str, Any]:
    # A code list that has changed is a reason: its file is no other form of the data. The fields of the other tables
    # are those of the contract, told apart one by one.
    left_out = () if "codes" in resource else (*OF_ONE_FILE, "schema")
    return {name: value for name, value in resource.items() if name not in left_out}


def _dumped(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True)


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


def _code_resource(code_list: CodeList, code_lists: Sequence[CodeList]) -> dict[str, Any]:
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


def _changes_resource(contract: Contract) -> dict[str, Any]:
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


def _resource(
    contract: Contract, columns: tuple[Field, ...], format_: str, code_lists: Sequence[CodeList], part: Part
) -> dict[str, Any]:
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
    if column.kind == "choice":
        constraints["enum"] = list(column.categories)
    if column.kind == "set":
        one = "(" + "|".join(SPECIAL.sub(r"\\\g<0>", word) for word in column.categories) + ")"
        constraints["pattern"] = f"{one}(;{one})*"
    return constraints


def _keywords(contract: Contract) -> list[str]:
    words = wording()["keywords"]
    return [contract.title, *words["zh"], contract.title_en, *words["en"]]


def _licence(name: str) -> dict[str, str]:
    known = wording()["licences"].get(name)
    return {"name": name} if known is None else {"name": name, "path": known["path"], "title": known["title"]}


def _noticed(description: str, sample: bool, language: Any, space: str) -> str:
    return f"{say('sample_notice', language)}{space}{description}" if sample else description
