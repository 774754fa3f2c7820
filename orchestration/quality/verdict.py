"""What the gate says: one result per check, with counts and never with a row's value, in Chinese and English."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from orchestration.quality.check import Check
from orchestration.quality.sentences import counted

# met, not met, not met by a change that somebody has accepted, not judged (and why), or it could not be judged because
# the expectation raised an error.
STATUSES = ("passed", "failed", "accepted", "skipped", "raised")


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
        return self.status in ("passed", "accepted", "skipped")

    @property
    def name(self) -> str:
        """The expectation and its column, as a message names it."""
        return f"{self.check.expect}({self.check.column})" if self.check.column else self.check.expect

    @property
    def sentence(self) -> str:
        """What was expected and what was counted, in Chinese."""
        return f"{self.check.why.rstrip('。')}：{self._counted('zh')}。"

    @property
    def sentence_en(self) -> str:
        """What was expected and what was counted, in English."""
        return f"{self.check.why_en.rstrip('.')}: {self._counted('en')}."

    def _counted(self, lang: str) -> str:
        return counted(self.check, self.status, self.counts, self.reason, lang)

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
        if self.check.guard is not None:
            content["guard"] = self.check.guard
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

    def with_guards_accepted(self) -> Verdict:
        """The verdict where guards that fail are accepted: they let the table pass, and it says so."""
        return replace(self, results=tuple(_accepted(result) for result in self.results))

    @property
    def accepted(self) -> tuple[Result, ...]:
        """The guards that failed and were accepted."""
        return tuple(result for result in self.results if result.status == "accepted")

    @property
    def guarded(self) -> bool:
        """Whether nothing but guards stands against the table, so that the change can be accepted."""
        against = [result for result in self.results if not result.success]
        return bool(against) and all(result.check.guard and result.status == "failed" for result in against)

    def to_json(self) -> str:
        """The content of `validation.json`: the same table gives the same text, byte by byte."""
        statuses = [result.status for result in self.results]
        content = {
            "dataset": self.dataset,
            "rows": self.rows,
            "success": self.success,
            "tool": self.tool,
            "accepted": [
                {
                    "guard": one.check.guard,
                    "counts": dict(one.counts),
                    "sentence": one.sentence,
                    "sentence_en": one.sentence_en,
                }
                for one in self.accepted
            ],
            "summary": {status: statuses.count(status) for status in STATUSES},
            "results": [result.to_dict() for result in self.results],
        }
        return json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True, default=str) + "\n"


def _accepted(result: Result) -> Result:
    guarded = result.check.guard is not None and result.status == "failed"
    return replace(result, status="accepted") if guarded else result
