"""How well each submitter reported, as a dataset: exact counts of few awkward forms, and of a dataset that is red."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from orchestration.contracts import ContractError, load_contracts
from orchestration.contracts.named_submitters import load_named_submitters
from orchestration.quality.registry import issue_types
from orchestration.settings import PROJECT
from tests.pipeline.conftest import Installation, Outcome, install
from tests.pipeline.forms import PRODUCTS, SCENES
from tests.pipeline.quality_recomputed import DIMENSIONS, expected_quality, published_quality

JINAN = "济南市工业和信息化局"
OTHERS = "其他报送单位"
HEADER = "企业名称,统一社会信用代码,市,产品名称,类别,联系电话\n"
FIRM = "济南样例甲有限公司,91370100MA3C00001H,济南市"
# Of six rows one has two faults in public columns and one in a private one, one is repeated, one only has a telephone
# number that cannot be one (private, a warning), and one is blank.
FAULTY = (
    f"{HEADER}{FIRM},样例三号,新技艺,12\n,91370100MA3C00001H,济南,样例四号,新工艺,13900000001\n{FIRM},样例五号,新产品,\n"
    f"{FIRM},样例五号,新产品,\n,,,,,\n{FIRM},样例六号,新技术,电话\n"
)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Installation, Outcome]:
    installation = install(tmp_path_factory.mktemp("quality"), ["new_products", "scene_items", "submission_quality"])
    installation.submit(f"2024-01/{JINAN}/产品.csv", PRODUCTS)
    installation.submit(f"2024-01/{JINAN}/产品（更正）.csv", PRODUCTS.replace("样例二号", "样例七号"))
    installation.submit(f"2024-01/{JINAN}/scene_items/场景.csv", SCENES)
    installation.submit(f"2024-01/{JINAN}/scene_items/坏.xlsx", "not a workbook")
    installation.submit(f"2024-01/{JINAN}/错.csv", "甲,乙\n1,2\n")
    installation.submit("2024-01/张三丰/产品.csv", PRODUCTS.replace("样例", "样例张"))
    installation.submit("2024-01/济南市样例甲有限公司/产品.csv", PRODUCTS.replace("样例", "样例公司"))
    installation.submit(f"2024-02/{JINAN}/产品.csv", FAULTY)
    installation.submit("无人/没有批次.csv", PRODUCTS)
    return installation, installation.fuzhi("run")


def counts(**given: object) -> dict[str, object]:
    names = ("files_read", "files_corrected", "files_refused", "rows_read", "rows_published", "rows_superseded",
             "rows_quarantined", "rows_ignored", "rows_judged", "rows_without_fault", "faults_found",
             *(f"faults_{one}" for one in DIMENSIONS))  # fmt: skip
    return {"dataset_version": "1.0.0", "share_without_fault": None, **dict.fromkeys(names, 0), **given}


def test_each_submitter_round_and_dataset_has_its_counts(first: tuple[Installation, Outcome]) -> None:
    installation, outcome = first
    assert outcome.exit_code == 0, outcome.err
    assert published_quality(installation.settings) == {
        ("2024-01", JINAN, "new_products"): counts(
            files_read=2, files_corrected=1, rows_read=4, rows_published=2, rows_superseded=2,
            rows_judged=2, rows_without_fault=2, share_without_fault=100.0,
        ),
        ("2024-01", JINAN, "scene_items"): counts(
            files_read=1, files_refused=1, rows_read=1, rows_published=1, rows_judged=1, rows_without_fault=1,
            share_without_fault=100.0,
        ),
        ("2024-01", JINAN, "未识别"): counts(files_refused=1, dataset_version=None),
        ("2024-01", OTHERS, "new_products"): counts(
            files_read=2, rows_read=4, rows_published=4, rows_judged=4, rows_without_fault=4, share_without_fault=100.0,
        ),
        ("2024-02", JINAN, "new_products"): counts(
            files_read=1, rows_read=6, rows_published=2, rows_superseded=1, rows_quarantined=2, rows_ignored=1,
            rows_judged=5, rows_without_fault=2, share_without_fault=40.0,
            faults_found=4, faults_completeness=1, faults_compliance=2, faults_consistency=1,
        ),
    }  # fmt: skip


def test_the_same_is_added_up_from_accounts_and_issues(first: tuple[Installation, Outcome]) -> None:
    settings = first[0].settings
    versions = {"new_products": "1.0.0", "scene_items": "1.0.0"}
    assert published_quality(settings) == expected_quality(settings, load_contracts(settings.schemas), versions)


def test_whoever_is_not_on_the_list_is_named_nowhere(first: tuple[Installation, Outcome]) -> None:
    settings = first[0].settings
    kept = [*settings.published.rglob("*"), *settings.latest.rglob("*.parquet")]
    texts = [path.read_bytes() for path in kept if path.is_file() and path.suffix != ".xlsx"]
    assert any(JINAN.encode() in text for text in texts)
    assert not [text for text in texts if "张三丰".encode() in text or "济南市样例甲有限公司".encode() in text]


def test_a_red_dataset_goes_on_with_what_is_published_of_it(first: tuple[Installation, Outcome]) -> None:
    installation, _ = first
    settings = installation.settings
    before = published_quality(settings)
    suite = settings.expectations / "scene_items.yaml"
    green = suite.read_text("utf-8")
    red = {"expect": "expect_table_row_count_to_be_between", "min_value": 1000, "why": "试验", "why_en": "A trial."}
    suite.write_text(green + yaml.safe_dump([red], allow_unicode=True), "utf-8")
    installation.submit(f"2024-02/{JINAN}/scene_items/场景.csv", SCENES.replace("样例质检", "样例巡检"))
    installation.submit(f"2024-02/{JINAN}/scene_items/又坏.xlsx", "not a workbook")
    outcome = installation.fuzhi("run")
    assert (outcome.exit_code, outcome.dataset("scene_items")["gate"]) == (1, "red")
    refused = {("2024-02", JINAN, "scene_items"): counts(files_refused=1)}
    assert published_quality(settings) == before | refused, "a refused file is no row that was published"

    suite.write_text(green, "utf-8")
    assert installation.fuzhi("run").exit_code == 0
    now = published_quality(settings)
    assert now["2024-02", JINAN, "scene_items"]["rows_published"] == 1
    assert {row["dataset_version"] for key, row in now.items() if key[2] == "scene_items"} == {"1.1.0"}


def test_every_dimension_that_a_fault_of_a_row_can_have_is_a_column() -> None:
    types = issue_types(PROJECT / "schemas").values()
    assert {one.dimension for one in types if one.scope in ("row", "cell")} == set(DIMENSIONS)
    contract = load_contracts(PROJECT / "schemas")["submission_quality"]
    columns = {field.name.removeprefix("faults_") for field in contract.fields if field.name.startswith("faults_")}
    assert columns == {"found", *DIMENSIONS}


def test_a_list_of_names_that_is_none_is_refused(tmp_path: Path) -> None:
    assert load_named_submitters(tmp_path) == frozenset()
    (tmp_path / "shared").mkdir()
    place = tmp_path / "shared" / "named_submitters.yaml"
    for text in ("济南市: 是\n", "- 济南市\n- 3\n", "- ''\n"):
        place.write_text(text, "utf-8")
        with pytest.raises(ContractError, match=r"named_submitters\.yaml: is not a list of names"):
            load_named_submitters(tmp_path)
    place.write_text("- 济南市工业和信息化局\n", "utf-8")
    assert load_named_submitters(tmp_path) == {JINAN}
