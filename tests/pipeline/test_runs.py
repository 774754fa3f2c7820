"""What a run does when something is red, broken, lost or new."""

import json
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml
from frictionless import Package

from tests.pipeline.conftest import CORE, Installation, Outcome, install, settings_in
from tests.pipeline.forms import FACTORIES, PRODUCTS, SCENES


@pytest.fixture(scope="module")
def first_round(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an installation that has published one round."""
    folder = tmp_path_factory.mktemp("first_round")
    installation = install(folder)
    installation.submit("2024-01/济南市工业和信息化局/产品.csv", PRODUCTS)
    installation.submit("2024-01/济南市工业和信息化局/scene_items/场景.csv", SCENES)
    installation.submit("2024-01/济南市工业和信息化局/工厂.csv", FACTORIES)
    first = installation.fuzhi("run")
    assert first.exit_code == 0, first.err + first.out
    return folder


@pytest.fixture
def published(first_round: Path, tmp_path: Path) -> Installation:
    """An installation of its own that has published one round: an installation may be moved."""
    folder = tmp_path / "moved"
    shutil.copytree(first_round, folder)
    return Installation(settings_in(folder))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text, f"{path.name} no longer holds what this test changes"
    path.write_text(text.replace(old, new), "utf-8")


def latest_names(installation: Installation, dataset: str) -> list[str]:
    home = installation.settings.published / dataset
    version = json.loads((home / "latest.json").read_bytes())["version"]
    return pq.read_table(home / version / f"{dataset}.parquet", columns=["name"])["name"].to_pylist()


def test_a_red_gate_keeps_the_last_release_and_the_others_publish(published: Installation) -> None:
    suite = published.settings.expectations / "scene_items.yaml"
    content = yaml.safe_load(suite.read_text("utf-8"))
    content.append(
        {"expect": "expect_table_row_count_to_be_between", "min_value": 1000, "why": "试验", "why_en": "A trial."}
    )
    suite.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    more = SCENES.replace("样例质检", "样例巡检")
    published.submit("2024-02/济南市工业和信息化局/scene_items/场景.csv", more)
    published.submit("2024-02/济南市工业和信息化局/产品.csv", PRODUCTS.replace("样例一号", "样例三号"))
    before = (published.settings.published / "scene_items" / "latest.json").read_bytes()

    outcome = published.fuzhi("run")

    assert outcome.exit_code == 1
    assert outcome.dataset("scene_items")["gate"] == "red"
    assert (published.settings.published / "scene_items" / "latest.json").read_bytes() == before
    assert [path.name for path in (published.settings.published / "scene_items").iterdir() if path.is_dir()] == [
        "1.0.0"
    ]
    assert outcome.dataset("new_products")["version"] == "1.1.0"
    assert (
        "expect_table_row_count_to_be_between 试验：实为2，应不少于1,000。"
        " A trial: observed 2, expected at least 1,000."
    ) in outcome.err

    again = published.fuzhi("run")
    assert again.exit_code == 1, "a red gate stays red until something is mended"


def test_a_row_that_the_models_lose_stops_its_dataset(published: Installation) -> None:
    edit(
        published.settings.dbt_project / "macros" / "judging.sql",
        "sum(case when outcome = '{{ outcome }}' then 1 else 0 end)",
        "sum(case when outcome = '{{ outcome }}' and row_no > 2 then 1 else 0 end)",
    )
    published.submit("2024-02/济南市工业和信息化局/产品.csv", PRODUCTS.replace("样例一号", "样例三号"))
    outcome = published.fuzhi("run")
    assert outcome.exit_code == 1
    assert "2024-02/济南市工业和信息化局/产品.csv: read 2 ≠ published 1 + superseded 0" in outcome.err
    assert outcome.dataset("new_products")["version"] == "1.0.0"


def test_a_mart_that_does_not_compile_stops_its_dataset_alone(published: Installation) -> None:
    mart = published.settings.dbt_project / "models" / "marts" / "new_products.sql"
    mart.write_text("select nowhere from {{ ref('new_products__judged') }}", "utf-8")
    published.submit("2024-02/济南市工业和信息化局/scene_items/场景.csv", SCENES.replace("样例质检", "样例巡检"))
    outcome = published.fuzhi("run")
    assert outcome.exit_code == 1
    assert "new_products: not built; its last release stands" in outcome.err
    assert outcome.dataset("scene_items")["version"] == "1.1.0"
    assert outcome.dataset("new_products")["version"] == "1.0.0"


def test_an_error_of_the_engine_that_quotes_a_row_is_stripped(published: Installation) -> None:
    mart = published.settings.dbt_project / "models" / "marts" / "new_products.sql"
    mart.write_text("select cast(product_name as integer) from {{ ref('new_products__judged') }}", "utf-8")
    outcome = published.fuzhi("run")
    assert outcome.exit_code == 1
    assert "Could not convert string" in outcome.err
    assert "样例一号" not in outcome.err
    kept = [path for name in ("dagster", "dbt") for path in (published.settings.workspace / name).rglob("*")]
    assert len(kept) > 10
    assert [path.name for path in kept if path.is_file() and "样例一号".encode() in path.read_bytes()] == []


@pytest.fixture(scope="module")
def second_round(first_round: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Installation, Outcome]:
    """A second round with one row that replaces an earlier one, a faulty one, and two files that are none."""
    folder = tmp_path_factory.mktemp("second_round") / "moved"
    shutil.copytree(first_round, folder)
    installation = Installation(settings_in(folder))
    installation.submit("2024-02/济南市工业和信息化局/产品.csv", PRODUCTS.replace("新技术", "新技艺"))
    installation.submit("2024-02/济南市工业和信息化局/坏.xlsx", "not a workbook")
    installation.submit("2024-02/济南市工业和信息化局/错.csv", json.dumps({"code": 500, "msg": "error"}))
    return installation, installation.fuzhi("run")


def test_a_later_round_supersedes_and_a_faulty_row_does_not(second_round: tuple[Installation, Outcome]) -> None:
    installation, outcome = second_round
    row = outcome.dataset("new_products")
    assert (row["read"], row["published"], row["superseded"], row["quarantined"]) == (4, 2, 1, 1)
    table = pq.read_table(installation.settings.marts / "new_products.parquet").to_pylist()
    assert {(one["product_name"], one["round"]) for one in table} == {("样例一号", "2024-02"), ("样例二号", "2024-01")}


def test_one_bad_file_never_stops_the_others(second_round: tuple[Installation, Outcome]) -> None:
    _, outcome = second_round
    assert outcome.exit_code == 0, outcome.err
    assert outcome.dataset("new_products")["new"]
    assert {file["submission"] for file in outcome.report["refused"]} == {
        "2024-02/济南市工业和信息化局/坏.xlsx",
        "2024-02/济南市工业和信息化局/错.csv",
    }


def test_a_dataset_is_added_without_python(published: Installation) -> None:
    project = published.settings.project
    contract = yaml.safe_load((project / "schemas" / "morning_star_factories.yaml").read_text("utf-8"))
    contract.update(name="solutions", title="方案", title_en="Solutions", primaryKey=["uscc", "solution_name"])
    contract["fields"] = [
        {
            "name": "solution_name", "type": "string", "kind": "name", "title": "方案名称", "title_en": "Solution name",
            "description": "方案的名称。", "description_en": "Name of the solution.",
            "constraints": {"required": True}, "visibility": "public", "openness": "unconditional",
        },
        *(field for field in contract["fields"] if field["name"] in ("org_name", "uscc", "city_code", "contact_phone")),
    ]  # fmt: skip
    (project / "schemas" / "solutions.yaml").write_text(yaml.safe_dump(contract, allow_unicode=True), "utf-8")
    mart = (project / "dbt_project" / "models" / "marts" / "new_products.sql").read_text("utf-8")
    (project / "dbt_project" / "models" / "marts" / "solutions.sql").write_text(
        mart.replace("new_products", "solutions"), "utf-8"
    )
    (project / "expectations" / "solutions.yaml").write_text(
        yaml.safe_dump(
            [{"expect": "expect_table_row_count_to_be_between", "min_value": 1, "why": "非空", "why_en": "Not empty."}],
            allow_unicode=True,
        ),
        "utf-8",
    )
    published.submit(
        "2024-01/济南市工业和信息化局/方案.csv",
        "单位名称,信用代码,地市,方案名称,手机\n济南样例甲有限公司,91370100MA3C00001H,济南,样例方案,19900000001\n",
    )

    outcome = published.fuzhi("run")

    assert outcome.exit_code == 0, outcome.err + outcome.out
    assert outcome.dataset("solutions")["version"] == "1.0.0"
    assert [one["new"] for one in outcome.report["datasets"]] == [False, False, False, True]
    folder = published.settings.published / "solutions" / "1.0.0"
    package = Package(str(folder / "datapackage.json"))
    assert package.validate().valid
    assert "19900000001" not in (folder / "solutions.csv").read_text("utf-8")
    assert pq.read_table(folder / "solutions.parquet").to_pylist()[0]["solution_name"] == "样例方案"


def test_where_every_form_is_refused_what_is_made_of_code_lists_is_published(tmp_path: Path) -> None:
    installation = install(tmp_path, (*CORE, "divisions", "enterprises", "industry_chains"))
    installation.submit("2024-01/济南市工业和信息化局/错.csv", "甲,乙\n1,2\n")
    outcome = installation.fuzhi("run")
    assert [file["code"] for file in outcome.report["refused"]] == ["dataset_unknown"]
    gates = {one["dataset"]: one["gate"] for one in outcome.report["datasets"]}
    assert gates == dict.fromkeys(CORE, "not run") | {
        "divisions": "green",
        # It is empty, and its suite says that it must not be.
        "enterprises": "red",
        "industry_chains": "green",
    }
    assert outcome.exit_code == 1

    # A code list that changes later is read anew, although there is still no form to read it for.
    seed = installation.settings.dbt_project / "seeds" / "chains.csv"
    edit(seed, "C02,高端装备,", "C02,样例改名的产业链,")
    installation.fuzhi("run")
    assert "样例改名的产业链" in latest_names(installation, "industry_chains")


def test_a_contract_that_cannot_be_meant_stops_the_run_with_exit_code_2(installation: Installation) -> None:
    edit(installation.settings.schemas / "new_products.yaml", "primaryKey: [uscc", "primaryKey: [colour")
    outcome = installation.fuzhi("run")
    assert outcome.exit_code == 2
    assert "new_products.yaml, field colour: primaryKey names a field that the contract does not have" in outcome.err


def test_an_inbox_that_is_not_there_is_named(installation: Installation) -> None:
    shutil.rmtree(installation.settings.inbox)
    outcome = installation.fuzhi("run")
    assert outcome.exit_code == 2
    assert "there is no inbox at" in outcome.err
