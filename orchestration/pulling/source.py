"""What a source is that is pulled: a REST service or a PostgreSQL table, and whom it speaks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Cursor:
    """The field that tells what is new: it only grows, such as the time of the last change, or a number.

    `parameter` is how a service is asked for what came since; `start` what it is asked for at first. What lies up to
    `overlap` (seconds, or units of a number) before the last value is asked for again, and told apart by its content.
    """

    field: str
    parameter: str = ""
    start: str | None = None
    overlap: int = 0


@dataclass(frozen=True)
class Bounds:
    """How much one pull of a source may take: pages, bytes of one page, records, seconds."""

    pages: int = 10_000
    page_bytes: int = 64 * 1024**2
    records: int = 1_000_000
    seconds: int = 3600


@dataclass(frozen=True)
class Source:
    """What any source says: whose records they are, for which round and dataset, and what tells which are new.

    Its names of columns are the headings of the form but for those that `columns` gives a heading, and those that
    `leave_out` leaves out.

    Without a cursor everything is pulled each time, and what it gives takes the place of what it gave before. Moments
    with a zone are told by the clock of `time_zone`, for forms know none.
    """

    name: str
    round: str
    submitter: str
    dataset: str
    cursor: Cursor | None
    columns: Mapping[str, str]
    leave_out: frozenset[str]
    bounds: Bounds
    time_zone: str


@dataclass(frozen=True)
class RestService(Source):
    """A service that answers with JSON; `records` is the path of their list in it, empty where it is the answer.

    `paging` is how it gives one page after the other, as `PAGINGS` names it; empty where there is one page alone.
    `token` is the variable that holds the token, sent as `Authorization: Bearer …` or as it is in `token_header`.
    """

    address: str = ""
    records: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    paging: Mapping[str, Any] = field(default_factory=dict)
    token: str = ""
    token_header: str = ""


@dataclass(frozen=True)
class PostgresTable(Source):
    """A table or view; `database` is the variable that holds the URL of its database."""

    database: str = ""
    schema: str | None = None
    table: str = ""
