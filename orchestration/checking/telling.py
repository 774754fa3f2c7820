"""What a check says: as text for a person, in Chinese or English, or as JSON for a program."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from orchestration.feedback.judged import Fault, Judged
from orchestration.feedback.lines import lines
from orchestration.quality.accounts import OUTCOMES
from orchestration.quality.registry import issue_types
from orchestration.visible import visible, visible_json

WORDS = {
    "zh": {
        "read": "读到{rows_read:,}行：可发布{published:,}，被同表后一条取代{superseded:,}，"
        "须更正{quarantined:,}，忽略{ignored:,}",
        "clean": "没有需要更正的内容",
        "refused": "文件未能接收",
        "times": "（{count:,}处）",
    },
    "en": {
        "read": "{rows_read:,} rows read: {published:,} fit to publish, {superseded:,} replaced by a later row, "
        "{quarantined:,} to mend, {ignored:,} ignored",
        "clean": "nothing to mend",
        "refused": "the file cannot be taken in",
        "times": " ({count:,} places)",
    },
}
STYLES = {"error": ("✗", "red"), "warning": ("!", "yellow"), "info": ("·", "dim")}


def tell(judged: Judged, lang: str, schemas: Path) -> RenderableType:
    """The check as a block of text: what was read, then each kind of fault once, with its places and what to do."""
    words = WORDS[lang]
    told = [Text.assemble((visible(judged.name), "bold"), f"  {judged.dataset or words['refused']}")]
    if judged.outcomes is not None:
        told.append(Text(words["read"].format(rows_read=judged.rows_read, **judged.outcomes)))
    told += _kinds(judged, lang, schemas)
    if judged.clean:
        told.append(Text(f"✓ {words['clean']}", "green"))
    return Group(*told)


def _kinds(judged: Judged, lang: str, schemas: Path) -> Iterator[Text]:
    for line in lines(judged, schemas):
        sign, style = STYLES[line.severity]
        times = WORDS[lang]["times"].format(count=line.count) if line.count > 1 else ""
        heading = f"{line.heading}  " if line.heading else ""
        yield Text(visible(f"{sign} {heading}{line.where(lang)}{times}"), style)
        yield Text(visible(f"    {' '.join(line.said(lang))}"))


def to_json(judged: Judged, schemas: Path) -> str:
    """The check as JSON: every finding with its place and its wording in both languages."""
    content = {
        "file": judged.name,
        "dataset": judged.dataset,
        "submitter": judged.submitter,
        "clean": judged.clean,
        "rows_read": judged.rows_read,
        **(judged.outcomes or dict.fromkeys(OUTCOMES, 0)),
        "findings": [_finding(fault, schemas) for fault in judged.faults],
    }
    return visible_json(json.dumps(content, ensure_ascii=False, indent=2))


def _finding(fault: Fault, schemas: Path) -> dict[str, Any]:
    kind = issue_types(schemas)[fault.code]
    message, advice = kind.render("zh", heading=fault.heading, value=fault.value, detail=fault.detail)
    message_en, advice_en = kind.render("en", heading=fault.heading, value=fault.value, detail=fault.detail_en)
    place = {name: value or None for name, value in asdict(fault).items()}
    return {**place, "message": message, "message_en": message_en, "advice": advice, "advice_en": advice_en}
