"""The text that a value of JSON has in a form, and reading JSON so that no digit of it is lost.

A number stays as it was written, a list of texts is written as forms write lists, anything nested stays JSON.
"""

from __future__ import annotations

import json
import re
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Any

from orchestration.intake.cells import EXACT

# What parts the items of a list in a form (dbt_project/macros/words.sql): an item that holds one is no plain item.
SEPARATORS = re.compile(r"[、,;，；\r\n]")
BETWEEN = "；"
_WHOLE = re.compile(r"(-?\d+)\.0+")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[-+]\d\d(:?\d\d)?)")
MIDNIGHT = " 00:00:00"


class Number(str):
    """A number as JSON has it."""

    __slots__ = ()


def parse(content: bytes, encoding: str) -> Any:
    """A document of JSON, with each number as a `Number`.

    Raises ValueError for what is none by RFC 8259: NaN and its like, an object that says a name twice, half of a
    surrogate pair; and for what is nested too deeply.
    """
    text = content.decode("utf-8-sig" if encoding.lower().replace("_", "-") in ("utf-8", "utf8") else encoding)
    try:
        document = json.loads(
            text, parse_int=Number, parse_float=Number, parse_constant=_refuse, object_pairs_hook=_unique
        )
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if "\\ud" in text.lower():
        # An escaped half of a pair has no UTF-8.
        json.dumps(document, ensure_ascii=False).encode()
    return document


def text_of(value: Any) -> str | None:
    """The text of one value; None where there is none, or nothing but blank space."""
    match value:
        case None:
            return None
        case bool():
            return "TRUE" if value else "FALSE"
        case Number():
            return _number(value)
        case str():
            return value if value and not value.isspace() else None
        case list():
            texts = [None if isinstance(each, list | dict) else text_of(each) for each in value]
            if all(text and not SEPARATORS.search(text) for text in texts):
                return BETWEEN.join(filter(None, texts)) or None
    return _json(value)


def local(text: str | None, zone: tzinfo) -> str | None:
    """A moment with a zone by the clock of another, as a form has it; any other text as it is.

    2024-03-04T16:00:00Z is the fifth of March in Shandong, and intake would read the fourth.
    """
    if text is None or not _MOMENT.fullmatch(text):
        return text
    try:
        moment = datetime.fromisoformat(text).astimezone(zone).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return text
    return str(moment).removesuffix(MIDNIGHT)


def _number(written: str) -> str:
    """Without `.0`, and without an exponent where 15 digits hold it, as the cell of a workbook has it."""
    if whole := _WHOLE.fullmatch(written):
        return whole[1]
    if "e" in written.lower() and len(written) < 40:
        value = Decimal(written)
        if -30 < value.adjusted() < 15 and abs(value) < EXACT:
            plain = f"{value:f}"
            return (plain.rstrip("0").rstrip(".") if "." in plain else plain) or "0"
    return str(written)


def _json(value: Any) -> str:
    match value:
        case Number():
            return str(value)
        case dict():
            return "{" + ",".join(f"{_json(name)}:{_json(each)}" for name, each in value.items()) + "}"
        case list():
            return "[" + ",".join(map(_json, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    object_ = dict(pairs)
    if len(object_) < len(pairs):
        raise ValueError("a name twice")
    return object_


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")
