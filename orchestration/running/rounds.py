"""What the inbox says of itself and of its rounds: whether it is made up, and when a round closed."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from orchestration.errors import UserError

ROUND = re.compile(r"(\d{4})-\d{2}")


class RoundError(UserError):
    """An `inbox.yaml` or `round.yaml` that cannot be used."""


def made_up(inbox: Path) -> bool:
    """Whether `inbox.yaml` says that everything in the inbox is made up, as the bundled sample is."""
    return bool(_read(inbox / "inbox.yaml").get("made_up", False))


@dataclass(frozen=True)
class Closing:
    """The day that a round's data is dated with, and whether the round itself named it."""

    day: datetime.date
    given: bool


def closing(inbox: Path, round_id: str) -> Closing:
    """When a round closed: `closed_on` in its `round.yaml`, else the first day of the round's year.

    Releases are dated with it, so that the same inbox gives the same bytes on any day.
    """
    day = _read(inbox / round_id / "round.yaml").get("closed_on")
    if isinstance(day, datetime.date):
        return Closing(day, given=True)
    if day is not None:
        raise RoundError(f"{round_id}/round.yaml: closed_on is no date such as 2024-06-30")
    year = ROUND.fullmatch(round_id)
    if year is None:
        raise RoundError(f"{round_id}: a round is named like 2024-02")
    return Closing(datetime.date(int(year.group(1)), 1, 1), given=False)


def _read(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        content = yaml.safe_load(path.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RoundError(f"{path.parent.name}/{path.name}: is not valid YAML") from error
    if not isinstance(content, dict):
        raise RoundError(f"{path.parent.name}/{path.name}: is not a mapping of properties")
    return content
