"""The gate, with Great Expectations and DuckDB as they are, on tables that keep and that break each rule."""

import json
import logging
import math
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.contracts import Contract
from orchestration.quality.check import GateError
from orchestration.quality.gate import run_gate
from orchestration.quality.verdict import Result, Verdict
from orchestration.settings import PROJECT
from tests.quality.conftest import GUARDS, Row, sound_row, write_table

SEEDS = PROJECT / "dbt_project" / "seeds"
Judge = Callable[..., Verdict]


def failed(verdict: Verdict) -> list[Result]:
    return [result for result in verdict.results if not result.success]


def entry(expect: str, **kwargs: object) -> str:
    return json.dumps([{"expect": expect, "why": "整表应当如此", "why_en": "The table must be so", **kwargs}])


# --- green ---


def suite_of(contract: Contract) -> str:
    return (PROJECT / "expectations" / f"{contract.name}.yaml").read_text("utf-8")


def test_a_sound_table_is_green(contracts: dict[str, Contract], judge_rows: Judge) -> None:
    for contract in contracts.values():
        # What a derived table holds as a whole is more than the rules of its rows.
        suite = "[]" if contract.derived else suite_of(contract)
        verdict = judge_rows(contract, [sound_row(contract, n) for n in range(20)], suite)
        assert failed(verdict) == [], contract.name
        assert verdict.success
        assert verdict.failures == ()
        assert verdict.rows == 20
        assert {result.status for result in verdict.results if result.check.origin == "contract"} == {"passed"}


def test_missing_values_of_optional_columns_are_green(scenes: Contract, judge_rows: Judge) -> None:
    optional = {field.name: None for field in scenes.public_fields if not field.required}
    assert set(optional) == {
        "county_code", "field", "chain", "description", "investment", "valid_until", "matching_status",
    }  # fmt: skip
    verdict = judge_rows(scenes, [sound_row(scenes, n) | optional for n in range(3)])
    assert failed(verdict) == []


CORE = ("morning_star_factories", "new_products", "scene_items")


# Of the other registers the sample has large tables that pass (tests/pipeline/test_sample.py).
@pytest.mark.parametrize("rows", [3, 400])
def test_the_suites_let_small_and_sound_tables_pass(
    contracts: dict[str, Contract], judge_rows: Judge, rows: int
) -> None:
    cities = ["370100", "370200", "370300", "370400"]
    for contract in (contracts[name] for name in CORE):
        table = [sound_row(contract, n) | {"city_code": cities[n % 4], "county_code": None} for n in range(rows)]
        for previous in (None, table):
            verdict = judge_rows(contract, table, suite_of(contract), previous, GUARDS)
            assert failed(verdict) == []
            skipped = [result for result in verdict.results if result.status == "skipped"]
            assert bool(skipped) == (rows == 3 or previous is None)


# --- red: the rules of the contract ---


WHERE = "expect_no_row_where"


@pytest.mark.parametrize(
    ("dataset", "wrong", "name", "zh", "en"),
    [
        (
            "scene_items",
            {"side": None},
            f"{WHERE}(side)",
            "“方向”不得为空：10行中有1行不符。",
            "“Side” must not be missing: 1 of 10 rows fail.",
        ),
        (
            "scene_items",
            {"id": None},
            f"{WHERE}(id)",
            "“编号”不得为空：10行中有1行不符。",
            "“Identifier” must not be missing: 1 of 10 rows fail.",
        ),
        (
            "scene_items",
            {"id": "scene_items-0000002"},
            "expect_no_rows(id)",
            "编号不得重复：查得1处。",
            "No identifier may occur twice: 1 found.",
        ),
        (
            "scene_items",
            {"uscc": "91370100MA00000002", "side": "需求", "scene_name": "场景名称2"},
            "expect_no_rows",
            "“统一社会信用代码”、“方向”、“场景名称”的组合不得重复：查得1处。",
            "No combination of “Unified social credit code”, “Side”, “Scene name” may occur twice: 1 found.",
        ),
        (
            "scene_items",
            {"side": "其他"},
            f"{WHERE}(side)",
            "“方向”应为所列之一：10行中有1行不符。",
            "“Side” must be one of the words listed: 1 of 10 rows fail.",
        ),
        (
            "scene_items",
            {"chain": "C99"},
            f"{WHERE}(chain)",
            "“产业链”应为代码表chains中的代码：10行中有1行不符。",
            "“Industry chain” must be a code of the list chains: 1 of 10 rows fail.",
        ),
        (
            "scene_items",
            {"city_code": "370200"},
            f"{WHERE}(county_code)",
            "“县（市、区）”应属于所填的上级：10行中有1行不符。",
            "“County” must lie in the division given beside it: 1 of 10 rows fail.",
        ),
        (
            "scene_items",
            {"investment": -0.01},
            f"{WHERE}(investment)",
            "“投资额”应不小于0：10行中有1行不符。",
            "“Investment” must be at least 0: 1 of 10 rows fail.",
        ),
        (
            "scene_items",
            {"investment": math.inf},
            f"{WHERE}(investment)",
            "“投资额”应为有限的数：10行中有1行不符。",
            "“Investment” must be a finite number: 1 of 10 rows fail.",
        ),
        (
            "scene_items",
            {"field": "长" * 101},
            f"{WHERE}(field)",
            "“领域”的字数应在1至100之间：10行中有1行不符。",
            "The length of “Field” must be between 1 and 100: 1 of 10 rows fail.",
        ),
        (
            "scene_items",
            {"field": ""},
            f"{WHERE}(field)",
            "“领域”的字数应在1至100之间：10行中有1行不符。",
            "The length of “Field” must be between 1 and 100: 1 of 10 rows fail.",
        ),
        (
            "scene_items",
            {"uscc": "91370100MA0000000O"},
            f"{WHERE}(uscc)",
            "“统一社会信用代码”应为18位数字和大写字母（不含I、O、Z、S、V）：10行中有1行不符。",
            "“Unified social credit code” must be 18 digits and capital letters without I, O, Z, S, V:"
            " 1 of 10 rows fail.",
        ),
        (
            "scene_items",
            {"round": "2024年第2批"},
            f"{WHERE}(round)",
            "批次应写作年份加序号，如2024-02：10行中有1行不符。",
            "A round must be written as year and number, such as 2024-02: 1 of 10 rows fail.",
        ),
        (
            "scene_items",
            {"valid_until": date(2024, 3, 4)},
            WHERE,
            "有效期至不应早于发布日期：10行中有1行不符。",
            "The last day of validity must not lie before the day of publication: 1 of 10 rows fail.",
        ),
        (
            "new_products",
            {"tiers": "瞪羚;羚羊"},
            f"{WHERE}(tiers)",
            "“企业资质”的各项应在所列之内：10行中有1行不符。",
            "Every item of “Enterprise tiers” must be one of the words listed: 1 of 10 rows fail.",
        ),
        (
            "morning_star_factories",
            {"connection_rate": 100.5},
            f"{WHERE}(connection_rate)",
            "“设备联网率”应在0至100之间：10行中有1行不符。",
            "“Connection rate” must be between 0 and 100: 1 of 10 rows fail.",
        ),
        (
            "morning_star_factories",
            {"recognised_year": 2019},
            f"{WHERE}(recognised_year)",
            "“认定年度”应在2020至2035之间：10行中有1行不符。",
            "“Year of recognition” must be between 2020 and 2035: 1 of 10 rows fail.",
        ),
        *(
            (
                "innovation_needs",
                {"amount_consent": consent},
                f"{WHERE}(budget)",
                "未同意公开的，“拟投入”应为空：10行中有1行不符。",
                "“Planned spending” must be empty where its publication is not consented to: 1 of 10 rows fail.",
            )
            for consent in (False, None)
        ),
        (
            "research_results",
            {"keywords": "一;二;三;四"},
            f"{WHERE}(keywords)",
            "“关键词”不应超过3项：10行中有1行不符。",
            "“Keywords” must have at most 3 items: 1 of 10 rows fail.",
        ),
        (
            "innovation_needs",
            {"deadline": date(2023, 12, 31)},
            WHERE,
            "期限不应早于所报批次的年份：10行中有1行不符。",
            "The deadline must not lie before the year of the round: 1 of 10 rows fail.",
        ),
    ],
)
def test_a_broken_rule_is_named_with_its_counts(
    contracts: dict[str, Contract], judge_rows: Judge, dataset: str, wrong: Row, name: str, zh: str, en: str
) -> None:
    rows = [sound_row(contracts[dataset], n) for n in range(10)]
    rows[3] |= wrong
    verdict = judge_rows(contracts[dataset], rows)
    assert verdict.failures == (f"{name} {zh} {en}",)
    assert not verdict.success
    assert json.loads(verdict.to_json())["success"] is False


def test_a_rule_is_for_the_rounds_that_it_names(scenes: Contract, judge_rows: Judge) -> None:
    (rule,) = scenes.rules
    rows = [sound_row(scenes, n) | {"round": f"2024-{n + 1:02}", "valid_until": date(2024, 3, 4)} for n in range(5)]

    def found(**ends: str) -> list[int]:
        contract = replace(scenes, rules=(replace(rule, **ends),))
        return [one.counts["unexpected"] for one in failed(judge_rows(contract, rows))]

    assert found() == [5]
    assert found(from_round="2024-04") == [2]
    assert found(until_round="2024-01") == [1]
    assert found(from_round="2024-02", until_round="2024-04") == [3]
    assert found(from_round="2024-06") == found(until_round="2023-12") == []


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))
def test_counts_are_exact(contracts: dict[str, Contract], judge_rows: Judge, null: int, other: int, below: int) -> None:
    scenes = contracts["scene_items"]
    rows = [sound_row(scenes, n) for n in range(100)]
    for row in rows[:null]:
        row["side"] = None
    for row in rows[50 : 50 + other]:
        row["side"] = "其他"
    for row in rows[40 : 40 + below]:
        row["investment"] = -1.0
    counted = {one.check.why_en: dict(one.counts) for one in failed(judge_rows(scenes, rows))}
    expected = {
        "“Side” must not be missing": {"rows": 100, "unexpected": null, "missing": null},
        "“Side” must be one of the words listed": {"rows": 100, "unexpected": other, "missing": null},
        "“Investment” must be at least 0": {"rows": 100, "unexpected": below, "missing": 0},
    }
    assert counted == {key: counts for key, counts in expected.items() if counts["unexpected"]}


# --- red: another table than the contract says ---


def test_a_private_column_in_the_table_is_named(scenes: Contract, tmp_path: Path) -> None:
    rows = [sound_row(scenes, n) | {"contact_phone": "13812345678"} for n in range(5)]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "mart.parquet")
    (tmp_path / "suite.yaml").write_text(entry("expect_table_row_count_to_be_between", min_value=1), "utf-8")
    verdict = run_gate(scenes, tmp_path / "mart.parquet", tmp_path / "suite.yaml", None, SEEDS, guards=None)
    assert verdict.failures == (
        "expect_table_columns_to_match_ordered_list 公开表的列及次序应与数据契约一致：多出contact_phone。"
        " The columns must be those of the contract, in its order: contact_phone not expected.",
    )
    # Nothing else can be judged on columns that are not those of the contract, and the verdict says so.
    last = verdict.results[-1]
    assert (last.status, last.check.expect) == ("skipped", "expect_table_row_count_to_be_between")
    assert last.sentence == "整表应当如此：未检验，公开表的列或类型与数据契约不符。"
    assert "13812345678" not in verdict.to_json()


def test_a_missing_column_and_another_order_are_named(scenes: Contract, tmp_path: Path) -> None:
    (tmp_path / "suite.yaml").write_text("[]", "utf-8")
    sound = sound_row(scenes, 1)
    without = {name: value for name, value in sound.items() if name != "round"}
    turned = {"round": sound["round"], **without}
    told = []
    for row in (without, turned):
        pq.write_table(pa.Table.from_pylist([row]), tmp_path / "mart.parquet")
        verdict = run_gate(scenes, tmp_path / "mart.parquet", tmp_path / "suite.yaml", None, SEEDS, guards=None)
        told.append([(one.name, one.status, one.sentence_en) for one in failed(verdict)])
    columns, types = "expect_table_columns_to_match_ordered_list", "expect_column_types"
    assert told[0][0] == (columns, "failed", "The columns must be those of the contract, in its order: round missing.")
    assert told[0][1:] == [(f"{types}(round)", "failed", "“Round” must be of type VARCHAR: not met.")]
    assert told[1] == [
        (columns, "failed", "The columns must be those of the contract, in its order: 15 columns in another order.")
    ]


def test_a_date_kept_as_text_is_named(scenes: Contract, judge_rows: Judge) -> None:
    rows = [sound_row(scenes, n) | {"published_on": "2024-03-05"} for n in range(4)]
    assert judge_rows(scenes, rows, published_on=pa.string()).failures == (
        "expect_column_types(published_on) “发布日期”的类型应为DATE：实为VARCHAR。"
        " “Published on” must be of type DATE: observed VARCHAR.",
    )


def test_an_empty_table_is_red_by_its_suite(contracts: dict[str, Contract], judge_rows: Judge) -> None:
    # That every suite begins with this: test_suites.py.
    for contract in (contracts[name] for name in CORE):
        assert judge_rows(contract, [], suite_of(contract)).failures == (
            "expect_table_row_count_to_be_between 公开表不得为空：实为0，应不少于1。 "
            "The table must not be empty: observed 0, expected at least 1.",
        )


# --- suites ---


def test_a_lost_share_of_the_last_release_is_red(scenes: Contract, judge_rows: Judge) -> None:
    suite = (PROJECT / "expectations" / "scene_items.yaml").read_text("utf-8")
    rows = [sound_row(scenes, n) for n in range(1000)]
    assert judge_rows(scenes, rows[:100], suite, rows[:124], GUARDS).failures == ()
    assert judge_rows(scenes, rows[:100], suite, rows[:150], GUARDS).failures == (
        "expect_share_to_be_between 行数不应比上一版本减少两成或更多：100 / 150（66.67%），应多于80%。"
        " The table must not lose a fifth of the rows of the last release, or more:"
        " 100 / 150 (66.67%), expected more than 80%.",
        "expect_share_to_be_between 上一版本的编号应有八成以上仍在：100 / 150（66.67%），应多于80%。"
        " More than four fifths of the identifiers of the last release must still be there:"
        " 100 / 150 (66.67%), expected more than 80%.",
    )


def test_a_one_sided_register_is_red(scenes: Contract, judge_rows: Judge) -> None:
    suite = (PROJECT / "expectations" / "scene_items.yaml").read_text("utf-8")
    rows = [sound_row(scenes, n) | {"side": "需求"} for n in range(1200)]
    assert [(one.name, dict(one.counts)) for one in failed(judge_rows(scenes, rows, suite))] == [
        ("expect_share_to_be_between", {"part": 1200, "whole": 1200}),
        ("expect_share_to_be_between", {"part": 1200, "whole": 1200}),
    ]
    assert [one.check.why for one in failed(judge_rows(scenes, rows, suite))] == [
        "需求和供给均应占有一定比例",
        "任何一市的占比不应过高",
    ]


def test_sql_may_hold_colons_percent_signs_braces_and_comments(scenes: Contract, judge_rows: Judge) -> None:
    sql = """select '12:30', ':name', {'a': 1} as s from {table}
        where scene_name like '%名称3%' and published_on::varchar = '2024-03-05' -- {table}"""
    verdict = judge_rows(scenes, [sound_row(scenes, n) for n in range(10)], entry("no_rows", sql=sql))
    assert verdict.failures == ("expect_no_rows 整表应当如此：查得1处。 The table must be so: 1 found.",)
    assert json.loads(verdict.to_json())["results"][-1]["kwargs"] == {"sql": sql}


def test_code_lists_can_be_asked_in_a_suite(scenes: Contract, judge_rows: Judge) -> None:
    verdict = judge_rows(scenes, [sound_row(scenes, 1)], entry("no_rows", sql="select 1 from {industries} limit 7"))
    assert [dict(one.counts) for one in failed(verdict)] == [{"found": 7}]


def test_small_tables_and_first_releases_skip_what_says_nothing_of_them(scenes: Contract, judge_rows: Judge) -> None:
    share = {"part": "select 1", "whole": "select 1", "max_value": 0}
    rows = [sound_row(scenes, n) for n in range(199)]
    small = judge_rows(scenes, rows, entry("share", **share, from_rows=200)).results[-1]
    assert (small.status, small.sentence, small.sentence_en) == (
        "skipped",
        "整表应当如此：未检验，仅199行，不足200行。",
        "The table must be so: not judged, 199 rows are fewer than 200.",
    )
    first = judge_rows(scenes, rows, entry("no_rows", sql="select 1 from {previous}")).results[-1]
    assert (first.status, first.sentence, first.sentence_en) == (
        "skipped",
        "整表应当如此：未检验，尚无上一版本。",
        "The table must be so: not judged, there is no last release.",
    )
    assert failed(judge_rows(scenes, [*rows, sound_row(scenes, 200)], entry("share", **share, from_rows=200)))


def test_a_share_of_nothing_is_green_and_bounds_are_inclusive(scenes: Contract, judge_rows: Judge) -> None:
    def status(part: int, whole: int) -> str:
        share = entry("share", part=f"select {part}", whole=f"select {whole}", min_value=0.25, max_value=0.5)
        return judge_rows(scenes, [sound_row(scenes, 1)], share).results[-1].status

    assert [status(1, 4), status(2, 4), status(0, 0), status(0, 4), status(3, 4)] == [
        "passed",
        "passed",
        "passed",
        "failed",
        "failed",
    ]


@pytest.mark.parametrize("name", ["ExpectColumnValuesToNotBeNull", "expect_column_values_to_not_be_null"])
def test_an_expectation_goes_by_the_name_of_its_class_too(scenes: Contract, judge_rows: Judge, name: str) -> None:
    rows = [sound_row(scenes, n) | {"chain": None if n < 3 else "C01"} for n in range(10)]
    result = judge_rows(scenes, rows, entry(name, column="chain", mostly=0.8)).results[-1]
    assert (result.status, dict(result.counts)) == ("failed", {"rows": 10, "unexpected": 3})


# --- errors are red ---


WITHHELD = "(its text is withheld: it may quote a row)"


@pytest.mark.parametrize(
    ("check", "error"),
    [
        (
            entry("no_rows", sql="select no_such_column from {table}"),
            'BinderException: Binder Error: Referenced column "no_such_column" not found in FROM clause!',
        ),
        (entry("no_rows", sql="selec 1"), "ParserException: Parser Error: syntax error at or near"),
        (
            entry("no_rows", sql="select 1 from {table} where description::integer = 1"),
            f"ConversionException {WITHHELD}",
        ),
        (
            entry("no_rows", sql="select 1 from {table} where strptime(description, '%Y') is null"),
            f"InvalidInputException {WITHHELD}",
        ),
        (entry("share", part="select 0.5", whole="select 1", max_value=1), f"NotACountError {WITHHELD}"),
        (
            entry("share", part="select max(description) from {table}", whole="select 1", max_value=1),
            f"NotACountError {WITHHELD}",
        ),
        (
            entry("expect_column_values_to_not_be_null", column="no_such_column"),
            'The column "no_such_column" in BatchData does not exist',
        ),
        (
            entry("UnexpectedRowsExpectation", unexpected_rows_query="select error(description) from {batch}"),
            f"InvalidInputException {WITHHELD}",
        ),
    ],
)
def test_an_expectation_that_raises_an_error_is_red(
    scenes: Contract,
    judge_rows: Judge,
    check: str,
    error: str,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    rows = [sound_row(scenes, n) | {"description": f"哨兵sentinel{n}"} for n in range(10)]
    with caplog.at_level(logging.DEBUG):
        verdict = judge_rows(scenes, rows, check)
    (result,) = failed(verdict)
    assert result.status == "raised"
    assert result.reason[1].startswith(error)
    assert verdict.failures[0].endswith(f"The table must be so: cannot be judged, {result.reason[1]}.")
    written = json.loads(verdict.to_json())["results"][-1]
    assert (written["status"], written["success"], written["error"]) == ("raised", False, result.reason[1])
    captured = capfd.readouterr()
    for told in (verdict.to_json(), captured.out, captured.err, caplog.text):
        assert "sentinel" not in told


def test_one_error_does_not_hide_what_else_is_wrong(scenes: Contract, judge_rows: Judge) -> None:
    rows = [sound_row(scenes, n) for n in range(10)]
    rows[0]["side"] = None
    verdict = judge_rows(scenes, rows, entry("no_rows", sql="select no_such_column from {table}"))
    assert [(one.name, one.status) for one in failed(verdict)] == [
        (f"{WHERE}(side)", "failed"),
        ("expect_no_rows", "raised"),
    ]


def test_one_rule_that_raises_an_error_does_not_hide_the_others(scenes: Contract, judge_rows: Judge) -> None:
    rows = [sound_row(scenes, n) for n in range(10)]
    rows[0]["side"] = None
    (rule,) = scenes.rules
    contract = replace(scenes, rules=(replace(rule, holds="error(scene_name) is null"), rule))
    assert [(one.check.why_en, one.status) for one in failed(judge_rows(contract, rows))] == [
        ("“Side” must not be missing", "failed"),
        (rule.message_en, "raised"),
    ]


def test_a_table_may_have_columns_named_as_those_of_code_lists(scenes: Contract, judge_rows: Judge) -> None:
    named = {"uscc": "code", "city_code": "parent"}
    fields = tuple(
        replace(one, name=named.get(one.name, one.name), within=named.get(one.within or "", one.within))
        for one in scenes.fields
    )
    key = tuple(named.get(name, name) for name in scenes.key)
    contract = replace(scenes, fields=fields, key=key, rules=())
    rows = [sound_row(contract, n) for n in range(10)]
    rows[3]["parent"] = "370200"
    assert [one.sentence_en for one in failed(judge_rows(contract, rows))] == [
        "“County” must lie in the division given beside it: 1 of 10 rows fail."
    ]


def test_a_table_that_is_not_there_is_an_error(scenes: Contract, tmp_path: Path) -> None:
    mart = write_table(tmp_path / "mart.parquet", scenes, [sound_row(scenes, 1)])
    suite = PROJECT / "expectations" / "scene_items.yaml"
    with pytest.raises(GateError, match=r"^scene_items: there is no table nowhere.parquet$"):
        run_gate(scenes, tmp_path / "nowhere.parquet", suite, None, SEEDS, guards=None)
    with pytest.raises(GateError, match=r"^scene_items: there is no table nowhere.parquet$"):
        run_gate(scenes, mart, suite, tmp_path / "nowhere.parquet", SEEDS, guards=None)
    with pytest.raises(GateError, match=r"neither \{table\}, \{previous\} nor a code list"):
        run_gate(scenes, mart, suite, None, tmp_path, guards=None)


# --- what is written down ---


def test_no_value_of_a_row_is_written_down(scenes: Contract, judge_rows: Judge) -> None:
    texts = ["id", "round", *(field.name for field in scenes.public_fields if field.type == "string")]
    rows = [
        sound_row(scenes, n)
        | {name: f"哨兵{name}{n}" for name in texts}
        | {"investment": 9876543.25 + n, "published_on": date(1987, 6, 5), "valid_until": date(1987, 6, 4)}
        for n in range(50)
    ]
    suite = [
        {"expect": "expect_column_values_to_be_in_set", "column": "scene_name", "value_set": ["甲"]},
        {"expect": "expect_column_distinct_values_to_be_in_set", "column": "org_name", "value_set": ["甲"]},
        {"expect": "expect_column_most_common_value_to_be_in_set", "column": "org_name", "value_set": ["甲"]},
        {"expect": "expect_column_max_to_be_between", "column": "investment", "max_value": 1},
        {"expect": "expect_column_min_to_be_between", "column": "published_on", "min_value": "2024-01-01"},
        {"expect": "UnexpectedRowsExpectation", "unexpected_rows_query": "select * from {batch}"},
        {"expect": "no_rows", "sql": "select * from {table}"},
        {"expect": "no_rows", "sql": "select 1 from {table} where error(scene_name) = 1"},
    ]
    entries = [one | {"why": "甲", "why_en": "a"} for one in suite]
    verdict = judge_rows(scenes, rows, json.dumps(entries, ensure_ascii=False))
    assert [one.status for one in verdict.results[-8:]] == [*["failed"] * 7, "raised"]
    # Of the contract: round, side, matching_status, uscc, three code lists and the rule.
    assert len(failed(verdict)) == 8 + 8
    for value in ("哨兵", "987654", "1987"):
        assert value not in verdict.to_json()
        assert not any(value in line for line in verdict.failures)


def test_the_same_table_gives_the_same_bytes(scenes: Contract, judge_rows: Judge) -> None:
    rows = [sound_row(scenes, n) for n in range(300)]
    for row in rows[::7]:
        row["side"] = "其他"
    suite = (PROJECT / "expectations" / "scene_items.yaml").read_text("utf-8")
    once = judge_rows(scenes, rows, suite, rows).to_json()
    assert judge_rows(scenes, rows, suite, rows).to_json() == once
    assert judge_rows(scenes, rows[::-1], suite, rows).to_json() == once


def test_what_validation_json_says(scenes: Contract, judge_rows: Judge) -> None:
    rows = [sound_row(scenes, n) for n in range(10)]
    rows[0]["side"] = None
    content = json.loads(judge_rows(scenes, rows, entry("no_rows", sql="select 1 from {previous}")).to_json())
    assert content.keys() == {"dataset", "rows", "success", "tool", "accepted", "summary", "results"}
    assert (content["dataset"], content["rows"], content["success"]) == ("scene_items", 10, False)
    assert content["tool"] == "Great Expectations 1.24.1"
    assert content["summary"] == {
        "passed": len(content["results"]) - 2,
        "failed": 1,
        "accepted": 0,
        "skipped": 1,
        "raised": 0,
    }
    (side,) = (one for one in content["results"] if one["status"] == "failed")
    assert side == {
        "expectation": "expect_no_row_where",
        "column": "side",
        "kwargs": {"where": '"side" is null'},
        "origin": "contract",
        "status": "failed",
        "success": False,
        "counts": {"rows": 10, "unexpected": 1, "missing": 1},
        "sentence": "“方向”不得为空：10行中有1行不符。",
        "sentence_en": "“Side” must not be missing: 1 of 10 rows fail.",
    }
    assert content["results"][-1]["origin"] == "suite.yaml, entry 1 (no_rows)"


# --- guards ---


def guarded(scenes: Contract, judge_rows: Judge, kept: int, **options: object) -> Verdict:
    """A table that has `kept` of the ten rows of its last release, judged with the shared guards."""
    rows = [sound_row(scenes, n) for n in range(10)]
    return judge_rows(scenes, rows[:kept], previous=rows, guards=GUARDS, **options)


def test_a_table_that_lost_a_fifth_of_its_rows_is_red_and_can_be_accepted(scenes: Contract, judge_rows: Judge) -> None:
    assert guarded(scenes, judge_rows, 9).success
    assert [one.check.guard for one in failed(guarded(scenes, judge_rows, 8))] == ["shrink", "churn"], "a fifth"
    red = guarded(scenes, judge_rows, 7)
    assert [(one.check.guard, one.counts) for one in failed(red)] == [
        ("shrink", {"part": 7, "whole": 10}),
        ("churn", {"part": 7, "whole": 10}),
    ]
    assert red.guarded and not red.accepted
    accepted = guarded(scenes, judge_rows, 7, accept=True)
    assert accepted.success and not accepted.guarded
    assert [one.check.guard for one in accepted.accepted] == ["shrink", "churn"]
    content = json.loads(accepted.to_json())
    assert content["success"] is True
    assert content["summary"] == {
        "passed": len(content["results"]) - 2, "failed": 0, "accepted": 2, "skipped": 0, "raised": 0,
    }  # fmt: skip
    assert content["accepted"][0] == {
        "guard": "shrink",
        "counts": {"part": 7, "whole": 10},
        "sentence": "行数不应比上一版本减少两成或更多：7 / 10（70%），应多于80%。",
        "sentence_en": "The table must not lose a fifth of the rows of the last release, or more: 7 / 10 (70%), "
        "expected more than 80%.",
    }


def test_nothing_is_accepted_of_a_table_that_keeps_its_rows(scenes: Contract, judge_rows: Judge) -> None:
    assert guarded(scenes, judge_rows, 10, accept=True) == guarded(scenes, judge_rows, 10)


def test_only_guards_can_be_accepted(scenes: Contract, judge_rows: Judge) -> None:
    suite = entry("share", part="select 1 from {previous}", whole="select count(*) from {previous}", min_value=0.5)
    verdict = guarded(scenes, judge_rows, 7, suite=suite, accept=True)
    assert not verdict.success and not verdict.guarded
    assert [one.check.origin for one in failed(verdict)] == ["suite.yaml, entry 1 (share)"]
    assert len(verdict.accepted) == 2


def test_a_guard_that_could_not_be_judged_is_not_accepted(scenes: Contract, judge_rows: Judge) -> None:
    suite = json.dumps([{"guard": "churn", "part": "select count(colour) from {previous}"}])
    verdict = guarded(scenes, judge_rows, 10, suite=suite, accept=True)
    assert [(one.check.guard, one.status) for one in failed(verdict)] == [("churn", "raised")]
    assert not verdict.guarded


# --- the tool keeps to itself ---


def test_great_expectations_is_imported_only_when_the_gate_runs() -> None:
    code = "import sys, orchestration.quality.gate; sys.exit('great_expectations' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=PROJECT, check=False).returncode == 0


def test_the_gate_leaves_nothing_behind_prints_nothing_and_calls_nobody(scenes: Contract, tmp_path: Path) -> None:
    home, work = tmp_path / "home", tmp_path / "work"
    home.mkdir()
    work.mkdir()
    mart = write_table(tmp_path / "mart.parquet", scenes, [sound_row(scenes, n) for n in range(10)])
    code = f"""
import socket
from pathlib import Path
def refuse(*_):
    raise SystemExit("called somebody")
socket.socket.connect = socket.getaddrinfo = refuse
from orchestration.contracts import load_contracts
from orchestration.quality.gate import run_gate
project = Path({str(PROJECT)!r})
run_gate(load_contracts(project / "schemas")["scene_items"], Path({str(mart)!r}),
         project / "expectations" / "scene_items.yaml", None, project / "dbt_project" / "seeds",
         guards=project / "expectations" / "shared" / "guards.yaml")
"""
    environment = {"HOME": str(home), "TMPDIR": str(work), "PYTHONPATH": str(PROJECT), "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-B", "-c", code], cwd=work, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(home.iterdir()) == []
    assert list(work.iterdir()) == []
