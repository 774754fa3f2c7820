"""Rows of Markdown tables, in which a text is never more than one cell."""

from __future__ import annotations


def row(*cells: str) -> str:
    """One row of a table."""
    return "| " + " | ".join(map(cell, cells)) + " |"


def cell(text: str) -> str:
    """A text on one line, its bars escaped."""
    return " ".join(text.replace("|", "\\|").split())
