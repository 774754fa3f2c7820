"""What derived models read, as generated files of the dbt project: published tables, targets, types of issues.

A derived model may refer to any published table as `source('published', '<dataset>')`. Which there are, and with which
columns, the macro `published_with` tells; so a model that goes over all of them (enterprises) names none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from orchestration.contracts.contract import Contract, submitted
from orchestration.contracts.generated import macro_file, yaml_file
from orchestration.quality.registry import issue_types
from orchestration.yaml_files import read_mapping

MODULE = "derived_files"
# Beside the tables: which version of each dataset lies there, and its date.
VERSIONS = "versions"
# And what became of the submissions that they are made of: a row per submission, and per code of a fault.
ACCOUNTS, FAULTS = "accounts", "faults"


def derived_files(contracts: Mapping[str, Contract], schemas: Path) -> Iterator[tuple[str, str]]:
    """The content of each file by its path in the dbt project."""
    tables = {
        name: ["id", *(field.name for field in contract.public_fields), "round"]
        for name, contract in submitted(contracts).items()
    }
    yield "models/derived/generated/sources.yml", yaml_file({"sources": [_published(contracts)]}, MODULE)
    holders = {
        name: [[field.holder, field.name] for field in contract.public_fields if field.holder]
        for name, contract in submitted(contracts).items()
    }
    about_tables = {
        "published_tables": ("The columns of every published table, by dataset.", tables),
        "published_holders": ("The columns of names, each with that of the unified social credit code.", holders),
    }
    for name, macros in (
        ("published_tables", about_tables),
        ("issue_types", {"issue_types": ("The registry of issues.", list(map(asdict, issue_types(schemas).values())))}),
        ("targets", _targets(contracts, schemas)),
    ):
        # Each file is named after the dataset that it matters to, so that no other is built anew for it.
        yield f"macros/generated/{name}.sql", macro_file(macros, MODULE)


def _published(contracts: Mapping[str, Contract]) -> dict[str, Any]:
    workspace = "{{ env_var('FUZHI_WORKSPACE') | replace(\"'\", \"''\") }}"
    location = f"read_parquet('{workspace}/latest/{{name}}.parquet', hive_partitioning = false)"
    described = {
        name: f"{contract.title}的最新发布版。 {contract.title_en}, as last published."
        for name, contract in submitted(contracts).items()
    }
    described[VERSIONS] = "各数据集的最新版本及其日期。 The latest version of each dataset, and its date."
    described[ACCOUNTS] = "已发布各表所据报送文件的行数去向。 What became of the submissions behind the tables."
    described[FAULTS] = "已发布各表所据报送文件的问题计数。 The faults in them, counted by code."
    return {
        "name": "published",
        "description": "最新发布的各表。 The latest published tables.",
        "config": {"meta": {"external_location": location}},
        "tables": [{"name": name, "description": description} for name, description in described.items()],
    }


def _targets(contracts: Mapping[str, Contract], schemas: Path) -> dict[str, tuple[str, Any]]:
    path = schemas / "shared" / "targets.yaml"
    content: dict[str, Any] = read_mapping(path, of="targets") if path.exists() else {"plan_period": {}, "targets": []}
    known = [target for target in content["targets"] if target["dataset"] in contracts]
    return {
        "plan_period": ("First and last day of the plan, and the tolerance for 左右.", content["plan_period"]),
        "targets": ("The targets whose dataset this installation has.", known),
    }
