"""Which bytes of a file a Range header asks for (RFC 9110 §14)."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ONE = re.compile(r"(\d*)-(\d*)", re.ASCII)
# Far beyond any file; longer numbers are not turned into one.
_DIGITS = 18


@dataclass(frozen=True)
class Span:
    """The bytes from `start` to before `stop`, both within the file."""

    start: int
    stop: int


class UnsatisfiableError(Exception):
    """No byte of the file is in the range that was asked for: 416."""


def span_of(header: str | None, size: int) -> Span | None:
    """The one range that a header asks for; None where the whole file is to be sent.

    That is so without a header, for a unit or a form that is unknown, and for several ranges at once, which
    a server may pass over (§14.2). Raises UnsatisfiableError where the range begins beyond the file.
    """
    unit, equals, wanted = (header or "").partition("=")
    match = _ONE.fullmatch(wanted.strip(" \t"))
    if unit.strip().lower() != "bytes" or not equals or match is None:
        return None
    first, last = match.groups()
    if (not first and not last) or max(len(first), len(last)) > _DIGITS:
        return None
    if not first:
        length = int(last)
        if length == 0 or size == 0:
            raise UnsatisfiableError
        return Span(max(0, size - length), size)
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        raise UnsatisfiableError
    return Span(int(first), min(int(last) + 1, size) if last else size)
