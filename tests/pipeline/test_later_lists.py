"""A later list of chains takes over on its day, progress is counted with it, and a red dataset does not stop that."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from orchestration.contracts import load_contracts
from tests.pipeline import recomputed
from tests.pipeline.conftest import Installation, Outcome, install
from tests.pipeline.forms import PRODUCTS, SCENES

# Progress is recomputed from the cities, chains and targets that are published.
DATASETS = ("new_products", "scene_items", "divisions", "industry_chains", "targets", "target_progress")
BUREAU = "济南市工业和信息化局"
HEADER, FIRST, SECOND = PRODUCTS.splitlines()
C01 = "C01,新一代信息技术,New-Generation Information Technology,新一代信息技术产业;新一代信息技术产业链,2023-08-15,"
C12 = "C12,数字产业,Digital Industry,数字产业链,2024-07-01,,,2024\n"


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The list says in advance that C01 ends with June 2024 and that C12 takes its place."""
    made = install(tmp_path_factory.mktemp("lists"), DATASETS)
    seed = made.settings.dbt_project / "seeds" / "chains.csv"
    text = seed.read_text("utf-8")
    assert f"{C01},," in text
    seed.write_text(text.replace(f"{C01},,", f"{C01}2024-06-30,C12,") + C12, "utf-8")
    return made


def submit(installation: Installation, round_: str, closed_on: str, *rows: str) -> None:
    installation.submit(f"{round_}/round.yaml", f"closed_on: {closed_on}\n")
    installation.submit(f"{round_}/{BUREAU}/产品.csv", "\n".join([f"{HEADER},产业链", *rows, ""]))


@pytest.fixture(scope="module")
def first(installation: Installation) -> Outcome:
    submit(installation, "2024-01", "2024-06-30", f"{FIRST},新一代信息技术", f"{SECOND},C02")
    installation.submit(f"2024-01/{BUREAU}/场景.csv", SCENES)
    outcome = installation.fuzhi("run")
    assert outcome.exit_code == 0, outcome.err + outcome.out
    return outcome


@pytest.fixture(scope="module")
def first_release(installation: Installation, first: Outcome) -> dict[str, bytes]:
    return tree(installation.settings.published / "new_products" / "1.0.0")


@pytest.fixture(scope="module")
def second(installation: Installation, first_release: dict[str, bytes]) -> Outcome:
    """The next round closes after the list has changed; the list has also got another name for C12 meanwhile."""
    seed = installation.settings.dbt_project / "seeds" / "chains.csv"
    seed.write_text(seed.read_text("utf-8").replace("数字产业,Digital Industry", "数字经济,Digital Economy"), "utf-8")
    submit(
        installation,
        "2024-02",
        "2024-12-31",
        f"{FIRST.replace('一号', '三号')},新一代信息技术产业链",
        f"{FIRST.replace('一号', '四号')},C12",
    )
    outcome = installation.fuzhi("run")
    assert outcome.exit_code == 0, outcome.err + outcome.out
    return outcome


def tree(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def chains(installation: Installation) -> dict[str, str]:
    rows = recomputed.table(installation.settings.published, "new_products")
    return {row["product_name"]: row["chain"] for row in rows}


def issues(installation: Installation) -> list[tuple[str, str, str]]:
    rows = pq.read_table(installation.settings.marts / "new_products__issues.parquet").to_pylist()
    return [(row["round"], row["code"], row["value"]) for row in rows]


def progress(installation: Installation, target: str, code: str) -> tuple[str, str, str]:
    """Number, day of the data and version of one row of the plan period."""
    rows = recomputed.table(installation.settings.published, "target_progress")
    (row,) = (
        row for row in rows if (row["target_id"], row["period"], row["scope_code"]) == (target, "2023-2025", code)
    )
    return row["number"], row["data_date"], row["dataset_version"]


def agrees(installation: Installation) -> bool:
    """Whether what is published is what another calculation finds in the packages."""
    contracts = load_contracts(installation.settings.schemas)
    fields = {name: {field.name for field in one.public_fields} for name, one in contracts.items() if not one.derived}
    published = installation.settings.published
    rows = recomputed.by_key(recomputed.table(published, "target_progress"), "target_id", "period", "scope_code")
    return rows == recomputed.expected_progress(published, fields)


@pytest.mark.usefixtures("first")
def test_before_its_day_a_later_code_is_not_there(installation: Installation) -> None:
    assert chains(installation) == {"样例一号": "C01", "样例二号": "C02"}
    assert issues(installation) == []
    assert progress(installation, "K01", "C01") == ("1.0", "2024-06-30", "1.0.0")


@pytest.mark.usefixtures("second")
def test_from_its_day_on_it_stands_for_the_one_that_ended_with_a_warning(installation: Installation) -> None:
    assert chains(installation) == {"样例一号": "C12", "样例二号": "C02", "样例三号": "C12", "样例四号": "C12"}
    assert issues(installation) == [
        ("2024-01", "code_retired", "新一代信息技术"),
        ("2024-02", "code_retired", "新一代信息技术产业链"),
    ]
    changed = recomputed.latest(installation.settings.published, "new_products")["path"]
    changes = (installation.settings.published / "new_products" / changed / "changes.csv").read_text("utf-8")
    assert ",chain,C01,C12" in changes


def test_a_release_keeps_its_bytes_and_its_own_code_list(
    installation: Installation, first_release: dict[str, bytes], second: Outcome
) -> None:
    published = installation.settings.published / "new_products"
    assert tree(published / "1.0.0") == first_release
    lists = {
        version: (published / version / "codes-chains.csv").read_text("utf-8")
        for version in ("1.0.0", second.dataset("new_products")["version"])
    }
    assert [("C12,数字产业," in text, "C12,数字经济," in text) for text in lists.values()] == [
        (True, False),
        (False, True),
    ]
    rows = json.loads((published / "1.0.0" / "new_products.json").read_text("utf-8"))
    assert "C01" in json.dumps(rows)


@pytest.mark.usefixtures("second")
def test_the_published_list_and_progress_follow(installation: Installation) -> None:
    listed = {row["code"]: row for row in recomputed.table(installation.settings.published, "industry_chains")}
    assert (listed["C01"]["valid_to"], listed["C01"]["replaced_by"], listed["C12"]["name"]) == (
        "2024-06-30",
        "C12",
        "数字经济",
    )
    assert progress(installation, "K01", "C12")[:2] == ("3.0", "2024-12-31")
    assert agrees(installation)


def test_a_red_dataset_stops_no_derived_one_which_counts_its_last_release(
    installation: Installation, second: Outcome
) -> None:
    suite = installation.settings.expectations / "scene_items.yaml"
    red = "\n- {expect: expect_table_row_count_to_be_between, min_value: 1000, why: 试验, why_en: A trial}\n"
    suite.write_text(suite.read_text("utf-8") + red, "utf-8")
    installation.submit(f"2024-02/{BUREAU}/场景.csv", SCENES.replace("样例质检", "样例巡检"))
    installation.submit(f"2024-02/{BUREAU}/新产品.csv", PRODUCTS.replace("号", "型"))
    outcome = installation.fuzhi("run")
    assert outcome.exit_code == 1
    gates = {one["dataset"]: one["gate"] for one in outcome.report["datasets"]}
    assert gates == {**dict.fromkeys(DATASETS, "green"), "scene_items": "red"}
    assert outcome.dataset("target_progress")["new"]
    version = outcome.dataset("new_products")["version"]
    assert progress(installation, "K01", "370000") == ("6.0", "2024-12-31", version)
    last = second.dataset("scene_items")["version"]
    assert progress(installation, "K17", "370000") == ("1.0", "2024-06-30", last)
    assert agrees(installation)
