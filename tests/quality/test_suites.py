"""Suites written by hand: what stands in them is read, and what cannot be meant names file and entry."""

from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.contracts import Contract
from orchestration.quality.check import Check
from orchestration.quality.suites import SuiteError, fill_in, placeholders, read_suite
from orchestration.quality.verdict import Verdict
from orchestration.settings import PROJECT
from tests.quality.conftest import GUARDS, sound_row


def suite_of(folder: Path, text: str) -> Path:
    (folder / "suite.yaml").write_text(text, "utf-8")
    return folder / "suite.yaml"


def test_the_entries_of_a_suite_become_checks_in_their_order(tmp_path: Path) -> None:
    path = suite_of(
        tmp_path,
        """
- expect: expect_table_row_count_to_be_between
  min_value: 1
  why: 不得为空
  why_en: Not empty
- {expect: no_rows, sql: "select 1 from {table}", why: 甲, why_en: a, from_rows: 200}
""",
    )
    assert read_suite(path) == (
        Check(
            "expect_table_row_count_to_be_between",
            {"min_value": 1},
            "不得为空",
            "Not empty",
            0,
            "suite.yaml, entry 1 (expect_table_row_count_to_be_between)",
        ),
        Check("expect_no_rows", {"sql": "select 1 from {table}"}, "甲", "a", 200, "suite.yaml, entry 2 (no_rows)"),
    )


def test_placeholders_are_tables_and_quantifiers_are_not() -> None:
    check = Check(
        "expect_no_rows",
        {"sql": "select * from {table} where code not in (select code from {cities}) and x ~ '[0-9]{18}'"},
        "甲",
        "a",
    )
    assert placeholders(check) == {"table", "cities"}
    assert fill_in(check, {"table": "mart", "cities": "codes_cities"}) == {
        "sql": "select * from mart where code not in (select code from codes_cities) and x ~ '[0-9]{18}'"
    }


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("expect: no_rows", "suite.yaml: is not a list of expectations"),
        ("- no_rows", r"suite.yaml, entry 1: does not say which expectation \(`expect`\)"),
        ("- {why: 甲}", r"suite.yaml, entry 1: does not say which expectation \(`expect`\)"),
        ("- {expect: no_rows, why_en: a}", r"suite.yaml, entry 1 \(no_rows\): does not say why \(`why`\)"),
        ("- {expect: no_rows, why: 甲, why_en: ''}", r"suite.yaml, entry 1 \(no_rows\): does not say why \(`why_en`\)"),
        (
            "- {expect: share, why: 甲, why_en: a, from_rows: -1}",
            r"suite.yaml, entry 1 \(share\): from_rows is -1, which is no number of rows",
        ),
        (
            "- {expect: share, part: a, whole: b, why: 甲, why_en: a}",
            r"suite.yaml, entry 1 \(share\): gives neither min_value nor max_value",
        ),
        (
            "- {expect: share, part: a, whole: b, min_value: 80%, why: 甲, why_en: a}",
            r"suite.yaml, entry 1 \(share\): '80%' is no share; four fifths are written 0.8",
        ),
        ("- {expect: share, why: 甲, why: 乙}", "suite.yaml: is not valid YAML: key 'why' given twice"),
        ("- [", "suite.yaml: is not valid YAML"),
        (
            "- {expect: expect_column_values_to_match_regex, column: uscc, regex: x, why: 甲, why_en: a}",
            r"suite.yaml, entry 1 \(expect_column_values_to_match_regex\): regular expressions are for `no_rows`",
        ),
    ],
)
def test_a_suite_that_cannot_be_meant_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(SuiteError, match=reason):
        read_suite(suite_of(tmp_path, text))


def test_a_dataset_without_a_suite_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match=r"robots.yaml: cannot be read: No such file"):
        read_suite(tmp_path / "robots.yaml")


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (
            "{expect: expect_table_row_count_to_be_betwen, min_value: 1}",
            "there is no such expectation; did you mean expect_table_row_count_to_be_between?",
        ),
        ("{expect: ExpectNothingAtAll}", "there is no such expectation"),
        (
            "{expect: expect_table_row_count_to_be_between, minimum: 1}",
            "its arguments are wrong: minimum: extra fields not permitted",
        ),
        ("{expect: expect_column_values_to_not_be_null}", "its arguments are wrong: column: field required"),
        ("{expect: no_rows}", "its arguments are wrong: sql: field required"),
        (
            "{expect: share, part: a, whole: b, max_value: 1, least: 0.5}",
            "its arguments are wrong: least: extra fields not permitted",
        ),
        (
            "{expect: no_rows, sql: 'select 1 from {villages}'}",
            r"\{villages\} is neither \{table\}, \{previous\} nor a code list",
        ),
    ],
)
def test_an_unknown_expectation_or_argument_names_file_and_entry(
    scenes: Contract, judge_rows: Callable[..., Verdict], entry: str, reason: str
) -> None:
    suite = (
        f"- {{expect: no_rows, sql: 'select 1 where false', why: 甲, why_en: a}}\n- {entry[:-1]}, why: 乙, why_en: b}}"
    )
    with pytest.raises(SuiteError, match=rf"^suite.yaml, entry 2 \(\w+\): {reason}"):
        judge_rows(scenes, [sound_row(scenes, 1)], suite)


def test_every_dataset_has_a_suite_and_every_suite_a_dataset(contracts: dict[str, Contract]) -> None:
    suites = {path.stem for path in (PROJECT / "expectations").glob("*.yaml")}
    assert suites == set(contracts)


def test_every_suite_says_that_a_table_is_not_empty(contracts: dict[str, Contract]) -> None:
    for dataset in contracts:
        first = read_suite(PROJECT / "expectations" / f"{dataset}.yaml")[0]
        assert (first.expect, first.kwargs) == ("expect_table_row_count_to_be_between", {"min_value": 1})


def test_every_table_is_guarded_against_the_last_release_from_one_place(contracts: dict[str, Contract]) -> None:
    for dataset in contracts:
        checks = read_suite(PROJECT / "expectations" / f"{dataset}.yaml", GUARDS)
        assert [(check.guard, check.kwargs["min_value"]) for check in checks[:2]] == [("shrink", 0.8), ("churn", 0.8)]
        assert [check.guard for check in checks[2:]] == [None] * (len(checks) - 2)


def test_a_suite_gives_a_guard_another_bound_by_its_name(tmp_path: Path) -> None:
    path = suite_of(
        tmp_path,
        """
- {expect: no_rows, sql: "select 1 from {table}", why: 甲, why_en: a}
- {guard: churn, min_value: 0.5}
- {guard: cities, expect: no_rows, sql: "select city_code from {previous}", why: 乙, why_en: b}
""",
    )
    shrink, churn, own, cities = read_suite(path, GUARDS)
    assert (shrink.guard, shrink.kwargs["min_value"], shrink.origin) == ("shrink", 0.8, "guards.yaml, entry 1 (share)")
    assert (churn.guard, churn.kwargs["min_value"], churn.origin) == ("churn", 0.5, "suite.yaml, entry 2 (share)")
    assert (churn.why, churn.kwargs["part"][:40]) == (
        "上一版本的编号应有八成以上仍在",
        "select count(*) from {previous} where id",
    )
    assert (own.guard, cities.guard, cities.why_en) == (None, "cities", "b")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("- {guard: shrnk, min_value: 0.5}", "entry 1: does not say which .*, and there is no guard shrnk$"),
        (
            "- {guard: mine, expect: no_rows, sql: 'select 1 from {table}', why: 甲, why_en: a}",
            r"entry 1 \(no_rows\): 'mine' is no guard: it has a name and compares with \{previous\}$",
        ),
        (
            "- {guard: true, expect: no_rows, sql: 'select 1 from {previous}', why: 甲, why_en: a}",
            r"entry 1 \(no_rows\): True is no guard: it has a name and compares with \{previous\}$",
        ),
        (
            "- {guard: churn, min_value: 0.5}\n- {guard: churn, min_value: 0.4}",
            "entry 2: the guard churn is given twice",
        ),
        ("- {guard: churn, min_value: half}", r"entry 1 \(share\): 'half' is no share"),
    ],
)
def test_a_guard_that_is_not_to_be_had_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(SuiteError, match=rf"^suite.yaml, {reason}"):
        read_suite(suite_of(tmp_path, text), GUARDS)


def test_shared_guards_have_names(tmp_path: Path) -> None:
    nameless = suite_of(tmp_path, "- {expect: no_rows, sql: 'select 1 from {previous}', why: 甲, why_en: a}")
    with pytest.raises(SuiteError, match=r"^suite.yaml, entry 1 \(no_rows\): has no name \(`guard`\)$"):
        read_suite(tmp_path / "suite.yaml", nameless)
