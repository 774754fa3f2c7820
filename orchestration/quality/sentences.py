"""What was counted by a check, said in Chinese or English."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from orchestration.quality.check import Check

WORDS = {
    "zh": {
        "skipped": "未检验，{reason}",
        "raised": "无法检验，{reason}",
        "unexpected": "{rows:,}行中有{unexpected:,}行不符",
        "found": "查得{found:,}处",
        "share": "（{share}）",
        "observed": "实为{observed}",
        "passed": "符合",
        "failed": "不符合",
        "bounds": "，应{limits}",
        "least": "不少于{limit}",
        "above": "多于{limit}",
        "most": "不超过{limit}",
        "and": "且",
        "missing": "缺少{names}",
        "extra": "多出{names}",
        "name_and": "、",
        "part_and": "；",
        "same_order": "{count}列，次序相同",
        "other_order": "{count}列，次序不同",
    },
    "en": {
        "skipped": "not judged, {reason}",
        "raised": "cannot be judged, {reason}",
        "unexpected": "{unexpected:,} of {rows:,} rows fail",
        "found": "{found:,} found",
        "share": " ({share})",
        "observed": "observed {observed}",
        "passed": "met",
        "failed": "not met",
        "bounds": ", expected {limits}",
        "least": "at least {limit}",
        "above": "more than {limit}",
        "most": "at most {limit}",
        "and": " and ",
        "missing": "{names} missing",
        "extra": "{names} not expected",
        "name_and": ", ",
        "part_and": "; ",
        "same_order": "{count} columns in the same order",
        "other_order": "{count} columns in another order",
    },
}


def counted(check: Check, status: str, counts: Mapping[str, Any], reason: tuple[str, str], lang: str) -> str:
    """What a check came to, in `zh` or `en`; its arguments are those of a `Result`."""
    say = WORDS[lang]
    if status in ("skipped", "raised"):
        return say[status].format(reason=reason[0 if lang == "zh" else 1])
    for kind in ("unexpected", "found"):
        if kind in counts:
            return say[kind].format(**counts)
    if "whole" in counts:
        share = say["share"].format(share=_percent(counts["part"] / counts["whole"])) if counts["whole"] else ""
        return f"{counts['part']:,} / {counts['whole']:,}{share}{_bounds(check, _percent, say)}"
    if "observed" in counts:
        expected = check.kwargs.get("column_list")
        if expected is not None:
            return _columns(expected, counts["observed"], say)
        return say["observed"].format(observed=_observed(counts["observed"])) + _bounds(check, _observed, say)
    return say["passed" if status == "passed" else "failed"]


def _bounds(check: Check, written: Callable[[Any], str], say: Mapping[str, str]) -> str:
    least = "above" if check.kwargs.get("strict_min") else "least"
    bounds = ((least, check.kwargs.get("min_value")), ("most", check.kwargs.get("max_value")))
    limits = say["and"].join(say[name].format(limit=written(limit)) for name, limit in bounds if limit is not None)
    return say["bounds"].format(limits=limits) if limits else ""


def _columns(expected: list[str], observed: list[str], say: Mapping[str, str]) -> str:
    differences = (("missing", _without(expected, observed)), ("extra", _without(observed, expected)))
    told = [say[name].format(names=say["name_and"].join(names)) for name, names in differences if names]
    order = say["same_order" if observed == expected else "other_order"].format(count=len(observed))
    return say["part_and"].join(told) or order


def _without(names: list[str], others: list[str]) -> list[str]:
    return [name for name in names if name not in others]


def _percent(share: float) -> str:
    return f"{share * 100:.4g}%"


def _observed(observed: Any) -> str:
    return f"{observed:,}" if isinstance(observed, int) else str(observed)
