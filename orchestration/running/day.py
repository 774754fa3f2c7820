"""The day of the data: that of the latest round in the inbox. Code lists are read as they stood on it.

So a list that begins or ends later can be prepared in advance, and the same inbox gives the same bytes on any day.
"""

from __future__ import annotations

import csv
import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.running.rounds import ROUND, closing
from orchestration.settings import Settings

_DAY = pa.schema([("day", pa.date32())])


def data_day(inbox: Path) -> datetime.date | None:
    """The closing day of the latest round in the inbox; None where there is no round. Raises RoundError."""
    rounds = [path.name for path in inbox.iterdir() if path.is_dir() and ROUND.fullmatch(path.name)]
    return max((closing(inbox, name).day for name in rounds), default=None)


def write_data_day(workspace: Path, day: datetime.date | None) -> None:
    """Write `intake/day.parquet`: one row, the day of the data or null, for the models to read."""
    path = workspace / "intake" / "day.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist([{"day": day}], schema=_DAY), path)


def code_lists_as_of(settings: Settings) -> str:
    """The last day, up to that of the data, from which on an entry of a code list began to stand or stood no more.

    While it is the same, so is what the code lists say.
    """
    day = data_day(settings.inbox)
    turns = [turn for path in settings.dbt_project.glob("seeds/*.csv") for turn in _turns(path)]
    return str(max((turn for turn in turns if day is not None and turn <= day), default=None))


def _turns(code_list: Path) -> list[datetime.date]:
    with code_list.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    begun = {row["valid_from"] for row in rows if row["valid_from"]}
    ended = {row["valid_to"] for row in rows if row["valid_to"]}
    day = datetime.timedelta(days=1)
    return [
        *(datetime.date.fromisoformat(one) for one in begun),
        *(datetime.date.fromisoformat(one) + day for one in ended),
    ]
