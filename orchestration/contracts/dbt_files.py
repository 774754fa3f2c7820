"""What dbt needs to know of the contracts, written as the files of `generated/` folders in the dbt project.

Per dataset these are the models around the hand-written mart and the YAML of all of them; for all datasets together
the sources, the labels of the code lists and the error codes. They are committed; a test fails when they drift.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from orchestration.contracts.contract import Contract, Field
from orchestration.quality.registry import issue_types

DERIVED = "derived from schemas/ by orchestration/contracts/dbt_files.py: do not edit"

# Model and, for each, the macro that it consists of, how it is kept and what it is.
INTERMEDIATE = {
    "superseded": ("superseded", "external", "被后报的同一条目取代的行。 Rows that a later row of the same key replaces."),
    "judged": ("judge", "view", "每一行及其去向。 Every row, cleaned, with what became of it."),
    "issues": ("issues", "external", "每个问题一行，含所在单元格。 One row per fault, with its cell."),
    "quarantine": ("quarantine", "external", "退回的行，保留原文。 Rows held back, whole, as the form has them."),
    "accounts": ("accounts", "external", "每份报送各去向的行数。 Rows per submission and outcome."),
}  # fmt: skip

PLACE = {
    "submission": ("varchar", "收件箱中的报送文件路径。 Path of the submission in the inbox."),
    "round": ("varchar", "批次。 Round of the submission, such as 2024-02."),
    "submitter": ("varchar", "报送单位。 Who submitted it."),
    "file": ("varchar", "文件的SHA-256。 SHA-256 of the file."),
    "table_no": ("integer", "文件中的第几张表。 Number of the table in the file, from 1."),
    "sheet": ("varchar", "工作表名。 Name of the sheet."),
    "row_no": ("bigint", "电子表格中的行号。 Number of the row as a spreadsheet shows it."),
}
IGNORED = (
    "varchar",
    "不作为数据读取的原因，数据行为空。 Why the row is no data (blank, section, total, note, header); null for data.",
)
ID = ("varchar", "由主键各列计算的编号，16位十六进制。 Identifier derived from the key, 16 hexadecimal digits.")
FAULTS = ("varchar[]", "问题列表 code@field[@detail]。 What is wrong: code@field, with a detail where there is one.")
CELLS = ("varchar[]", "有问题的行各字段的原文。 The raw text of all fields, where the row has faults.")


def write_dbt_files(
    contracts: Mapping[str, Contract], dbt_project: Path, *, schemas: Path | None = None
) -> list[Path]:
    """Bring the `generated/` folders of the dbt project in step with the contracts; returns the files changed.

    Writes what differs and deletes what no contract stands behind any more. `schemas` holds the kinds of value and
    the registry of issues, and lies beside the dbt project unless given.
    """
    files = dbt_files(contracts, schemas or dbt_project.parent / "schemas")
    present = {path.relative_to(dbt_project).as_posix() for path in dbt_project.glob("m*/**/generated/*.*")}
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
            *_shared_staging(contracts),
            *(file for contract in contracts.values() for file in _dataset(contract, types)),
        ]
    )


def _dataset(contract: Contract, types: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    name = contract.name
    folder = "models/staging/generated"
    yield f"{folder}/stg_{name}.sql", _model(f"stage('{name}')")
    yield f"{folder}/stg_{name}.yml", _yaml({"models": [_staged(contract, types)]})
    folder = "models/intermediate/generated"
    for model, (macro, materialized, _) in INTERMEDIATE.items():
        config = "" if materialized == "external" else f"{{{{ config(materialized='{materialized}') }}}}\n"
        yield f"{folder}/{name}__{model}.sql", _model(f"{macro}('{name}')", config)
    yield f"{folder}/{name}.yml", _yaml({"models": _intermediate(contract)})
    yield f"models/marts/generated/{name}.yml", _yaml({"models": [_mart(contract, types)]})


def _staged(contract: Contract, types: Mapping[str, str]) -> dict[str, Any]:
    rules = [{"name": r.name, "fields": list(r.fields), "holds": r.holds} for r in contract.rules]
    return {
        "name": f"stg_{contract.name}",
        "description": f"{contract.title}的全部报送行，已清洗。 All rows submitted for {contract.title_en}, cleaned and typed.",
        "config": {"meta": {"dataset": contract.name, "key": list(contract.key), "rules": rules}},
        "columns": [
            *(_column(name, *told) for name, told in PLACE.items()),
            _column("ignored", *IGNORED),
            _column("id", *ID),
            *(_field(field, types) | {"config": {"meta": _meta(field)}} for field in contract.fields),
            _column("faults", *FAULTS),
            _column("cells", *CELLS),
        ],
    }


def _intermediate(contract: Contract) -> list[dict[str, Any]]:
    return [
        {"name": f"{contract.name}__{model}", "description": f"{contract.title}（{contract.title_en}）：{description}"}
        for model, (_, _, description) in INTERMEDIATE.items()
    ]


def _mart(contract: Contract, types: Mapping[str, str]) -> dict[str, Any]:
    # Other rules for the public table are the gate's (Great Expectations); that the id is one is what the model promises.
    return {
        "name": contract.name,
        "description": f"{contract.description} {contract.description_en}",
        "config": {"meta": {"title": contract.title, "title_en": contract.title_en}},
        "columns": [
            _column("id", *ID) | {"data_tests": ["unique", "not_null"]},
            *(
                _field(field, types) | {"config": {"meta": {"title": field.title, "title_en": field.title_en}}}
                for field in contract.public_fields
            ),
            _column("round", *PLACE["round"]),
        ],
    }


def _field(field: Field, types: Mapping[str, str]) -> dict[str, Any]:
    return _column(field.name, types[field.kind], f"{field.description} {field.description_en}")


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
        "categories": list(field.categories),
    }
    return told | {name: value for name, value in optional.items() if value}


def _column(name: str, data_type: str, description: str) -> dict[str, Any]:
    return {"name": name, "description": description, "data_type": data_type}


def _shared_staging(contracts: Mapping[str, Contract]) -> Iterator[tuple[str, str]]:
    folder = "models/staging/generated"
    fields = [field for contract in contracts.values() for field in contract.fields]
    lists = sorted({field.codes for field in fields if field.codes})
    nested = sorted({field.codes for field in fields if field.codes and field.within})
    yield f"{folder}/sources.yml", _yaml({"sources": [_raw(contracts)]})
    yield f"{folder}/code_labels.sql", _model(f"code_labels(lists={lists!r}, nested={nested!r})")
    yield f"{folder}/code_labels.yml", _yaml({"models": [CODE_LABELS]})


CODE_LABELS = {
    "name": "code_labels",
    "description": "各代码表的代码、名称、别名及其现行代码。 Every code, name and alias of the code lists, with its present code.",
    "columns": [
        _column("list", "varchar", "代码表。 Code list."),
        _column("parent", "varchar", "上级代码，空为整个代码表。 Code of the parent looked up in; null for the whole list."),
        _column("label", "varchar", "折叠后的写法。 The spelling, folded."),
        _column("code", "varchar", "现行代码，一种写法指多个代码时为空。 Present code; null where the label means several."),
        _column("retired", "boolean", "是否只是已停用条目的写法。 Whether only entries that have ended are spelled so."),
    ],
}  # fmt: skip


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
    codes = [
        f"  '{code}',\n"
        for code, issue in issue_types(schemas).items()
        if issue.severity == "error" and issue.scope in ("row", "cell")
    ]
    return (
        f"{{# The issues of rows and cells that hold a row back; {DERIVED}. #}}\n"
        "{%- macro error_codes() -%}\n"
        f"{{{{ return([\n{''.join(codes)}]) }}}}\n"
        "{%- endmacro -%}\n"
    )


def _model(call: str, config: str = "") -> str:
    return f"-- {DERIVED[0].upper()}{DERIVED[1:]}.\n{config}{{{{ {call} }}}}\n"


def _yaml(content: dict[str, Any]) -> str:
    return f"# {DERIVED[0].upper()}{DERIVED[1:]}.\n" + yaml.safe_dump(
        content, allow_unicode=True, sort_keys=False, width=110
    )
