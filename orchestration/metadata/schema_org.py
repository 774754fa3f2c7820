"""`schema.org.jsonld`: the Dataset of schema.org that search engines for data read from a page or a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orchestration.metadata.described import Described, sha256

PLACE = {"@type": "AdministrativeArea", "name": "山东省", "alternateName": "Shandong"}


def schema_org(described: Described) -> dict[str, Any]:
    """The Dataset of one version. Addresses are relative: the package may lie anywhere."""
    return {"@context": "https://schema.org/", **dataset(described), "distribution": _distribution(described)}


def dataset(described: Described) -> dict[str, Any]:
    """What schema.org, Croissant and RO-Crate say alike of a dataset, in the words of schema.org."""
    package, owner = described.package, described.owner
    said = {
        "@type": "Dataset",
        "name": package["title"],
        "alternateName": package["title_en"],
        "description": described.both("description", "\n"),
        "identifier": f"{described.name} {described.version}",
        "version": described.version,
        "datePublished": described.day,
        "inLanguage": "zh",
        "keywords": list(package["keywords"]),
        "license": described.licence.get("path", described.licence["name"]),
        "isAccessibleForFree": True,
        "creator": _organisation(owner),
        "publisher": _organisation(owner),
        "spatialCoverage": PLACE,
        "variableMeasured": [_variable(field) for field in described.table("csv")["schema"]["fields"]],
    }
    if described.rounds:
        # A round is named by its year and a number: 2024-02 is the second one of 2024.
        said["temporalCoverage"] = f"{described.rounds[0][:4]}/{described.rounds[-1][:4]}"
    return said


def _distribution(described: Described) -> list[dict[str, Any]]:
    return [
        {
            "@type": "DataDownload",
            "name": table["path"],
            "encodingFormat": table["mediatype"],
            "contentUrl": table["path"],
            "contentSize": f"{described.sizes[table['path']]} B",
            "sha256": sha256(table),
        }
        for table in described.tables
    ]


def _organisation(owner: Mapping[str, Any]) -> dict[str, str]:
    return {"@type": "Organization", "name": owner["title"], "alternateName": owner["title_en"]}


def _variable(field: Mapping[str, Any]) -> dict[str, str]:
    said = {
        "@type": "PropertyValue",
        "name": field["name"],
        "alternateName": field["title"],
        "description": f"{field['description']}\n{field['description_en']}",
    }
    return said | ({"unitText": field["unit"]} if "unit" in field else {})
