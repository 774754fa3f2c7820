"""The `datapackage.json` of a release: Data Package 2.0, from the contract; its resources are in `resources.py`.

What stands in it is all that frictionless 5 and the JSON Schemas of the standard accept alike. English titles and
descriptions are beyond the standard, which has one language: `title_en`, `description_en`.
"""

from __future__ import annotations

import copy
import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orchestration.contracts import Contract, Field
from orchestration.release.code_lists import CodeList
from orchestration.release.formats import WHOLE, Part
from orchestration.release.resources import PROFILES, changes_resource, code_resource, table_resource
from orchestration.release.source import Source
from orchestration.release.versions import Edition
from orchestration.release.wording import say, say_title, wording

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
                table_resource(contract, columns, format_, code_lists, part)
                for format_ in formats
                for part in (workbooks if format_ == "xlsx" else (WHOLE,))
            ),
            *(code_resource(one, code_lists) for one in code_lists),
            changes_resource(contract),
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


def _keywords(contract: Contract) -> list[str]:
    words = wording()["keywords"]
    return [contract.title, *words["zh"], contract.title_en, *words["en"]]


def _licence(name: str) -> dict[str, str]:
    known = wording()["licences"].get(name)
    return {"name": name} if known is None else {"name": name, "path": known["path"], "title": known["title"]}


def _noticed(description: str, sample: bool, language: Any, space: str) -> str:
    return f"{say('sample_notice', language)}{space}{description}" if sample else description
