"""Names and texts as SQL writes them."""

from __future__ import annotations

from pathlib import Path


def quoted(name: str) -> str:
    """The name of a column or table, whatever it holds."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str | Path) -> str:
    """A text, or the path of a file, as a literal."""
    return "'" + str(text).replace("'", "''") + "'"
