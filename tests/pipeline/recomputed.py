"""The derived datasets once more, in plain Python over the published CSVs: what the SQL of the models must agree with.

It shares nothing with them: conditions, years and numbers of the plan are written down here a second time, sums are
decimals, days are `datetime`. Every function takes the published folder and gives rows as the CSV of the dataset has
them, by their key, without `id`.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

Row = Mapping[str, str]
Rows = dict[tuple[str, ...], dict[str, str]]

SHANDONG = "370000"
PLAN_YEARS = (2023, 2024, 2025)
TOLERANCE = Decimal("0.1")
TENTH = Decimal("0.1")


def released(published: Path) -> list[str]:
    """The datasets that have a release, by name."""
    return sorted(path.parent.name for path in published.glob("*/latest.json"))


def latest(published: Path, dataset: str) -> dict[str, str]:
    """What `latest.json` says of a dataset; empty where it was never released."""
    path = published / dataset / "latest.json"
    said: dict[str, str] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return said


def table(published: Path, dataset: str) -> list[dict[str, str]]:
    """The rows of the CSV last published; none where there is no release."""
    said = latest(published, dataset)
    if not said:
        return []
    with (published / dataset / said["path"] / f"{dataset}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def by_key(rows: list[dict[str, str]], *key: str) -> Rows:
    """The rows without their identifiers, by their keys."""
    found = {tuple(row[name] for name in key): {n: v for n, v in row.items() if n != "id"} for row in rows}
    assert len(found) == len(rows), f"a key of {key} occurs twice"
    return found


# --- progress towards the targets ---


def _round_year(row: Row) -> str:
    return row["round"][:4]


def _year(*fields: str) -> Callable[[Row], str]:
    """The year at the beginning of the first of these that is given."""
    return lambda row: next(row[field][:4] for field in fields if row[field])


def _is(field: str, *words: str) -> Callable[[Row], bool]:
    return lambda row: row[field] in words


def _event(kind: str, grade: str | None = None) -> Callable[[Row], bool]:
    return lambda row: row["kind"] == kind and grade in (None, row["grade"])


def _one(row: Row) -> Decimal:
    return Decimal(1)


def _amount(field: str) -> Callable[[Row], Decimal]:
    return lambda row: Decimal(row[field] or 0)


def _everything(row: Row) -> bool:
    return True


@dataclass(frozen=True)
class Target:
    """One line of the plan: what it says, and which rows of which table count for it."""

    id: str
    clause: str
    indicator: str
    number: int | None
    unit: str
    text: str
    yearly: bool
    dataset: str
    year: Callable[[Row], str] = _round_year
    counts: Callable[[Row], bool] = _everything
    amount: Callable[[Row], Decimal] = _one
    about: bool = False
    stock: bool = False
    kinds: bool = False


_CONTESTS = _is("kind", "创新创业大赛", "技能竞赛")
_ROBOTS = _is("kind", "单项冠军", "专精特新小巨人", "专精特新中小企业")
_held, _recognised = _year("held_on"), _year("recognised_year")
TARGETS = (
    Target("K01", "总", "征集发布中小企业新技术新产品", 2000, "项", "2,000项以上", False, "new_products"),
    Target("K02", "总", "征集发布高校院所创新成果", 1000, "项", "1,000项以上", False, "research_results"),
    Target("K03", "一", "解决“卡脖子”和关键共性技术", 100, "项", "100项以上", False, "key_technologies",
           _year("solved_on", "round"), _is("status", "已解决")),
    Target("K04", "一", "省制造业创新中心", 50, "家", "约50家", False, "innovation_centers",
           _year("recognised_on", "round"), _is("stage", "认定"), about=True, stock=True),
    Target("K05", "二", "征集发布中小企业创新需求", 1000, "项", "1,000项以上", False, "innovation_needs"),
    Target("K06", "二", "产学研精准对接活动", 15, "场", "15场以上", False, "matching_events",
           _held, _event("产学研对接")),
    Target("K07", "二", "促成对接合作", 300, "项", "300项以上", False, "cooperations", _year("signed_on")),
    Target("K08", "三", "细分领域新技术新产品推介和展览展示活动", 5, "场", "5场以上", False, "matching_events",
           _held, _event("新技术新产品推介")),
    Target("K09", "四", "省级融链固链供需对接活动", 10, "场", "10场以上", True, "matching_events",
           _held, _event("融链固链", "省级")),
    Target("K10", "四", "市级融链固链供需对接活动", 50, "场", "50场以上", True, "matching_events",
           _held, _event("融链固链", "市级")),
    Target("K11", "五", "专精特新中小企业新增发明专利申报", 300, "项", "300项", True, "ip_progress",
           _year("month"), amount=_amount("filed")),
    Target("K12", "五", "专精特新中小企业获批授权专利", 100, "项", "100项以上", True, "ip_progress",
           _year("month"), amount=_amount("granted")),
    Target("K13", "五", "中小企业知识产权融资", 100, "亿元", "约100亿元", True, "ip_progress",
           _year("month"), amount=_amount("financing"), about=True),
    Target("K14", "六", "机器人领域单项冠军和专精特新企业", 40, "家", "40家以上", False, "robot_enterprises",
           _year("recognised_year", "round"), _ROBOTS),
    Target("K15", "六", "新增智能工厂（数字化车间、智能制造场景）", 100, "家", "100家以上", True, "smart_factories",
           _recognised),
    Target("K16", "七", "“百企百景”洽谈对接会", 2, "期", "2期", True, "matching_events", _held, _event("百企百景")),
    Target("K17", "七", "发布场景供需项目", 10000, "个", "10,000个以上", False, "scene_items", _year("published_on")),
    Target("K18", "七", "人工智能创新创业大赛、融合创新职业技能竞赛", 2, "项", "2项均举办", True, "matching_events",
           _held, _CONTESTS, kinds=True),
    Target("K19", "八", "新培育新一代信息技术与制造业融合发展示范企业", 100, "个", "100个以上", True,
           "fusion_demonstrations", _recognised),
    Target("K20", "八", "“工赋山东”典型场景", 100, "个", "100个以上", False, "industrial_internet_scenes", _recognised),
    Target("R1", "九", "虚拟现实应用体验中心补助", None, "家", "建设费用的20%，最高300万元", False, "vr_centers",
           _recognised),
    Target("K21", "十", "实施数据赋能的优质中小企业", 10000, "家", "约10,000家", False, "data_enterprises", about=True),
    Target("M1", "十", "晨星工厂", None, "家", "", False, "morning_star_factories", _recognised),
    Target("K22", "十", "产业大脑", 50, "个", "约50个", False, "industry_brains",
           counts=_is("acceptance_status", "未验收", "验收通过"), about=True),
)  # fmt: skip


@dataclass(frozen=True)
class Period:
    """A year, or the whole plan; `years` are those whose rows count."""

    label: str
    first: date
    last: date
    years: range
    yearly: bool


def _periods(target: Target, data_date: date) -> list[Period]:
    first, last = PLAN_YEARS[0], PLAN_YEARS[-1]
    single = [Period(str(y), date(y, 1, 1), date(y, 12, 31), range(y, y + 1), True) for y in PLAN_YEARS]
    begun = [period for period in single if period.first <= data_date]
    if target.yearly:
        return begun
    years = range(0 if target.stock else first, last + 1)
    return [Period(f"{first}-{last}", date(first, 1, 1), date(last, 12, 31), years, False), *begun]


def expected_progress(published: Path, fields: Mapping[str, set[str]]) -> Rows:
    """What `target_progress` must hold, by target, period and code of the scope.

    `fields`: the public fields of every dataset that the installation has a contract for, by its name.
    """
    english = {row["target_id"]: row["indicator_en"] for row in table(published, "targets")}
    dates = [latest(published, name)["created"] for name in released(published) if name in fields]
    latest_date = max(dates, default="2023-01-01")
    rows: Rows = {}
    for target in TARGETS:
        if target.dataset not in fields:
            continue
        said = latest(published, target.dataset)
        data_date = date.fromisoformat(said.get("created", latest_date))
        counted = [row for row in table(published, target.dataset) if target.counts(row)]
        for period in _periods(target, data_date):
            inside = [row for row in counted if int(target.year(row)) in period.years]
            for scope, code, part in _scopes(published, target.dataset, fields[target.dataset], inside, data_date):
                row = _progress(target, period, _number(target, part), data_date, whole=code == SHANDONG)
                row |= {"scope": scope, "scope_code": code, "dataset_version": said.get("version", "")}
                row |= {"indicator_en": english[target.id]}
                row |= {"city_code": code if scope == "市" else "", "chain": code if scope == "产业链" else ""}
                rows[target.id, period.label, code] = row
    return rows


def _scopes(
    published: Path, dataset: str, fields: set[str], rows: list[dict[str, str]], day: date
) -> list[tuple[str, str, list[dict[str, str]]]]:
    """The province, every city and every chain that stands or has rows, with the rows of each."""
    found = [("全省", SHANDONG, rows)]
    cities = [row for row in table(published, "divisions") if row["division_level"] == "地级"]
    for scope, field, codes in (("市", "city_code", cities), ("产业链", "chain", table(published, "industry_chains"))):
        for entry in codes if field in fields else []:
            own = [row for row in rows if row[field] == entry["code"]]
            stands = (entry["valid_from"] or "0") <= str(day) <= (entry["valid_to"] or "9")
            if own or stands:
                found.append((scope, entry["code"], own))
    return found


def _number(target: Target, rows: list[dict[str, str]]) -> Decimal:
    if target.kinds:
        return Decimal(len({row["kind"] for row in rows}))
    return sum((target.amount(row) for row in rows), Decimal(0))


def _progress(target: Target, period: Period, number: Decimal, data_date: date, *, whole: bool) -> dict[str, str]:
    judged = whole and period.yearly == target.yearly
    goal = Decimal(target.number) if judged and target.number is not None else None
    share = expected = None
    if goal is not None:
        days = (period.last - period.first).days + 1
        gone = min(max((data_date - period.first).days + 1, 0), days)
        expected = (goal * gone / days).quantize(TENTH, ROUND_HALF_UP)
        share = (100 * number / goal).quantize(TENTH, ROUND_HALF_UP)
    return {
        "target_id": target.id,
        "clause": target.clause,
        "indicator": target.indicator,
        "period": period.label,
        "period_from": str(period.first),
        "period_to": str(period.last),
        "number": _double(number),
        "unit": target.unit,
        "target": _double(goal),
        "target_text": target.text if judged else "",
        "share": _double(share),
        "expected": _double(expected),
        "status": _status(target, number, goal, expected),
        "data_date": str(data_date),
        "dataset": target.dataset,
    }


def _status(target: Target, number: Decimal, goal: Decimal | None, expected: Decimal | None) -> str:
    if goal is None or expected is None:
        return "无指标"
    if number >= (goal * (1 - TOLERANCE) if target.about else goal):
        return "已达成"
    return "按进度" if number >= expected else "滞后"


def _double(number: Decimal | None) -> str:
    """As DuckDB writes a double into a CSV."""
    return "" if number is None else repr(float(number))


# --- enterprises ---

_TOLD = ("city_code", "chain", "tiers")
# Whoever is named with a code, in whatever role.
_NAMED = (("org_name", "uscc"), ("lead_unit", "lead_uscc"), ("undertaking_unit", "undertaking_uscc"))


def expected_enterprises(published: Path, fields: Mapping[str, set[str]]) -> Rows:
    """What `enterprises` must hold, by unified social credit code."""
    seen: dict[str, list[dict[str, str]]] = {}
    for dataset, own in sorted(fields.items()):
        for name, uscc in _NAMED:
            for row in table(published, dataset) if {name, uscc} <= own else []:
                if row[uscc]:
                    named = {"org_name": row[name], "uscc": row[uscc], "dataset": dataset}
                    seen.setdefault(row[uscc], []).append(row | named)
    return {(uscc,): _enterprise(uscc, rows) for uscc, rows in seen.items()}


def _enterprise(uscc: str, rows: list[dict[str, str]]) -> dict[str, str]:
    # The latest round first; within one, by dataset and identifier.
    rows = sorted(rows, key=lambda row: (row["dataset"], row["id"]))
    rows.sort(key=lambda row: row["round"], reverse=True)
    told = {name: next((row[name] for row in rows if row.get(name)), "") for name in _TOLD}
    in_city = [row for row in rows if row.get("city_code") == told["city_code"]]
    name = rows[0]["org_name"]
    return {
        "uscc": uscc,
        "org_name": name,
        "other_names": ";".join(sorted({row["org_name"] for row in rows} - {name})),
        "county_code": next((row["county_code"] for row in in_city if row.get("county_code")), ""),
        **told,
        "datasets": ";".join(sorted({row["dataset"] for row in rows})),
        "entries": str(len(rows)),
        "last_round": rows[0]["round"],
    }


# --- code lists ---


def expected_code_list(seeds: Path, columns: list[str], *lists: str) -> Rows:
    """The code lists of these names as one dataset of these columns, by code, as far as the lists have them."""
    rows: Rows = {}
    for name in lists:
        with (seeds / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                given = row | {
                    "division_level": "县级" if row.get("parent") else "地级",
                    "parent_code": row.get("parent", ""),
                }
                rows[(row["code"],)] = {column: given[column] for column in columns}
    return rows
