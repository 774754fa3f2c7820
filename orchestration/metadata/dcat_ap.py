"""`catalog.jsonld`: all datasets in their latest versions, as portals harvest them (DCAT-AP 3.0.1, in JSON-LD).

Addresses are relative to the catalogue itself, so that `published/` works under any address, unless a base is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from orchestration.metadata.described import Described, sha256
from orchestration.metadata.wording import wording

CONTEXT = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
IANA = "https://www.iana.org/assignments/media-types/"
FILE_TYPES = "http://publications.europa.eu/resource/authority/file-type/"
LANGUAGES = "http://publications.europa.eu/resource/authority/language/"


def dcat_ap(datasets: Iterable[tuple[Described, str]], base: str = "") -> dict[str, Any]:
    """The catalogue of these versions, each with the day on which the dataset was first published.

    `base` is the address of `published/`, with a slash at its end; without one, addresses are relative.
    """
    known = list(datasets)
    words = wording()["catalog"]
    catalog: dict[str, Any] = {
        "@context": CONTEXT,
        "@id": base or "./",
        "@type": "dcat:Catalog",
        "dct:title": _both(words["title"]["zh"], words["title"]["en"]),
        "dct:description": _both(words["description"]["zh"], words["description"]["en"]),
        "dct:publisher": _agent(words["publisher"]["zh"], words["publisher"]["en"]),
        "dct:language": [_language("ZHO"), _language("ENG")],
        "dct:spatial": _place(),
        "dcat:dataset": [_dataset(described, first, base) for described, first in known],
    }
    if known:
        catalog["dct:modified"] = _day(max(described.day for described, _ in known))
    return catalog


def _dataset(described: Described, first: str, base: str) -> dict[str, Any]:
    package, owner = described.package, described.owner
    home = f"{base}{described.name}/"
    said: dict[str, Any] = {
        # The dataset keeps its address from version to version: harvesters know it by that.
        "@id": home,
        "@type": "dcat:Dataset",
        "dct:identifier": described.name,
        "dct:title": _both(package["title"], package["title_en"]),
        "dct:description": _both(package["description"], package["description_en"]),
        "dct:publisher": _agent(owner["title"], owner["title_en"]),
        "dct:issued": _day(first),
        "dct:modified": _day(described.day),
        "dct:language": _language("ZHO"),
        "dct:spatial": _place(),
        "dct:accessRights": {
            "@id": wording()["openness"][package["openness"]]["access_right"],
            "@type": "dct:RightsStatement",
        },
        "dct:provenance": {
            "@type": "dct:ProvenanceStatement",
            "rdfs:label": [
                label for source in package["sources"] for label in _both(source["title"], source["title_en"])
            ],
        },
        "dcat:keyword": list(package["keywords"]),
        "dcat:theme": [_theme(one) for one in wording()["themes"]],
        "dcat:version": described.version,
        "foaf:page": {"@id": f"{home}{described.version}/README.md", "@type": "foaf:Document"},
        "dcat:distribution": [_distribution(described, one, home) for one in described.tables],
    }
    if described.rounds:
        said["dct:temporal"] = {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _year(described.rounds[0]),
            "dcat:endDate": _year(described.rounds[-1]),
        }
    previous = package["change"].get("previous")
    if previous is not None:
        said["dcat:previousVersion"] = _to(f"{home}{previous}/")
    return said


def _distribution(described: Described, table: Mapping[str, Any], home: str) -> dict[str, Any]:
    address = f"{home}{described.version}/{table['path']}"
    said = {
        "@id": f"{address}#distribution",
        "@type": "dcat:Distribution",
        "dct:title": _both(table["title"], table["title_en"]),
        "dcat:accessURL": _to(address),
        "dcat:downloadURL": _to(address),
        "dct:format": {"@id": f"{FILE_TYPES}{table['format'].upper()}", "@type": "dct:MediaTypeOrExtent"},
        "dcat:mediaType": {"@id": f"{IANA}{table['mediatype']}", "@type": "dct:MediaType"},
        "dcat:byteSize": {"@value": str(described.sizes[table["path"]]), "@type": "xsd:nonNegativeInteger"},
        "dct:issued": _day(described.day),
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": _to("http://spdx.org/rdf/terms#checksumAlgorithm_sha256"),
            "spdx:checksumValue": {"@value": sha256(table), "@type": "xsd:hexBinary"},
        },
    }
    licence = described.licence
    # A licence of whom no address is known has its name, which is no IRI.
    return said | {
        "dct:license": {"@type": "dct:LicenseDocument", "dct:identifier": licence["name"]}
        | ({"@id": licence["path"]} if "path" in licence else {})
    }


def _place() -> dict[str, Any]:
    place = wording()["place"]
    return {
        "@type": "dct:Location",
        "dct:identifier": place["code"],
        "skos:prefLabel": _both(place["zh"], place["en"]),
    }


def _language(code: str) -> dict[str, str]:
    return {"@id": f"{LANGUAGES}{code}", "@type": "dct:LinguisticSystem"}


def _theme(theme: Mapping[str, str]) -> dict[str, Any]:
    return {"@id": theme["address"], "@type": "skos:Concept", "skos:prefLabel": _both(theme["zh"], theme["en"])}


def _agent(chinese: str, english: str) -> dict[str, Any]:
    return {"@type": "foaf:Agent", "foaf:name": _both(chinese, english)}


def _both(chinese: str, english: str) -> list[dict[str, str]]:
    return [{"@value": chinese, "@language": "zh"}, {"@value": english, "@language": "en"}]


def _day(day: str) -> dict[str, str]:
    return {"@value": day, "@type": "xsd:date"}


def _year(round_: str) -> dict[str, str]:
    # A round is named by its year and a number: 2024-02 is the second one of 2024.
    return {"@value": round_[:4], "@type": "xsd:gYear"}


def _to(address: str) -> dict[str, str]:
    return {"@id": address}
