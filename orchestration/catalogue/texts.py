"""What the pages say: `texts.yaml`, read once, and how numbers, sizes and days are written in each language."""

from __future__ import annotations

import datetime
from functools import cache
from pathlib import Path
from typing import Any

from orchestration.release.wording import Language, say_date
from orchestration.yaml_files import read_mapping


@cache
def texts() -> dict[str, Any]:
    """The catalogue of messages as it stands in `texts.yaml`."""
    return read_mapping(Path(__file__).with_name("texts.yaml"), "texts")


def say(key: str, language: Language, **values: object) -> str:
    """A message with its places filled in: `home.title` is `title` under `home`. Raises KeyError for an unknown one."""
    entry: Any = texts()
    for part in key.split("."):
        entry = entry[part]
    message = str(entry[language])
    return message.format(**values) if values else message


def say_day(day: str | datetime.date, language: Language) -> str:
    """A day as people write it: 2024年3月5日, 5 March 2024."""
    date = datetime.date.fromisoformat(day) if isinstance(day, str) else day
    return say_date(date, language)


def say_number(number: float) -> str:
    """With commas between thousands, and without decimals where there are none: 10,102 and 29.45."""
    whole = int(number)
    return f"{whole:,}" if number == whole else f"{number:,}"


def say_size(size: int) -> str:
    """A size in bytes, in a unit that leaves two or three digits: 24 B, 8.6 KB, 1.4 MB."""
    for unit, one in (("GB", 10**9), ("MB", 10**6), ("KB", 10**3)):
        if size >= one:
            return f"{size / one:.1f} {unit}" if size < 100 * one else f"{size / one:.0f} {unit}"
    return f"{size} B"
