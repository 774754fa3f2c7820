"""What keeps a source from being pulled, told in Chinese and English by `wording.yaml`, never with a record's value."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from orchestration.errors import UserError
from orchestration.visible import visible
from orchestration.yaml_files import read_mapping


class PullError(UserError):
    """A source could not be pulled, and nothing of it is in the inbox: `reason` names the wording, `facts` fill it."""

    def __init__(self, reason: str, **facts: object) -> None:
        self.reason, self.facts = reason, facts
        told = {name: f"{fact:,}" if isinstance(fact, int) else visible(str(fact)) for name, fact in facts.items()}
        super().__init__(" ".join(_wording()[reason][lang].format(**told) for lang in ("zh", "en")))


@cache
def _wording() -> dict[str, dict[str, str]]:
    reasons: dict[str, dict[str, str]] = read_mapping(Path(__file__).with_name("wording.yaml"), "reasons")["reasons"]
    return reasons
