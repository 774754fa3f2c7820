"""What of a source's records is new, and from where it goes on the next time.

A service may give again what lies at the last value of the cursor, or shortly before it, and there are records without
one: those are told apart by their content.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from orchestration.pulling.errors import PullError
from orchestration.pulling.source import Cursor

MOST_SEEN = 1_000_000
_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?")

Record = dict[str, str | None]


@dataclass(frozen=True)
class Mark:
    """Where a source goes on: `since` is the cursor's last value less the overlap, None where it begins.

    `seen` are the records that may be given again, by their digests, with their values of the cursor (None: they have
    none); `content` says of a source without a cursor all that it gave.
    """

    since: str | None = None
    seen: Mapping[str, str | None] = field(default_factory=dict)
    content: str = ""


class Reading:
    """One pull's look at the records, in any order: which are new, and the mark that follows."""

    def __init__(self, cursor: Cursor | None, mark: Mark, *, paged: bool) -> None:
        """`paged`: records may come twice because pages moved while they were read."""
        self._cursor, self._mark, self._paged = cursor, mark, paged
        self._recent = dict(mark.seen)
        self._room = 2 * len(self._recent) + 1000
        self._comparable = _comparable
        self._kind = ""
        self._begin: Any = None
        self._last: Any = None
        self._last_text = ""
        self._sum, self._given = 0, set[bytes]()

    def compare_texts(self) -> None:
        """Take the cursor's values for texts in the order of their code points, also where they look like numbers."""
        self._comparable = lambda value: ("text", value)

    def new(self, part: list[Record]) -> list[Record]:
        """The records of a page or chunk that were not given before, in this pull or an earlier one.

        Raises PullError for a page of which every record came in this pull already: such paging has no end, or moves.
        """
        if not self._paged:
            return [record for record in part if self._is_new(record, _digest(record))]
        digests = {_digest(record): record for record in part}
        fresh = {digest: record for digest, record in digests.items() if digest not in self._given}
        if digests and not fresh:
            raise PullError("page_again")
        self._given.update(fresh)
        return [record for digest, record in fresh.items() if self._is_new(record, digest)]

    def _is_new(self, record: Record, digest: bytes) -> bool:
        if self._cursor is None:
            self._sum = (self._sum + int.from_bytes(digest)) % (1 << 128)
            return True
        name = digest.hex()
        new = name not in self._recent
        value = record.get(self._cursor.field)
        if self._is_earlier(self._order(value)):
            return False
        self._recent[name] = value
        if len(self._recent) > self._room:
            self._forget()
        return new

    def _is_earlier(self, order: Any) -> bool:
        """Whether it lies before what was asked for: there are services that give everything all the same."""
        if order is None or self._mark.since is None:
            return False
        if self._begin is None:
            kind, self._begin = self._comparable(self._mark.since)
            if kind != self._kind:
                raise self._mixed()
        return bool(order < self._begin)

    def mark(self) -> Mark:
        """Where the next pull goes on, once what is new is in place."""
        if self._cursor is None:
            return Mark(content=f"{self._sum:032x}")
        self._forget()
        since = self._mark.since if self._last is None else self._floor_text()
        return Mark(since, dict(sorted(self._recent.items())))

    def _forget(self) -> None:
        """Leave out the records that lie so far back that they are not asked for again."""
        orders = {digest: self._order(value) for digest, value in self._recent.items()}
        if self._last is not None:
            floor = self._floor()
            self._recent = {
                digest: self._recent[digest] for digest, order in orders.items() if order is None or order >= floor
            }
        if len(self._recent) > MOST_SEEN:
            raise PullError("cursor_too_coarse", most=MOST_SEEN)
        self._room = 2 * len(self._recent) + 1000

    def _floor(self) -> Any:
        overlap = self._cursor.overlap if self._cursor else 0
        if not overlap:
            return self._last
        if self._kind == "text":
            raise PullError("overlap_of_texts")
        try:
            return self._last - (Decimal(overlap) if self._kind == "number" else timedelta(seconds=overlap))
        except OverflowError:
            return self._last

    def _floor_text(self) -> str:
        """The value from which to ask on, in the spelling of the last one."""
        floor, like = self._floor(), self._last_text
        if floor == self._last:
            return like
        if self._kind == "number":
            return f"{floor:f}"
        if len(like) <= len("2024-03-05"):
            return str(floor.date())
        text: str = floor.isoformat(sep="T" if "T" in like else " ")
        return text.replace("+00:00", "Z") if like.endswith("Z") else text

    def _order(self, value: str | None) -> Any:
        """What values of the cursor are compared by; None where there is none."""
        if value is None:
            return None
        kind, order = self._comparable(value)
        if self._kind not in ("", kind):
            raise self._mixed()
        self._kind = kind
        if self._last is None or order > self._last:
            self._last, self._last_text = order, value
        return order

    def _mixed(self) -> PullError:
        return PullError("cursor_mixed", field=self._cursor.field if self._cursor else "")


def _digest(record: Record) -> bytes:
    return hashlib.blake2b(json.dumps(sorted(record.items())).encode(), digest_size=16).digest()


def _comparable(value: str) -> tuple[str, Any]:
    if _NUMBER.fullmatch(value):
        return "number", Decimal(value)
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return "text", value
    return ("moment" if moment.tzinfo is None else "moment with zone"), moment
