"""How far each target of the plan has come, from the published `targets` and `target_progress`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orchestration.catalogue.published import Published
from orchestration.release.wording import Language

REACHED, ON_TRACK, BEHIND, NO_NUMBER = "reached", "on_track", "behind", "no_number"
STATES = (REACHED, ON_TRACK, BEHIND, NO_NUMBER)
STATE_OF = {"已达成": REACHED, "按进度": ON_TRACK, "滞后": BEHIND, "无指标": NO_NUMBER}
PROVINCE, CITY = "全省", "市"


@dataclass(frozen=True)
class Period:
    """What was counted in a period over the province. `expected`: where a straight line stands on that day."""

    name: str
    number: float
    target: float | None
    share: float | None
    expected: float | None
    state: str
    day: str

    @property
    def length(self) -> float:
        """How long the bar is, of a hundred: full where the target is reached or passed."""
        return 0 if self.share is None else min(self.share, 100.0)

    @property
    def mark(self) -> float | None:
        """Where on the bar the straight line stands, of a hundred."""
        if self.expected is None or not self.target:
            return None
        return round(min(100 * self.expected / self.target, 100.0), 1)


@dataclass(frozen=True)
class Target:
    """A target: what the plan says, and its periods in their order; `now` is the one by which it is judged today."""

    id: str
    clause: str
    wording: str
    indicator: Mapping[Language, str]
    unit: Mapping[Language, str]
    comparison: str
    text: str
    yearly: bool
    dataset: str
    version: str
    now: Period
    periods: tuple[Period, ...]
    cities: Mapping[str, float]


def targets(datasets: Mapping[str, Published]) -> tuple[Target, ...]:
    """Every target by its identifier, those of the plan's numbers first; none where either table was not released."""
    if "targets" not in datasets or "target_progress" not in datasets:
        return ()
    entries = sorted(datasets["targets"].table.to_pylist(), key=lambda row: (row["target_id"], row["valid_from"]))
    said = {row["target_id"]: row for row in entries}
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in datasets["target_progress"].table.to_pylist():
        rows.setdefault(row["target_id"], []).append(row)
    return tuple(_target(said[name], rows[name]) for name in sorted(said) if name in rows)


def _target(entry: Mapping[str, Any], rows: list[dict[str, Any]]) -> Target:
    # 2023-2025 is the plan, and comes after the years; a yearly target is judged by its latest year.
    province = sorted((row for row in rows if row["scope"] == PROVINCE), key=lambda row: (_whole(row), row["period"]))
    now = province[-1]
    return Target(
        id=entry["target_id"],
        clause=entry["clause"],
        wording=entry["wording"],
        indicator={"zh": entry["indicator"], "en": entry["indicator_en"]},
        # A unit that is a number itself: 100 × 100 million yuan.
        unit={"zh": entry["unit"], "en": f"{'× ' if entry['unit_en'][:1].isdigit() else ''}{entry['unit_en']}"},
        comparison=entry["comparison"],
        text=now["target_text"] or "",
        yearly=not _whole(now),
        dataset=now["dataset"],
        version=now["dataset_version"] or "",
        now=_period(now),
        periods=tuple(_period(row) for row in province),
        cities={
            row["city_code"]: row["number"] for row in rows if row["scope"] == CITY and row["period"] == now["period"]
        },
    )


def _whole(row: Mapping[str, Any]) -> bool:
    return "-" in row["period"]


def _period(row: Mapping[str, Any]) -> Period:
    return Period(
        name=row["period"].replace("-", "–"),
        number=row["number"],
        target=row["target"],
        share=row["share"],
        expected=row["expected"],
        state=STATE_OF[row["status"]],
        day=row["data_date"].isoformat(),
    )
