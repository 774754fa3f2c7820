"""What the gate says: one result per check, with counts and never with a row's value, in Chinese and English."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from orchestration.quality.check import Check

# met, not met, not judged (and why), or it could not be judged because the expectation raised an error.
STATUSES = ("passed", "failed", "skipped", "raised")


@dataclass(frozen=True)
class Result:
    """What became of one check.

    `counts` holds what was counted, by name: rows, missing, unexpected, found, part, whole, observed. `reason` is
    the reason why it was skipped or the error that it raised, in Chinese and English.
    """

    check: Check
    status: str
    counts: Mapping[str, Any] = field(default_factory=dict)
    reason: tuple[str, str] = ("", "")

    @property
    def success(self) -> bool:
        """Whether it lets the table pass: an expectation that raised an error does not."""
        return self.status in ("passed", "skipped")

    @property
    def name(self) -> str:
        """The expectation and its column, as a message names it."""
        return f"{self.check.expect}({self.check.column})" if self.check.column else self.check.expect

    @property
    def sentence(self) -> str:
        """What was expected and what was counted, in Chinese."""
        return f"{self.check.why.rstrip('。')}：{_found(self)}。"

    @property
    def sentence_en(self) -> str:
        """What was expected and what was counted, in English."""
        return f"{self.check.why_en.rstrip('.')}: {_found_en(self)}."

    def to_dict(self) -> dict[str, Any]:
        """The result as JSON takes it."""
        content = {
            "expectation": self.check.expect,
            "column": self.check.column,
            "kwargs": {name: value for name, value in self.check.kwargs.items() if name != "column"},
            "origin": self.check.origin,
            "status": self.status,
            "success": self.success,
            "counts": dict(self.counts),
            "sentence": self.sentence,
            "sentence_en": self.sentence_en,
        }
        if self.status == "raised":
            content["error"] = self.reason[1]
        return content


@dataclass(frozen=True)
class Verdict:
    """What the gate says of one public table; green where no result stands against it."""

    dataset: str
    rows: int
    tool: str
    results: tuple[Result, ...]

    @property
    def success(self) -> bool:
        """Whether the table may be released."""
        return all(result.success for result in self.results)

    @property
    def failures(self) -> tuple[str, ...]:
        """One line per result against the table: the expectation, what was counted, in Chinese and English."""
        return tuple(
            f"{result.name} {result.sentence} {result.sentence_en}" for result in self.results if not result.success
        )

    def to_json(self) -> str:
        """The content of `validation.json`: the same table gives the same text, byte by byte."""
        statuses = [result.status for result in self.results]
        content = {
            "dataset": self.dataset,
            "rows": self.rows,
            "success": self.success,
            "tool": self.tool,
            "summary": {status: statuses.count(status) for status in STATUSES},
            "results": [result.to_dict() for result in self.results],
        }
        return json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True, default=str) + "\n"


def _found(result: Result) -> str:
    counts = result.counts
    if result.status == "skipped":
        return f"未检验，{result.reason[0]}"
    if result.status == "raised":
        return f"无法检验，{result.reason[0]}"
    if "unexpected" in counts:
        return f"{counts['rows']:,}行中有{counts['unexpected']:,}行不符"
    if "found" in counts:
        return f"查得{counts['found']:,}处"
    if "whole" in counts:
        share = f"（{_percent(counts['part'] / counts['whole'])}）" if counts["whole"] else ""
        return f"{counts['part']:,} / {counts['whole']:,}{share}{_bounds(result.check, _percent)}"
    if "observed" in counts:
        return _columns(result) or f"实为{_observed(counts['observed'])}{_bounds(result.check, _observed)}"
    return "符合" if result.success else "不符合"


def _found_en(result: Result) -> str:
    counts = result.counts
    if result.status == "skipped":
        return f"not judged, {result.reason[1]}"
    if result.status == "raised":
        return f"cannot be judged, {result.reason[1]}"
    if "unexpected" in counts:
        return f"{counts['unexpected']:,} of {counts['rows']:,} rows fail"
    if "found" in counts:
        return f"{counts['found']:,} found"
    if "whole" in counts:
        share = f" ({_percent(counts['part'] / counts['whole'])})" if counts["whole"] else ""
        return f"{counts['part']:,} / {counts['whole']:,}{share}{_bounds_en(result.check, _percent)}"
    if "observed" in counts:
        return _columns_en(result) or f"observed {_observed(counts['observed'])}{_bounds_en(result.check, _observed)}"
    return "met" if result.success else "not met"


def _percent(share: float) -> str:
    return f"{share * 100:.4g}%"


def _bounds(check: Check, written: Callable[[Any], str]) -> str:
    low, high = check.kwargs.get("min_value"), check.kwargs.get("max_value")
    limits = (
        f"不少于{written(low)}" if low is not None else "",
        f"不超过{written(high)}" if high is not None else "",
    )
    told = "且".join(limit for limit in limits if limit)
    return f"，应{told}" if told else ""


def _bounds_en(check: Check, written: Callable[[Any], str]) -> str:
    low, high = check.kwargs.get("min_value"), check.kwargs.get("max_value")
    limits = (
        f"at least {written(low)}" if low is not None else "",
        f"at most {written(high)}" if high is not None else "",
    )
    told = " and ".join(limit for limit in limits if limit)
    return f", expected {told}" if told else ""


def _columns(result: Result) -> str:
    expected, observed = result.check.kwargs.get("column_list"), result.counts["observed"]
    if expected is None:
        return ""
    missing, extra = _without(expected, observed), _without(observed, expected)
    told = (f"缺少{'、'.join(missing)}" if missing else "", f"多出{'、'.join(extra)}" if extra else "")
    order = "次序相同" if observed == expected else "次序不同"
    return "；".join(part for part in told if part) or f"{len(observed)}列，{order}"


def _columns_en(result: Result) -> str:
    expected, observed = result.check.kwargs.get("column_list"), result.counts["observed"]
    if expected is None:
        return ""
    missing, extra = _without(expected, observed), _without(observed, expected)
    told = (f"{', '.join(missing)} missing" if missing else "", f"{', '.join(extra)} not expected" if extra else "")
    order = "in the same order" if observed == expected else "in another order"
    return "; ".join(part for part in told if part) or f"{len(observed)} columns {order}"


def _without(names: list[str], others: list[str]) -> list[str]:
    return [name for name in names if name not in others]


def _observed(observed: Any) -> str:
    return f"{observed:,}" if isinstance(observed, int) else str(observed)
