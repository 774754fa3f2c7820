"""What dbt needs to know of the contracts, written as the files of `generated/` folders in the dbt project.

Per dataset these are the models around the hand-written mart and the YAML of all of them; for all datasets together
the sources, the labels of the code lists and the error codes; for what derived models read see `derived_files.py`.
They are committed; a test fails when they drift.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from orchestration.contracts.contract import Contract, Field, derived, submitted
from orchestration.contracts.derived_files import derived_files
from orchestration.contracts.generated import macro_file, model_file, yaml_file
from orchestration.quality.registry import issue_types

MODULE = "dbt_files"

# The models between staging and mart: the macro that each consists of, and how it is kept.
INTERMEDIATE = {
    "superseded": ("superseded", "external"),
    "judged": ("judge", "view"),
    "issues": ("issues", "external"),
    "quarantine": ("quarantine", "external"),
    "accounts": ("accounts", "external"),
}
# The pipeline's own columns and their types; dbt_project/models/columns.md says what they are.
PLACE = {
    "submission": "varchar",
    "round": "varchar",
    "submitter": "varchar",
    "file": "varchar",
    "table_no": "integer",
    "sheet": "varchar",
    "row_no": "bigint",
}


def write_dbt_files(contracts: Mapping[str, Contract], dbt_project: Path, *, schemas: Path | None = None) -> list[Path]:
    """Bring the `generated/` folders of the dbt project in step with the contracts; returns the files changed.

    Writes what differs and deletes what no contract stands behind any more. `schemas` holds the kinds of value and
    the registry of issues, and lies beside the dbt project unless given.
    """
    files = dbt_files(contracts, schemas or dbt_project.parent / "schemas")
    present = {
        path.relative_to(dbt_project).as_posix()
        for folder in ("macros", "models")
        for path in dbt_project.glob(f"{folder}/**/generated/*.*")
    }
    changed = []
    for name in sorted(present | files.keys()):
        path = dbt_project / name
        if name not in files:
            path.unlink()
        elif name not in present or path.read_text("utf-8") != files[name]:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(files[name], "utf-8")
        else:
            continue
        changed.append(path)
    return changed


def dbt_files(contracts: Mapping[str, Contract], schemas: Path) -> dict[str, str]:
    """The content of every generated file by its path in the dbt project."""
    kinds = yaml.safe_load((schemas / "shared" / "kinds.yaml").read_text("utf-8"))
    types = {kind: properties["sql"] for kind, properties in kinds.items()}
    return dict(
        [
            ("macros/generated/error_codes.sql", _error_codes(schemas)),
            *_shared_staging(submitted(contracts)),
            *(file for contract in submitted(contracts).values() for file in _dataset(contract, types)),
            *(
                (f"models/derived/generated/{name}.yml", _mart(each, types))
                for name, each in derived(contracts).items()
            ),
            *derived_files(contracts, schemas),
        ]
    )


def _dataset(contract: Contract, types: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    name = contract.name
    folder = "models/staging/generated"
    others = sorted({reference.dataset for reference in contract.references})
    yield f"{folder}/stg_{name}.sql", _model(f"stage('{name}'{f', refers_to={others!r}' if others else ''})")
    yield f"{folder}/stg_{name}.yml", _yaml({"models": [_staged(contract, types)]})
    folder = "models/intermediate/generated"
    for model, (macro, materialized) in INTERMEDIATE.items():
        config = "" if materialized == "external" else f"{{{{ config(materialized='{materialized}') }}}}\n"
        yield f"{folder}/{name}__{model}.sql", _model(f"{macro}('{name}')", config)
    yield f"{folder}/{name}.yml", _yaml({"models": _intermediate(contract)})
    yield f"models/marts/generated/{name}.yml", _mart(contract, types)


def _staged(contract: Contract, types: Mapping[str, str]) -> dict[str, Any]:
    rules = [{"name": r.name, "fields": list(r.fields), "holds": r.condition} for r in contract.rules]
    references = [
        {"fields": list(r.fields), "dataset": r.dataset, "their_fields": list(r.their_fields)}
        for r in contract.references
    ]
    meta: dict[str, Any] = {"key": list(contract.key), "rules": rules}
    return {
        "name": f"stg_{contract.name}",
        "description": _titled(contract, "staged"),
        "config": {"meta": meta | ({"references": references} if references else {})},
        "columns": [
            *(_own(name, data_type) for name, data_type in PLACE.items()),
            _own("ignored", "varchar"),
            _own("replaced", "boolean"),
            _own("id", "varchar"),
            *(_field(field, types, _meta(field)) for field in contract.fields),
            _own("faults", "varchar[]"),
            _own("cells", "varchar[]"),
        ],
    }


def _intermediate(contract: Contract) -> list[dict[str, Any]]:
    return [{"name": f"{contract.name}__{model}", "description": _titled(contract, model)} for model in INTERMEDIATE]


def _mart(contract: Contract, types: Mapping[str, str]) -> str:
    # Only what the model itself promises; every other rule for the public table is the gate's.
    meta: dict[str, Any] = {"title": contract.title, "title_en": contract.title_en}
    model = {
        "name": contract.name,
        "description": f"{contract.description} {contract.description_en}",
        "config": {"meta": meta | ({"key": list(contract.key)} if contract.derived else {})},
        "columns": [
            _own("id", "varchar") | {"data_tests": ["unique", "not_null"]},
            *(_field(field, types, _public_meta(field)) for field in contract.public_fields),
            *([] if contract.derived else [_own("round", PLACE["round"])]),
        ],
    }
    return _yaml({"models": [model]})


def _public_meta(field: Field) -> dict[str, Any]:
    titles = {"title": field.title, "title_en": field.title_en}
    return titles | ({"consent": field.consent} if field.consent else {})


def _field(field: Field, types: Mapping[str, str], meta: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": field.name,
        "description": f"{field.description} {field.description_en}",
        "data_type": types[field.kind],
        "config": {"meta": meta},
    }


def _meta(field: Field) -> dict[str, Any]:
    """What the macros that clean and judge a value ask of its field."""
    told: dict[str, Any] = {
        "kind": field.kind,
        "heading": field.heading,
        "public": field.public,
        "constraints": dict(field.constraints),
    }
    optional = {
        "unit": field.unit,
        "codes": field.codes,
        "within": field.within,
        "scoped": field.scoped,
        "categories": list(field.categories),
    }
    return told | {name: value for name, value in optional.items() if value}


def _own(name: str, data_type: str, doc: str | None = None) -> dict[str, Any]:
    return {"name": name, "description": _doc(doc or name), "data_type": data_type}


def _titled(contract: Contract, doc: str) -> str:
    return f"{contract.title}（{contract.title_en}）：{_doc(doc)}"


def _doc(block: str) -> str:
    return f"{{{{ doc('{block}') }}}}"


def _shared_staging(contracts: Mapping[str, Contract]) -> Iterator[tuple[str, str]]:
    folder = "models/staging/generated"
    fields = [field for contract in contracts.values() for field in contract.fields]
    lists = sorted({field.codes for field in fields if field.codes})
    nested = sorted({field.codes for field in fields if field.codes and field.within})
    yield f"{folder}/sources.yml", _yaml({"sources": [_raw(contracts)]})
    yield f"{folder}/code_labels.sql", _model(f"code_labels(lists={lists!r}, nested={nested!r})")
    yield f"{folder}/code_labels.yml", _yaml({"models": [_code_labels()]})


def _code_labels() -> dict[str, Any]:
    return {
        "name": "code_labels",
        "description": _doc("code_labels"),
        "columns": [
            _own("list", "varchar", "label_list"),
            _own("parent", "varchar", "label_parent"),
            _own("label", "varchar"),
            _own("code", "varchar", "label_code"),
            _own("retired", "boolean", "label_retired"),
        ],
    }


def _raw(contracts: Mapping[str, Contract]) -> dict[str, Any]:
    workspace = "{{ env_var('FUZHI_WORKSPACE') | replace(\"'\", \"''\") }}"
    location = f"read_parquet('{workspace}/raw/{{name}}/*.parquet', file_row_number = true, hive_partitioning = false)"
    return {
        "name": "raw",
        "description": "收件读取的原文。 Rows as intake read them, as text.",
        "config": {"meta": {"external_location": location}},
        "tables": [
            {"name": name, "description": f"{contract.title}的原文。 Raw rows of {contract.title_en}."}
            for name, contract in contracts.items()
        ],
    }


def _error_codes(schemas: Path) -> str:
    issues = issue_types(schemas).values()
    codes = [issue.code for issue in issues if issue.severity == "error" and issue.scope in ("row", "cell")]
    return macro_file({"error_codes": ("The issues of rows and cells that hold a row back.", codes)}, MODULE)


def _model(call: str, config: str = "") -> str:
    return model_file(call, MODULE, config)


def _yaml(content: dict[str, Any]) -> str:
    return yaml_file(content, MODULE)
