"""What becomes of every row of the test inbox (submissions.py): issues, outcomes, public rows, accounts."""

from datetime import date
from hashlib import sha256
from typing import Any

import pytest

from tests.dbt.conftest import Project
from tests.dbt.submissions import CODE_A, CODE_B, CODE_C


def issues(built: Project, dataset: str, *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(issue[column] for column in columns) for issue in built.mart(f"{dataset}__issues")]


def key(*parts: str) -> str:
    return sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def test_every_fault_is_an_issue_with_its_cell_its_text_and_its_severity(built: Project) -> None:
    found = issues(
        built, "scene_items", "submission", "sheet", "cell", "heading", "code", "severity", "value", "detail"
    )
    of_file_a = [
        ("需求", None, None, "repeated_in_submission", "warning", None, None),
        ("需求", "L7", "有效期至", "rule_broken", "error", "2024.2.1", "valid_until_not_before_published_on"),
        ("需求", "N9", "联系电话", "phone_unreadable", "warning", "电话见附件", None),
        ("需求", "D11", "统一社会信用代码", "required_missing", "error", None, None),
        ("需求", "F11", "县（市、区）", "outside_parent", "error", "市中区", None),
        ("需求", "J11", "投资额（万元）", "number_approximate", "error", "约300", None),
    ]
    assert found == [
        *(("2024-01/jinan/a.xlsx", *issue) for issue in of_file_a),
        *(("2024-02/copy/a (1).xlsx", *issue) for issue in of_file_a),
        ("2024-02/jinan/b.csv", "Sheet1", "B3", "场景名称", "required_missing", "error", "无", None),
        ("2024-02/jinan/b.csv", "Sheet1", "M3", "对接状态", "not_in_list", "error", "签约", "待对接、对接中、已签约"),
    ]


def test_an_issue_says_dataset_round_submitter_file_and_row(built: Project) -> None:
    first = built.mart("scene_items__issues")[0]
    assert list(first) == [
        "dataset", "round", "submitter", "submission", "file", "sheet", "row_no", "cell", "field", "heading",
        "code", "severity", "value", "detail",
    ]  # fmt: skip
    assert (first["dataset"], first["round"], first["submitter"], first["row_no"]) == (
        "scene_items",
        "2024-01",
        "jinan",
        5,
    )
    assert first["file"] == sha256(b"jinan, first round").hexdigest()


def test_faults_of_sets_codes_money_and_personal_data(built: Project) -> None:
    assert issues(built, "new_products", "cell", "field", "code", "severity", "detail") == [
        ("F2", "county_code", "code_retired", "warning", None),
        ("D3", "uscc", "digits_lost", "error", None),
        ("F3", "county_code", "code_retired", "warning", None),
        (
            "H3",
            "ip_types",
            "not_in_list",
            "error",
            "发明专利、实用新型、外观设计、软件著作权、集成电路布图设计、植物新品种",
        ),
        ("K3", "applications", "personal_data", "error", "mobile"),
        ("B4", "kind", "required_missing", "error", None),
        ("D4", "uscc", "uscc_check_character", "error", None),
        ("F4", "county_code", "code_retired", "warning", None),
        ("M4", "sales", "number_unreadable", "error", None),
        ("E5", "city_code", "code_retired", "warning", None),
        ("J5", "specifications", "too_long", "error", "2000"),
    ]


def test_faults_of_years_numbers_and_dates(built: Project) -> None:
    assert issues(built, "morning_star_factories", "cell", "field", "code", "value", "detail") == [
        ("G3", "recognised_year", "below_minimum", "2019", "2020"),
        ("H3", "connected_devices", "number_not_whole", "12.5", None),
        ("I3", "connection_rate", "above_maximum", "120", "100"),
        ("F4", "industry_code", "code_unknown", "机器人", None),
        ("J4", "data_volume", "number_unreadable", "大", None),
        ("K4", "valid_until", "date_unreadable", "2181-02-06", None),
        ("D2", "city_code", "outside_scope", "枣庄", None),
        ("D3", "city_code", "required_missing", None, None),
    ]


def test_a_rule_for_some_rounds_holds_back_rows_of_these_rounds_alone(built: Project) -> None:
    """What is sent in a round before or after them may break it."""
    broken = [row["round"] for row in built.mart("trials__issues") if row["code"] == "rule_broken"]
    assert broken == ["2024-05", "2024-06"]
    outcomes = {
        row["round"]: next(name for name in ("published", "superseded", "quarantined") if row[name])
        for row in built.mart("trials__accounts")
        if row["round"] > "2024-01"
    }
    assert outcomes == {
        "2024-04": "superseded", "2024-05": "quarantined", "2024-06": "quarantined", "2024-07": "published",
    }  # fmt: skip


def test_a_dataset_of_only_contract_and_mart_is_judged_and_a_missing_column_has_no_cell(built: Project) -> None:
    assert issues(built, "trials", "row_no", "cell", "heading", "code", "value", "detail") == [
        (4, "A4", "试点名称", "too_short", "三", "2"),
        (4, "B4", "是否按期", "boolean_unreadable", "待定", None),
        (4, "C4", "关键词", "personal_data", "甲、a.b@example.com", "email"),
        (2, None, "试点名称", "required_missing", None, None),
        (2, "B2", "关键词", "rule_broken", "甲", "no_keywords_for_a_while"),
        (2, "B2", "关键词", "rule_broken", "甲", "no_keywords_for_a_while"),
    ]
    assert built.mart("trials") == sorted(
        [
            {
                "id": key("试点一"),
                "trial_name": "试点一",
                "on_schedule": True,
                "keywords": "视觉;质检",
                "round": "2024-01",
            },
            {"id": key("试点二"), "trial_name": "试点二", "on_schedule": False, "keywords": None, "round": "2024-01"},
            {"id": key("试点四"), "trial_name": "试点四", "on_schedule": None, "keywords": "甲", "round": "2024-07"},
        ],
        key=lambda row: str(row["id"]),
    )


def test_the_last_valid_row_of_a_key_is_published_with_public_columns_only(built: Project) -> None:
    alike: dict[str, Any] = {
        "org_name": "济南甲有限公司",
        "uscc": CODE_A,
        "city_code": "370100",
        "county_code": "370102",
        "field": "质量提升",
        "chain": "C02",
        "description": "在线检测。",
        "investment": 300.0,
        "published_on": date(2024, 3, 5),
        "valid_until": date(2025, 3, 5),
        "matching_status": "待对接",
        "round": "2024-02",
    }
    names = [("需求", "视觉质检"), ("供给", "排产调度"), ("需求", "仓储")]
    changes: list[dict[str, Any]] = [
        {"description": "第三稿。"},
        {"description": "第二稿。"},
        {"investment": 5000.0, "chain": "C06"},
    ]
    rows = [
        {"id": key(CODE_A, side, name), "side": side, "scene_name": name, **alike, **change}
        for (side, name), change in zip(names, changes, strict=True)
    ]
    assert built.mart("scene_items") == sorted(rows, key=lambda row: str(row["id"]))


def test_values_are_published_clean_and_typed(built: Project) -> None:
    assert built.mart("new_products") == [
        {
            "id": key(CODE_B, "智能传感器（二代）"),
            "product_name": "智能传感器（二代）",
            "kind": "新产品",
            "org_name": "青岛乙有限公司",
            "uscc": CODE_B,
            "city_code": "370200",
            "county_code": "370211",
            "chain": "C01",
            "field": None,
            "level": None,
            "ip_types": "发明专利;软件著作权",
            "patent_numbers": "ZL202110123456.7;ZL202110123457.1",
            "specifications": "精度≤0.1%，符合GB/T 19001-2016",
            "applications": None,
            "tiers": "专精特新小巨人;瞪羚",
            "round": "2024-01",
        }
    ]
    assert built.mart("morning_star_factories") == [
        {
            "id": key(CODE_C, "一号工厂"),
            "factory_name": "一号工厂",
            "org_name": "枣庄丙有限公司",
            "uscc": CODE_C,
            "city_code": "370400",
            "county_code": "370402",
            "industry_code": "3491",
            "recognised_year": 2024,
            "connected_devices": 30,
            "connection_rate": 85.0,
            "data_volume": 1.5,
            "valid_until": date(2027, 12, 31),
            "round": "2024-01",
        }
    ]


def test_every_submission_that_was_read_is_accounted_for_even_without_rows(built: Project) -> None:
    accounts = built.mart("scene_items__accounts")
    columns = ["published", "superseded", "quarantined", "ignored"]
    reasons = ["ignored_blank", "ignored_section", "ignored_total", "ignored_note", "ignored_header"]
    assert list(accounts[0]) == ["dataset", "submission", "round", "submitter", "file", *columns, *reasons]
    assert {row["submission"]: [row[column] for column in [*columns, *reasons]] for row in accounts} == {
        "2024-01/jinan/a.xlsx": [0, 4, 2, 4, 1, 1, 1, 1, 0],
        "2024-02/copy/a (1).xlsx": [2, 2, 2, 4, 1, 1, 1, 1, 0],
        "2024-02/jinan/b.csv": [1, 0, 1, 0, 0, 0, 0, 0, 0],
        "2024-02/weihai/c.csv": [0, 0, 0, 0, 0, 0, 0, 0, 0],
    }


def test_a_row_of_another_city_than_its_submitters_is_held_back(built: Project) -> None:
    name = "2024-02/dezhou/factories.csv"
    held_back = [each for each in built.mart("morning_star_factories__quarantine") if each["submission"] == name]
    assert [(each["factory_name"], each["faults"]) for each in held_back] == [
        ("四号工厂", ["outside_scope@city_code"]),
        ("五号工厂", ["required_missing@city_code"]),
    ]


def test_a_submission_that_is_replaced_is_superseded_whole_and_not_judged(built: Project) -> None:
    name = "2024-03/zaozhuang/factories.xls"
    (account,) = [each for each in built.mart("morning_star_factories__accounts") if each["submission"] == name]
    outcomes = ["published", "superseded", "quarantined", "ignored"]
    assert [account[outcome] for outcome in outcomes] == [0, 2, 0, 1]
    for model in ("issues", "quarantine"):
        assert name not in {each["submission"] for each in built.mart(f"morning_star_factories__{model}")}
    assert "六号工厂" not in {each["factory_name"] for each in built.mart("morning_star_factories")}


def test_quarantine_keeps_the_rows_whole_as_the_form_has_them(built: Project) -> None:
    held_back = [row for row in built.mart("scene_items__quarantine") if row["submission"] == "2024-01/jinan/a.xlsx"]
    assert [(row["row_no"], row["faults"]) for row in held_back] == [
        (7, ["rule_broken@valid_until@valid_until_not_before_published_on"]),
        (11, ["required_missing@uscc", "outside_parent@county_code", "number_approximate@investment"]),
    ]
    assert (held_back[0]["published_on"], held_back[0]["contact_phone"]) == ("2024年3月5日", "13800138000")
    assert (held_back[1]["uscc"], held_back[1]["investment"], held_back[1]["city_code"]) == (None, "约300", "青岛")


def test_ignored_rows_hold_nothing_and_have_no_faults(built: Project) -> None:
    staged = built.mart("stg_scene_items")
    ignored = [row for row in staged if row["ignored"] is not None]
    assert {(row["ignored"], row["row_no"]) for row in ignored} == {
        ("section", 6),
        ("blank", 10),
        ("total", 12),
        ("note", 4),
    }
    place = {"submission", "round", "submitter", "file", "table_no", "sheet", "row_no", "ignored", "replaced"}
    assert {name for row in ignored for name, value in row.items() if value not in (None, [])} == place


def test_only_rows_with_faults_carry_their_raw_text(built: Project) -> None:
    assert {(bool(row["faults"]), row["cells"] is not None) for row in built.mart("stg_scene_items")} == {
        (True, True),
        (False, False),
    }


@pytest.mark.parametrize(
    "model", ["stg_idle", "idle__superseded", "idle__issues", "idle__quarantine", "idle__accounts", "idle"]
)
def test_a_dataset_without_submissions_has_files_without_rows(built: Project, model: str) -> None:
    """dbt-duckdb's own materialization puts one row of nulls into each."""
    assert built.mart(model) == []


def test_a_second_build_writes_the_same_bytes(built: Project) -> None:
    """All that is read outside dbt; staged rows are not sorted, for that would cost more than all the rest."""
    before = digests(built)
    assert len(before) == 5 * 5 + 1
    outcome = built.dbt("run")
    assert outcome.returncode == 0, outcome.stdout
    assert digests(built) == before


def digests(built: Project) -> dict[str, str]:
    files = (built.workspace / "marts").iterdir()
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in files if not path.name.startswith("stg_")}
