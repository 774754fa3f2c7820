"""What runs by itself, as the environment says: whether the inbox is watched, when a run is due, whom to tell."""

from __future__ import annotations

import os
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dagster._utils.schedules import is_valid_cron_string

from orchestration.errors import UserError

WATCH, SCHEDULE, ZONE = "FUZHI_WATCH", "FUZHI_SCHEDULE", "FUZHI_TIME_ZONE"


@dataclass(frozen=True)
class Operation:
    """`schedule` is a line of cron, empty for none, in the time zone `zone`."""

    watch: bool = False
    schedule: str = ""
    zone: str = "Asia/Shanghai"

    @classmethod
    def from_environment(cls) -> Operation:
        """Read `FUZHI_WATCH`, `FUZHI_SCHEDULE` and `FUZHI_TIME_ZONE`. Raises UserError for what cannot be meant."""
        watch, schedule = os.environ.get(WATCH, ""), os.environ.get(SCHEDULE, "").strip()
        if watch not in ("", "0", "1"):
            raise UserError(f"{WATCH} is neither 1 nor 0")
        if schedule and not is_valid_cron_string(schedule):
            raise UserError(f"{SCHEDULE} is no line of cron such as '0 6 * * *'")
        zone = os.environ.get(ZONE) or cls.zone
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError):
            raise UserError(f"{ZONE} is no time zone such as {cls.zone}") from None
        return cls(watch == "1", schedule, zone)
