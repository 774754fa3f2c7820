"""How much of a stranger's file is read before it is refused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from orchestration.intake.issues import Refusal

MEBIBYTE = 1024**2


@dataclass(frozen=True)
class Limits:
    """The limits of one file. The defaults let through a sheet as large as a spreadsheet can show and few files more.

    `memory` is the address space, in bytes, that a child process may use beyond what it has when it starts;
    `cpu_seconds` and `wall_seconds` are for one file. A zip-based file may hold `entries` parts that unpack to
    `unpacked_bytes`, none of them more than `ratio` times its packed size. `cells` is rows × columns of one sheet,
    filled or not, because that is what a reader allocates.
    """

    memory: int = 2048 * MEBIBYTE
    cpu_seconds: int = 60
    wall_seconds: int = 120
    file_bytes: int = 512 * MEBIBYTE
    unpacked_bytes: int = 1024 * MEBIBYTE
    ratio: int = 300
    entries: int = 10_000
    sheets: int = 256
    rows: int = 2_000_000
    columns: int = 1_000
    cells: int = 30_000_000
    cell_characters: int = 32_767


DEFAULT_LIMITS = Limits()


def refuse_above(amount: int, limit: int, of_what: str) -> None:
    """Raise Refusal where an amount is beyond its limit, with both in the detail."""
    if amount > limit:
        raise Refusal("file_too_large", f"{amount:,} > {limit:,} {of_what}")


def refuse_long_cells(rows: Iterable[Iterable[str | None]], limits: Limits) -> None:
    """Raise Refusal where a cell holds more characters than it may."""
    longest = max(map(len, filter(None, chain.from_iterable(rows))), default=0)
    refuse_above(longest, limits.cell_characters, "characters in a cell")
