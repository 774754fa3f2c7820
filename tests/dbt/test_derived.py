"""Derived datasets from few, awkward published rows: exact values of `target_progress` and of `enterprises`."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from orchestration.contracts import Contract, load_contracts
from orchestration.contracts.dbt_files import write_dbt_files
from orchestration.release.latest_tables import lay_out_latest_tables
from orchestration.settings import Settings
from tests.dbt.conftest import PROJECT, Project

Rows = Sequence[Mapping[str, Any]]
CREATED = {
    "new_products": "2024-07-01",
    "matching_events": "2024-07-01",  # half of a leap year: 183 of 366 days
    "ip_progress": "2024-12-31",
    "innovation_centers": "2026-03-31",
    "scene_items": "2025-12-31",
    "key_technologies": "2023-06-30",  # before the list of chains
    "data_enterprises": "2024-12-31",
}


def events(kind: str, year: int, times: int, grade: str = "省级") -> list[dict[str, Any]]:
    day = datetime.date(year, 3, 5)
    return [{"kind": kind, "grade": grade, "held_on": day, "city_code": "370100"} for _ in range(times)]


MONEY = [*(["2023-01", 8.1] for _ in range(10)), ["2023-12", 9.0], ["2024-01", 89.99]]
TABLES: dict[str, Rows] = {
    "matching_events": [
        *events("融链固链", 2023, 10),
        *events("融链固链", 2024, 5),
        *events("融链固链", 2023, 49, "市级"),
        *events("融链固链", 2024, 24, "市级"),
        *events("百企百景", 2023, 2),
        *events("百企百景", 2024, 3),
        *events("创新创业大赛", 2023, 3),
        *events("技能竞赛", 2023, 1),
        *events("创新创业大赛", 2024, 2),
        *events("产学研对接", 2022, 20),
        *events("产学研对接", 2023, 7),
        *events("产学研对接", 2024, 1),
    ],
    "ip_progress": [{"month": month, "filed": 30, "granted": 0, "financing": money} for month, money in MONEY],
    "innovation_centers": [
        {"stage": "认定", "recognised_on": datetime.date(2019, 5, 1)},
        {"stage": "认定", "recognised_on": datetime.date(2024, 5, 1)},
        {"stage": "认定", "recognised_on": None, "round": "2025-01"},
        {"stage": "认定", "recognised_on": datetime.date(2026, 1, 1)},
        {"stage": "培育"},
    ],
    "scene_items": [
        {"published_on": datetime.date(2025, 5, day), "city_code": city, "chain": chain,
         "uscc": "U8", "org_name": "样例辛"}
        for day, city, chain in [
            (1, "370100", "C01"), (2, "370100", None), (3, "370100", None), (4, "370200", None), (5, "371200", "C02")
        ]
    ],
    "new_products": [
        {"id": "0001", "uscc": "U1", "org_name": "样例甲", "round": "2024-02", "tiers": "瞪羚"},
        {"id": "0002", "uscc": "U2", "org_name": "样例丁", "round": "2024-01", "city_code": "370300"},
        {"id": "0003", "uscc": "U2", "org_name": "样例丙", "round": "2024-01"},
        {"id": "0004", "uscc": "U3", "org_name": "样例戊", "round": "2022-01", "city_code": "371200"},
        {"id": "0005", "uscc": "U4", "org_name": "样例戊", "round": "2024-01"},
        {"id": "0006", "uscc": "U5", "org_name": "样例己", "round": "2024-01", "city_code": "370100",
         "county_code": "370102", "chain": "C03"},
        {"id": "0007", "uscc": "U5", "org_name": "样例己", "round": "2024-02", "city_code": "370200"},
    ],
    "data_enterprises": [{"id": "9999", "uscc": "U1", "org_name": "样例乙", "round": "2024-02", "city_code": "370100"}],
}  # fmt: skip


@dataclass(frozen=True)
class Derived:
    """What dbt made of the rows above."""

    project: Project

    def progress(self, target: str, period: str, scope: str = "370000") -> tuple[Any, ...] | None:
        """Number, target, share, expected and status of one row; None where there is none."""
        rows = [
            (row["number"], row["target"], row["share"], row["expected"], row["status"])
            for row in self.project.mart("target_progress")
            if (row["target_id"], row["period"], row["scope_code"]) == (target, period, scope)
        ]
        assert len(rows) <= 1
        return rows[0] if rows else None

    def periods(self, target: str) -> list[str]:
        rows = self.project.mart("target_progress")
        return sorted(row["period"] for row in rows if (row["target_id"], row["scope"]) == (target, "全省"))

    def scopes(self, target: str, period: str, scope: str) -> list[str]:
        rows = self.project.mart("target_progress")
        return sorted(
            row["scope_code"]
            for row in rows
            if (row["target_id"], row["period"], row["scope"]) == (target, period, scope)
        )


def write(place: Path, contract: Contract, rows: Rows) -> None:
    """Put the rows where the latest published table of the dataset is read from; what is not given is null."""
    schema = pq.read_schema(place)
    given = [{"id": f"{number:04}", "round": "2024-01", **row} for number, row in enumerate(rows)]
    place.unlink()
    pq.write_table(
        pa.Table.from_pylist([{name: row.get(name) for name in schema.names} for row in given], schema=schema), place
    )


@pytest.fixture(scope="module")
def derived(tmp_path_factory: pytest.TempPathFactory) -> Derived:
    """What the project makes of the rows above, with K01 raised on 1 July 2024 and K19 ended with 2023."""
    folder = tmp_path_factory.mktemp("derived")
    settings = Settings(folder / "project", folder / "inbox", folder / "workspace", folder / "published")
    for name in ("schemas", "dbt_project"):
        ignored = shutil.ignore_patterns("target", "logs")
        shutil.copytree(PROJECT / name, settings.project / name, ignore=ignored)
    change_targets(settings.schemas / "shared" / "targets.yaml")
    contracts = load_contracts(settings.schemas)
    write_dbt_files(contracts, settings.dbt_project)
    settings.published.mkdir()
    lay_out_latest_tables(settings, contracts)
    for name, rows in TABLES.items():
        write(settings.latest / f"{name}.parquet", contracts[name], rows)
    place = settings.latest / "versions.parquet"
    versions = [
        {"dataset": name, "version": "1.0.0", "created": datetime.date.fromisoformat(day)}
        for name, day in CREATED.items()
    ]
    pq.write_table(pa.Table.from_pylist(versions, schema=pq.read_schema(place)), place)
    settings.marts.mkdir(parents=True)
    project = Project(settings.dbt_project, settings.workspace)
    outcome = project.dbt(
        "build", "--select", "path:models/derived", "cities", "chains", "counties", "industries", "institutions"
    )
    assert outcome.returncode == 0, outcome.stdout
    return Derived(project)


def change_targets(path: Path) -> None:
    said = yaml.safe_load(path.read_text("utf-8"))
    entries = {entry["id"]: entry for entry in said["targets"]}
    entries["K01"]["valid_to"] = "2024-06-30"
    said["targets"].append({**entries["K01"], "number": 3000, "valid_from": "2024-07-01", "valid_to": None})
    entries["K19"]["valid_to"] = "2023-12-31"
    path.write_text(yaml.safe_dump(said, allow_unicode=True, sort_keys=False), "utf-8")


def test_reached_exactly_on_the_number_and_behind_one_below_when_the_period_is_over(derived: Derived) -> None:
    assert derived.progress("K09", "2023") == (10, 10, 100.0, 10.0, "已达成")
    assert derived.progress("K10", "2023") == (49, 50, 98.0, 50.0, "滞后")


def test_on_track_exactly_on_the_straight_line_and_behind_one_below(derived: Derived) -> None:
    assert derived.progress("K09", "2024") == (5, 10, 50.0, 5.0, "按进度")
    assert derived.progress("K10", "2024") == (24, 50, 48.0, 25.0, "滞后")


def test_more_than_exactly_so_many_is_reached_too(derived: Derived) -> None:
    assert derived.progress("K16", "2023") == (2, 2, 100.0, 2.0, "已达成")
    assert derived.progress("K16", "2024") == (3, 2, 150.0, 1.0, "已达成")


def test_contests_are_held_when_each_kind_took_place(derived: Derived) -> None:
    assert derived.progress("K18", "2023") == (2, 2, 100.0, 2.0, "已达成")
    assert derived.progress("K18", "2024") == (1, 2, 50.0, 1.0, "按进度")


def test_about_is_reached_from_the_tolerance_on_and_sums_are_exact(derived: Derived) -> None:
    # Ten times 8.1 and 9 is 90, but not in floating point.
    assert derived.progress("K13", "2023") == (90.0, 100, 90.0, 100.0, "已达成")
    assert derived.progress("K13", "2024") == (89.99, 100, 90.0, 100.0, "滞后")
    assert derived.progress("K11", "2023") == (330, 300, 110.0, 300.0, "已达成")


def test_of_a_plan_target_only_rows_of_the_plan_count_and_years_are_for_information(derived: Derived) -> None:
    # 548 of 1,096 days, 1 July 2024 included.
    assert derived.progress("K06", "2023-2025") == (8, 15, 53.3, 7.5, "按进度")
    assert derived.progress("K06", "2023") == (7, None, None, None, "无指标")
    assert derived.progress("K06", "2024") == (1, None, None, None, "无指标")
    assert derived.periods("K06") == ["2023", "2023-2025", "2024"]


def test_a_stock_counts_what_stood_before_the_plan_but_not_what_came_after(derived: Derived) -> None:
    assert derived.progress("K04", "2023-2025") == (3, 50, 6.0, 50.0, "滞后")
    assert [derived.progress("K04", year) for year in ("2023", "2024", "2025")] == [
        (number, None, None, None, "无指标") for number in (0, 1, 1)
    ]


def test_half_a_tenth_of_a_percent_is_rounded_up(derived: Derived) -> None:
    assert derived.progress("K17", "2023-2025") == (5, 10000, 0.1, 10000.0, "滞后")


def test_cities_and_chains_have_numbers_but_no_target_and_one_that_ended_only_where_it_counts(derived: Derived) -> None:
    assert derived.progress("K17", "2025", "370100") == (3, None, None, None, "无指标")
    assert derived.progress("K17", "2023-2025", "370300") == (0, None, None, None, "无指标")
    assert derived.progress("K17", "2025", "C01") == (1, None, None, None, "无指标")
    assert len(derived.scopes("K17", "2025", "市")) == 17
    assert len(derived.scopes("K17", "2024", "市")) == 16
    assert len(derived.scopes("K17", "2025", "产业链")) == 11
    assert derived.scopes("K13", "2023", "产业链") == [], "the table has no chains"
    assert derived.scopes("K03", "2023", "产业链") == [], "no list of chains stood on that day"


def test_a_year_that_has_not_begun_is_not_reported(derived: Derived) -> None:
    assert derived.periods("K03") == ["2023", "2023-2025"]
    # 181 of 1,096 days.
    assert derived.progress("K03", "2023-2025") == (0, 100, 0.0, 16.5, "滞后")


def test_a_period_is_judged_by_the_target_that_stood_on_the_day_of_the_data(derived: Derived) -> None:
    assert derived.progress("K01", "2023-2025") == (6, 3000, 0.2, 1500.0, "滞后")
    assert derived.progress("K01", "2023") == (0, None, None, None, "无指标")
    assert derived.periods("K01") == ["2023", "2023-2025", "2024"]
    texts = {row["target_text"] for row in derived.project.mart("target_progress") if row["target_id"] == "K01"}
    assert texts == {"3,000项以上", None}
    assert derived.periods("K19") == ["2023"], "it has ended"


def test_a_dataset_never_released_counts_nothing_on_the_latest_day_of_all(derived: Derived) -> None:
    rows = [
        row for row in derived.project.mart("target_progress") if row["target_id"] == "R1" and row["scope"] == "全省"
    ]
    assert {(row["number"], row["dataset_version"], row["data_date"], row["status"]) for row in rows} == {
        (0.0, None, datetime.date(2026, 3, 31), "无指标")
    }
    assert {row["target_text"] for row in rows if row["period"] == "2023-2025"} == {"建设费用的20%，最高300万元"}
    assert derived.progress("K22", "2023-2025") == (0, 50, 0.0, 50.0, "滞后")


def enterprise(derived: Derived, uscc: str) -> dict[str, Any]:
    (row,) = [row for row in derived.project.mart("enterprises") if row["uscc"] == uscc]
    return row


def test_of_two_names_in_one_round_the_first_by_dataset_stands(derived: Derived) -> None:
    row = enterprise(derived, "U1")
    assert (row["org_name"], row["other_names"], row["datasets"]) == (
        "样例乙",
        "样例甲",
        "data_enterprises;new_products",
    )
    assert (row["city_code"], row["tiers"], row["entries"], row["last_round"]) == ("370100", "瞪羚", 2, "2024-02")


def test_of_two_names_in_one_round_of_one_dataset_the_first_by_identifier_stands(derived: Derived) -> None:
    row = enterprise(derived, "U2")
    assert (row["org_name"], row["other_names"], row["city_code"]) == ("样例丁", "样例丙", "370300")


def test_the_latest_round_counts_but_not_a_county_of_another_city(derived: Derived) -> None:
    row = enterprise(derived, "U5")
    assert (row["city_code"], row["county_code"], row["chain"], row["last_round"]) == ("370200", None, "C03", "2024-02")


def test_two_names_of_a_code_and_two_codes_of_a_name_are_issues_with_their_evidence(derived: Derived) -> None:
    rows = derived.project.mart("enterprises__issues")
    assert [(row["code"], row["subject"], row["dataset"], row["id"], row["org_name"], row["uscc"]) for row in rows] == [
        ("name_several_usccs", "样例戊", "new_products", "0004", "样例戊", "U3"),
        ("name_several_usccs", "样例戊", "new_products", "0005", "样例戊", "U4"),
        ("uscc_several_names", "U1", "data_enterprises", "9999", "样例乙", "U1"),
        ("uscc_several_names", "U1", "new_products", "0001", "样例甲", "U1"),
        ("uscc_several_names", "U2", "new_products", "0002", "样例丁", "U2"),
        ("uscc_several_names", "U2", "new_products", "0003", "样例丙", "U2"),
    ]


def test_divisions_hold_what_ended_with_what_replaced_it(derived: Derived) -> None:
    rows = {row["code"]: row for row in derived.project.mart("divisions")}
    told = [(rows[code]["name"], rows[code]["parent_code"], rows[code]["replaced_by"]) for code in ("371200", "371626")]
    assert told == [("莱芜市", None, "370100"), ("邹平县", "371600", "371681")]
    assert len(rows) == 17 + 154
