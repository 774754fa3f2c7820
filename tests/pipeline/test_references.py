"""What rows of three registers say of each other, and what is published by consent: needs, results, cooperations."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from orchestration.contracts import load_contracts
from orchestration.settings import PROJECT
from tests.pipeline.conftest import Installation, Outcome, install
from tests.pipeline.forms import form_of

CONTRACTS = load_contracts(PROJECT / "schemas")
BUREAU, UNIVERSITY = "2024-01/济南市工业和信息化局", "2024-01/样例大学"
DEMAND = {"org_name": "济南样例甲有限公司", "uscc": "91370100MA3C00001H", "city_code": "济南市"}
OTHER = {"org_name": "济南样例乙有限公司", "uscc": "91370400MA3C000037", "city_code": "济南市"}
NEEDS = [
    {**DEMAND, "need_name": f"样例需求{number}", "kind": "技术攻关", "description": "试验。",
     "budget": f"{1000 + number}.77", "amount_consent": consent}
    for number, consent in enumerate(["是", "否", "", "√", "看情况", "是", "是"], start=1)
]  # fmt: skip
RESULT = {"result_name": "样例成果", "institution": "样例大学", "stage": "中期", "transfer_modes": "许可"}


def cooperation(subject: str, **values: str) -> dict[str, str]:
    return {**DEMAND, "subject": subject, "supply_party": "样例大学", "signed_on": "2024-05-06", **values}


COOPERATIONS = [
    *(cooperation(f"合作{n}", need_name=f"样例需求{n}", result_name="样例成果") for n in range(1, 8)),
    cooperation("两项均未填"),
    cooperation("未填成果", need_name=" 样例需求1 "),
    cooperation("需求不存在", need_name="样例需求8"),
    cooperation("他人的需求", **OTHER, need_name="样例需求1"),
    cooperation("他人的成果", supply_party="样例研究院", result_name="样例成果"),
    cooperation("两项均不存在", need_name="样例需求9", result_name="另一成果"),
]


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = install(tmp_path_factory.mktemp("references"), ("innovation_needs", "research_results", "cooperations"))
    made.submit(f"{BUREAU}/需求.csv", form_of(CONTRACTS["innovation_needs"], NEEDS))
    made.submit(f"{UNIVERSITY}/成果.csv", form_of(CONTRACTS["research_results"], [RESULT]))
    made.submit(f"{BUREAU}/合作.csv", form_of(CONTRACTS["cooperations"], COOPERATIONS))
    return made


@pytest.fixture(scope="module")
def first(installation: Installation) -> Outcome:
    """The first run; the tests below go on from it in their order."""
    return installation.fuzhi("run")


def issues(installation: Installation) -> list[tuple[str, str, str, str]]:
    rows = pq.read_table(installation.settings.marts / "cooperations__issues.parquet").to_pylist()
    return [(row["cell"], row["field"], row["code"], row["detail"]) for row in rows]


def published(installation: Installation, dataset: str) -> list[dict[str, str]]:
    """The rows of the CSV last published."""
    with (
        next(iter(sorted((installation.settings.published / dataset).glob("*/"))[-1:]))
        .joinpath(f"{dataset}.csv")
        .open(encoding="utf-8", newline="") as file
    ):
        return list(csv.DictReader(file))


# The fifth need is held back: it cannot be read whether the figure may be published.
UNKNOWN_AT_FIRST = [
    ("E6", "need_name", "reference_unknown", "innovation_needs"),
    ("E11", "need_name", "reference_unknown", "innovation_needs"),
    ("E12", "need_name", "reference_unknown", "innovation_needs"),
    ("G13", "result_name", "reference_unknown", "research_results"),
    ("E14", "need_name", "reference_unknown", "innovation_needs"),
    ("G14", "result_name", "reference_unknown", "research_results"),
]


def test_a_reference_is_found_unknown_or_left_out(installation: Installation, first: Outcome) -> None:
    assert first.exit_code == 0, first.err + first.out
    assert issues(installation) == UNKNOWN_AT_FIRST
    row = first.dataset("cooperations")
    assert (row["read"], row["published"], row["quarantined"]) == (13, 8, 5)
    assert {
        one["subject"]: (one["need_name"], one["result_name"]) for one in published(installation, "cooperations")
    } == {
        **{f"合作{n}": (f"样例需求{n}", "样例成果") for n in (1, 2, 3, 4, 6, 7)},
        "两项均未填": ("", ""),
        "未填成果": ("样例需求1", ""),
    }


def test_a_check_seeks_what_a_form_refers_to_in_what_is_published(
    installation: Installation, first: Outcome, tmp_path: Path
) -> None:
    def told(form: Path) -> list[tuple[str, str]]:
        report = json.loads(installation.fuzhi("check", str(form), "--dataset", "cooperations", "--json").out)
        return [(one["cell"], one["field"]) for one in report["findings"] if one["code"] == "reference_unknown"]

    form = tmp_path / "合作.csv"
    form.write_text(form_of(CONTRACTS["cooperations"], COOPERATIONS), "utf-8")
    assert told(form) == [(cell, field) for cell, field, *_ in UNKNOWN_AT_FIRST]
    hidden = installation.settings.published / "research_results" / "latest.json"
    hidden.rename(tmp_path / "latest.json")
    assert told(form) == [(cell, field) for cell, field, *_ in UNKNOWN_AT_FIRST if field == "need_name"]
    (tmp_path / "latest.json").rename(hidden)


def test_the_letter_names_the_register_that_has_no_such_row(installation: Installation, first: Outcome) -> None:
    letter = (installation.settings.workspace / "feedback" / BUREAU / "合作.csv.反馈.md").read_text("utf-8")
    assert "“企业创新需求”名录中没有与所填内容相符的条目。" in letter
    assert "No published row of “Innovation needs” agrees with what is given here." in letter


def test_a_figure_is_published_with_consent_alone(installation: Installation, first: Outcome) -> None:
    rows = {
        row["need_name"]: (row["budget"], row["amount_consent"]) for row in published(installation, "innovation_needs")
    }
    assert rows == {
        "样例需求1": ("1001.77", "true"), "样例需求2": ("", "false"), "样例需求3": ("", ""),
        "样例需求4": ("1004.77", "true"), "样例需求6": ("1006.77", "true"), "样例需求7": ("1007.77", "true"),
    }  # fmt: skip
    withheld = [f"{1000 + number}.77".encode() for number in (2, 3, 5)]
    for path in (installation.settings.published / "innovation_needs" / "1.0.0").iterdir():
        if path.suffix in (".csv", ".json", ".xml", ".md"):
            assert [figure for figure in withheld if figure in path.read_bytes()] == [], path.name


def test_a_need_that_is_withdrawn_takes_its_cooperation_with_it(installation: Installation, first: Outcome) -> None:
    installation.submit(f"{BUREAU}/需求.csv", form_of(CONTRACTS["innovation_needs"], NEEDS[:-1]))
    outcome = installation.fuzhi("run")
    assert outcome.exit_code == 0, outcome.err + outcome.out
    assert issues(installation) == [
        UNKNOWN_AT_FIRST[0],
        ("E8", "need_name", "reference_unknown", "innovation_needs"),
        *UNKNOWN_AT_FIRST[1:],
    ]
    row = outcome.dataset("cooperations")
    assert (row["published"], row["quarantined"], row["version"]) == (7, 6, "1.0.1")
    assert not outcome.dataset("research_results")["new"]


def test_a_mart_that_publishes_a_figure_without_consent_is_red(installation: Installation, first: Outcome) -> None:
    mart = installation.settings.dbt_project / "models" / "marts" / "innovation_needs.sql"
    mended = mart.read_text("utf-8")
    spoiled = "{{ public_columns() | replace('case when amount_consent then budget end as budget', 'budget') }}"
    assert "{{ public_columns() }}" in mended
    mart.write_text(mended.replace("{{ public_columns() }}", spoiled), "utf-8")
    before = latest(installation.settings.published)
    outcome = installation.fuzhi("run")
    assert (outcome.exit_code, outcome.dataset("innovation_needs")["gate"]) == (1, "red")
    assert "未同意公开的，“拟投入”应为空：5行中有2行不符。" in outcome.err
    assert (
        "“Planned spending” must be empty where its publication is not consented to: 2 of 5 rows fail." in outcome.err
    )
    assert latest(installation.settings.published) == before
    assert not any(f"{1000 + number}.77" in outcome.err + outcome.out for number in (2, 3, 5))


def latest(published: Path) -> dict[str, bytes]:
    return {path.parent.name: path.read_bytes() for path in published.glob("*/latest.json")}
