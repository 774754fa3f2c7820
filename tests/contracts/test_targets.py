"""`schemas/shared/targets.yaml` holds every number of the plan in the plan's own words."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
SAID = yaml.safe_load((ROOT / "schemas" / "shared" / "targets.yaml").read_text("utf-8"))
TARGETS: list[dict[str, Any]] = SAID["targets"]
# The numbers of the plan: what is to be reached, how it is meant, in each year or by the end of the plan.
NUMBERS = {
    "K01": (2000, "项", "at_least", "plan"), "K02": (1000, "项", "at_least", "plan"),
    "K03": (100, "项", "at_least", "plan"), "K04": (50, "家", "about", "plan"),
    "K05": (1000, "项", "at_least", "plan"), "K06": (15, "场", "at_least", "plan"),
    "K07": (300, "项", "at_least", "plan"), "K08": (5, "场", "at_least", "plan"),
    "K09": (10, "场", "at_least", "year"), "K10": (50, "场", "at_least", "year"),
    "K11": (300, "项", "as_written", "year"), "K12": (100, "项", "at_least", "year"),
    "K13": (100, "亿元", "about", "year"), "K14": (40, "家", "at_least", "plan"),
    "K15": (100, "家", "at_least", "year"), "K16": (2, "期", "exactly", "year"),
    "K17": (10000, "个", "at_least", "plan"), "K18": (2, "项", "held", "year"),
    "K19": (100, "个", "at_least", "year"), "K20": (100, "个", "at_least", "plan"),
    "R1": (None, "家", "rule", "plan"), "K21": (10000, "家", "about", "plan"),
    "M1": (None, "家", "none", "plan"), "K22": (50, "个", "about", "plan"),
}  # fmt: skip
REQUIRED = {
    "id", "clause", "wording", "indicator", "indicator_en", "number", "unit", "unit_en", "comparison", "period",
    "dataset", "counts", "in_year", "valid_from", "valid_to",
}  # fmt: skip


def test_the_numbers_are_those_of_the_plan() -> None:
    assert {t["id"]: (t["number"], t["unit"], t["comparison"], t["period"]) for t in TARGETS} == NUMBERS
    assert [t["id"] for t in TARGETS if t.get("stock")] == ["K04"]


@pytest.mark.parametrize("target", TARGETS, ids=[target["id"] for target in TARGETS])
def test_an_entry_says_all_that_progress_needs(target: dict[str, Any]) -> None:
    assert target.keys() >= REQUIRED
    assert target.keys() <= REQUIRED | {"where", "stock", "text"}
    assert target["clause"] in "总一二三四五六七八九十"
    assert (target["number"] is None) == (target["comparison"] in ("rule", "none"))
    assert target["counts"] == "count(*)" or "distinct" in target["counts"] or target["counts"].startswith("sum(")
    assert date.fromisoformat(target["valid_from"])


@pytest.mark.parametrize("target", TARGETS, ids=[target["id"] for target in TARGETS])
def test_the_wording_is_a_passage_of_its_clause_in_the_plan(target: dict[str, Any]) -> None:
    plan = ROOT.parent / "shared" / "plan.txt"
    if not plan.exists():
        pytest.skip("the plan is not here: no shared/plan.txt")
    general, *clauses = re.split(r"\(([一二三四五六七八九十])\)实施", plan.read_text("utf-8"))
    text = {"总": general, **dict(zip(clauses[::2], clauses[1::2], strict=True))}
    assert target["wording"] in text[target["clause"]]


def test_a_target_stands_once_at_a_time() -> None:
    stands = sorted((t["id"], t["valid_from"], t["valid_to"] or "9999-12-31") for t in TARGETS)
    for (one, _, ends), (other, begins, _) in pairwise(stands):
        assert one != other or ends < begins


def test_the_period_and_the_tolerance_are_configured() -> None:
    assert SAID["plan_period"] == {"from": "2023-01-01", "to": "2025-12-31", "tolerance": 0.1}
