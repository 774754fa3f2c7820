"""How a published value reads in a page: the text as it is, codes by their names, numbers with commas."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Any

from orchestration.catalogue.published import Published
from orchestration.catalogue.texts import say, say_number
from orchestration.release.wording import Language

# What HTML cannot hold (control characters, half surrogates, noncharacters) is shown as �, as browsers do with NUL.
_NOT_IN_HTML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def cell_text(value: Any, column: Mapping[str, Any], dataset: Published, language: Language, *, grouped: bool) -> str:
    """The text of a value; empty for none. `column` is a field of the Table Schema; `grouped`: with commas."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return say("words.yes" if value else "words.no", language)
    if isinstance(value, int | float):
        return say_number(value) if grouped else str(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    codes = dataset.code_lists.get(column.get("codes", ""))
    return fit_for_html(codes.label(str(value), language) if codes else str(value))


def fit_for_html(text: str) -> str:
    """The text with what HTML cannot hold shown as �."""
    return _NOT_IN_HTML.sub("\ufffd", text)
