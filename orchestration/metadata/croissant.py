"""`croissant.json`: files and records as tools for machine learning read them (MLCommons Croissant 1.0)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orchestration.metadata.described import Described, sha256
from orchestration.metadata.schema_org import dataset

VERSION = "http://mlcommons.org/croissant/1.0"
# The context that Croissant 1.0 prescribes (specification, "Appendix 1"); ours is Chinese first.
CONTEXT = {
    "@language": "zh",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
# The registered name of Parquet is younger than Croissant, which has this one.
MEDIA_TYPES = {"parquet": "application/x-parquet"}
DATA_TYPES = {
    "string": "sc:Text",
    "integer": "sc:Integer",
    "number": "sc:Float",
    "date": "sc:Date",
    "boolean": "sc:Boolean",
}


def croissant(described: Described) -> dict[str, Any]:
    """Every file with its checksum; the records of the Parquet, and those of the code lists.

    What refers to what is left to the other documents: mlcroissant 1.1 joins by `references`, and takes the codes of
    a CSV for numbers in doing so.
    """
    tables = [described.table("parquet"), *described.code_lists]
    return {
        "@context": CONTEXT,
        **dataset(described),
        "@type": "sc:Dataset",
        "conformsTo": VERSION,
        "citeAs": f"{described.owner['title']}：{described.package['title']}，{described.version}，{described.day}",
        "isLiveDataset": False,
        "distribution": [_file(described, one) for one in (*described.tables, *described.code_lists)],
        "recordSet": [_record_set(one) for one in tables],
    }


def _file(described: Described, resource: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": resource["path"],
        "name": resource["path"],
        "description": f"{resource['title']} {resource['title_en']}",
        "contentUrl": resource["path"],
        "contentSize": f"{described.sizes[resource['path']]} B",
        "encodingFormat": MEDIA_TYPES.get(resource["format"], resource["mediatype"]),
        "sha256": sha256(resource),
    }


def _record_set(table: Mapping[str, Any]) -> dict[str, Any]:
    name = _records(table)
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": f"{table['title']} {table['title_en']}",
        "key": [{"@id": f"{name}/{field}"} for field in table["schema"]["primaryKey"]],
        "field": [_field(table, field) for field in table["schema"]["fields"]],
    }


def _records(resource: Mapping[str, Any]) -> str:
    return str(resource["codes"]) if "codes" in resource else "rows"


def _field(table: Mapping[str, Any], field: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "@type": "cr:Field",
        "@id": f"{_records(table)}/{field['name']}",
        "name": field["name"],
        "description": f"{field['title']}：{field['description']} {field['title_en']}: {field['description_en']}",
        "dataType": DATA_TYPES[field["type"]],
        "source": {"fileObject": {"@id": table["path"]}, "extract": {"column": field["name"]}},
    }
