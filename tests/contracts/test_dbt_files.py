"""The generated files of the dbt project are those that the contracts imply, and only those."""

import shutil
from pathlib import Path

import pytest
import yaml

from orchestration.contracts import Contract, load_contracts
from orchestration.contracts.dbt_files import dbt_files, write_dbt_files
from orchestration.quality.registry import issue_types

PROJECT = Path(__file__).parents[2]
SCHEMAS = PROJECT / "schemas"


@pytest.fixture(scope="module")
def contracts() -> dict[str, Contract]:
    return load_contracts(SCHEMAS)


@pytest.fixture
def dbt_project(tmp_path: Path) -> Path:
    """A copy of the dbt project, with the schemas beside it."""
    shutil.copytree(SCHEMAS, tmp_path / "schemas")
    shutil.copytree(PROJECT / "dbt_project", tmp_path / "dbt_project")
    return tmp_path / "dbt_project"


def generated(dbt_project: Path) -> dict[str, str]:
    return {
        path.relative_to(dbt_project).as_posix(): path.read_text("utf-8")
        for path in dbt_project.rglob("generated/*")
        if not path.is_relative_to(dbt_project / "target")
    }


def read(files: dict[str, str], name: str) -> dict[str, dict[str, object]]:
    """The models of a generated YAML file by name."""
    return {model["name"]: model for model in yaml.safe_load(files[name])["models"]}


def test_the_committed_files_have_not_drifted_from_the_contracts(contracts: dict[str, Contract]) -> None:
    assert generated(PROJECT / "dbt_project") == dbt_files(contracts, SCHEMAS)


def test_files_in_step_are_not_touched(contracts: dict[str, Contract], dbt_project: Path) -> None:
    assert write_dbt_files(contracts, dbt_project) == []


def test_what_differs_is_written_and_what_is_stale_is_deleted(
    contracts: dict[str, Contract], dbt_project: Path
) -> None:
    models = dbt_project / "models"
    spoiled = models / "marts" / "generated" / "scene_items.yml"
    spoiled.write_text("models: []\n", "utf-8")
    lost = models / "staging" / "generated" / "stg_new_products.sql"
    lost.unlink()
    stale = models / "intermediate" / "generated" / "gone__judged.sql"
    stale.write_text("select 1\n", "utf-8")

    assert write_dbt_files(contracts, dbt_project) == [stale, spoiled, lost]
    assert generated(dbt_project) == dbt_files(contracts, SCHEMAS)


def test_a_dataset_that_goes_takes_its_files_with_it(contracts: dict[str, Contract], dbt_project: Path) -> None:
    rest = {name: contract for name, contract in contracts.items() if name != "new_products"}
    write_dbt_files(rest, dbt_project)
    assert [name for name in generated(dbt_project) if "new_products" in name] == []
    assert (dbt_project / "models" / "marts" / "new_products.sql").exists()


def test_a_mart_lists_id_the_public_fields_and_round_and_nothing_private(contracts: dict[str, Contract]) -> None:
    files = dbt_files(contracts, SCHEMAS)
    mart = read(files, "models/marts/generated/new_products.yml")["new_products"]
    columns = [column["name"] for column in mart["columns"]]  # type: ignore[attr-defined]
    assert columns == [
        "id", "product_name", "kind", "org_name", "uscc", "city_code", "county_code", "chain", "field", "level",
        "ip_types", "patent_numbers", "specifications", "applications", "tiers", "round",
    ]  # fmt: skip
    tested = {column["name"]: column["data_tests"] for column in mart["columns"] if "data_tests" in column}  # type: ignore[attr-defined]
    assert tested == {"id": ["unique", "not_null"]}


def test_staging_carries_what_the_macros_ask_of_a_field(contracts: dict[str, Contract]) -> None:
    staged = read(dbt_files(contracts, SCHEMAS), "models/staging/generated/stg_scene_items.yml")["stg_scene_items"]
    columns = {column["name"]: column for column in staged["columns"]}  # type: ignore[attr-defined]
    assert columns["county_code"] == {
        "name": "county_code",
        "description": "企业所在县（市、区）的行政区划代码（GB/T 2260），须属于所填的市。"
        " Division code (GB/T 2260) of the county, which must lie in the city given.",
        "data_type": "varchar",
        "config": {
            "meta": {
                "kind": "code",
                "heading": "县（市、区）",
                "public": True,
                "constraints": {},
                "codes": "counties",
                "within": "city_code",
            }
        },
    }
    assert columns["investment"]["config"]["meta"] == {
        "kind": "money",
        "heading": "投资额（万元）",
        "public": True,
        "constraints": {"minimum": 0},
        "unit": "万元",
    }
    assert staged["config"] == {
        "meta": {
            "key": ["uscc", "side", "scene_name"],
            "rules": [
                {
                    "name": "valid_until_not_before_published_on",
                    "fields": ["valid_until", "published_on"],
                    "holds": "valid_until >= published_on",
                }
            ],
        }
    }


def test_the_error_codes_are_those_of_the_registry_that_hold_a_row_back(contracts: dict[str, Contract]) -> None:
    macro = dbt_files(contracts, SCHEMAS)["macros/generated/error_codes.sql"]
    listed = [line.strip(" ',") for line in macro.splitlines() if line.startswith("  '")]
    types = issue_types(SCHEMAS)
    assert listed == [c for c, t in types.items() if t.severity == "error" and t.scope in ("row", "cell")]
    assert "personal_data" in listed
    assert "code_retired" not in listed
