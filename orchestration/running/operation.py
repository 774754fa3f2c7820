"""What runs by itself, as the environment says: whether the inbox is watched, when a run or a pull is due."""

from __future__ import annotations

import os
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dagster._utils.schedules import is_valid_cron_string

from orchestration.errors import UserError

WATCH, SCHEDULE, ZONE = "FUZHI_WATCH", "FUZHI_SCHEDULE", "FUZHI_TIME_ZONE"
PULL = "FUZHI_PULL_SCHEDULE"


@dataclass(frozen=True)
class Operation:
    """`schedule` (of runs) and `pull` are lines of cron, empty for none, in the time zone `zone`."""

    watch: bool = False
    schedule: str = ""
    zone: str = "Asia/Shanghai"
    pull: str = ""

    @classmethod
    def from_environment(cls) -> Operation:
        """Read `FUZHI_WATCH`, `FUZHI_SCHEDULE`, `FUZHI_PULL_SCHEDULE` and `FUZHI_TIME_ZONE`.

        Raises UserError for what cannot be meant.
        """
        watch = os.environ.get(WATCH, "")
        if watch not in ("", "0", "1"):
            raise UserError(f"{WATCH} is neither 1 nor 0")
        schedule, pull = _cron(SCHEDULE), _cron(PULL)
        zone = os.environ.get(ZONE) or cls.zone
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError):
            raise UserError(f"{ZONE} is no time zone such as {cls.zone}") from None
        return cls(watch == "1", schedule, zone, pull)


def _cron(variable: str) -> str:
    line = os.environ.get(variable, "").strip()
    if line and not is_valid_cron_string(line):
        raise UserError(f"{variable} is no line of cron such as '0 6 * * *'")
    return line
