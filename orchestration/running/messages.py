"""What may be kept of what an engine says of a model that failed: what it says, without the values that it quotes."""

from __future__ import annotations

import re

# From the first quote to the last: a value may hold quotes itself.
_QUOTED = re.compile(r"""['"].*['"]""", re.DOTALL)
# Numbers are often not quoted. Places in the SQL of a model are no values, nor are codes of errors.
_NUMBER = re.compile(r"\b(line |position |SQLSTATE: )?[0-9][0-9A-Z.,]*", re.IGNORECASE)


def without_values(message: str) -> str:
    """The message with … for all that may be a value of a row: what stands between quotes, and each number."""
    return _NUMBER.sub(lambda number: number[0] if number[1] else "…", _QUOTED.sub("'…'", message))
