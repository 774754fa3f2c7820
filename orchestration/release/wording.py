"""The message catalogue of releases: `wording.yaml`, read once."""

from __future__ import annotations

import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from orchestration.contracts import Contract, Field
from orchestration.release.formats import Part

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")  # fmt: skip


@cache
def wording() -> dict[str, Any]:
    """The catalogue as it stands in `wording.yaml`."""
    content: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("wording.yaml").read_text("utf-8"))
    return content


def say(key: str, language: Language, **values: str) -> str:
    """One message of the catalogue with its places filled in; `about.title` is the title under `about`."""
    entry: Any = wording()
    for part in key.split("."):
        entry = entry[part]
    return str(entry[language]).format(**values)


def say_both(key: str) -> str:
    """A short message in both languages, side by side."""
    return " ".join(say(key, language) for language in LANGUAGES)


def say_title(contract: Contract, sample: bool, language: Language) -> str:
    """The title of a dataset, marked where its data is made up."""
    title = contract.title if language == "zh" else contract.title_en
    return title + (say("sample_mark", language) if sample else "")


def say_date(day: datetime.date, language: Language) -> str:
    """A day as people write it: 2024年3月5日, 5 March 2024."""
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def say_type(field: Field, language: Language) -> str:
    """What kind of value a column holds, in words."""
    if field.kind in ("set", "list"):
        return say("several", language)
    return say(f"types.{field.type}", language)


def say_meaning(field: Field, language: Language) -> str:
    """What a column means, with the words to choose from where there are any."""
    meaning = field.description if language == "zh" else field.description_en
    if not field.categories:
        return meaning
    key = "values_of_set" if field.kind == "set" else "values"
    words = ("、" if language == "zh" else ", ").join(field.categories)
    return f"{meaning}{'' if language == 'zh' else ' '}{say(key, language, words=words)}"


def say_part(part: Part, language: Language) -> str:
    """Which rows of the table one of several workbooks holds."""
    return say(
        "workbook_part",
        language,
        number=str(part.number),
        count=str(part.count),
        first=f"{part.start + 1:,}",
        last=f"{part.stop:,}",
    )


def say_licence(licence: str, language: Language) -> str:
    """The name of a licence; its identifier where the catalogue does not know it."""
    known = wording()["licences"].get(licence)
    if known is None:
        return licence
    return str(known["zh"] if language == "zh" else known["title"])
