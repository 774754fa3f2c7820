"""What a check says: as text for a person, in Chinese or English, or as JSON for a program."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from itertools import groupby

from rich.console import Group, RenderableType
from rich.text import Text

from orchestration.checking.checking import Check, Finding
from orchestration.quality.registry import render

WORDS = {
    "zh": {
        "read": "读到{rows_read:,}行：可发布{published:,}，被同表后一条取代{superseded:,}，"
        "须更正{quarantined:,}，忽略{ignored:,}",
        "clean": "没有需要更正的内容",
        "refused": "文件未能接收",
        "more": "等{count:,}处",
    },
    "en": {
        "read": "{rows_read:,} rows read: {published:,} fit to publish, {superseded:,} replaced by a later row, "
        "{quarantined:,} to mend, {ignored:,} ignored",
        "clean": "nothing to mend",
        "refused": "the file cannot be taken in",
        "more": "… {count:,} in all",
    },
}
STYLES = {"error": ("✗", "red"), "warning": ("!", "yellow"), "info": ("·", "dim")}
# Places shown for one kind of fault; the JSON has them all.
PLACES = 8


def tell(check: Check, lang: str) -> RenderableType:
    """The check as a block of text: what was read, then each kind of fault once, with its places and what to do."""
    words = WORDS[lang]
    lines = [Text.assemble((check.file, "bold"), f"  {check.dataset or words['refused']}")]
    if not check.refused:
        lines.append(Text(words["read"].format(rows_read=check.rows_read, **check.rows)))
    lines += _kinds(check, lang)
    if check.clean:
        lines.append(Text(f"✓ {words['clean']}", "green"))
    return Group(*lines)


def to_json(check: Check) -> str:
    """The check as JSON: every finding with its place and its wording in both languages."""
    findings = [
        {
            **asdict(finding),
            "message": _said(finding, "zh")[0],
            "message_en": _said(finding, "en")[0],
            "advice": _said(finding, "zh")[1],
            "advice_en": _said(finding, "en")[1],
        }
        for finding in check.findings
    ]
    content = {
        "file": check.file,
        "dataset": check.dataset,
        "clean": check.clean,
        "rows_read": check.rows_read,
        **check.rows,
        "findings": findings,
    }
    return json.dumps(content, ensure_ascii=False, indent=2)


def _kinds(check: Check, lang: str) -> Iterator[Text]:
    """A line for each kind of fault in each column, the gravest first."""
    order = {severity: place for place, severity in enumerate(STYLES)}

    def kind(finding: Finding) -> tuple[int, str, str, str]:
        return order[finding.severity], finding.code, finding.heading or "", finding.detail or ""

    for _, group in groupby(sorted(check.findings, key=kind), kind):
        findings = list(group)
        sign, style = STYLES[findings[0].severity]
        message, advice = _said(findings[0], lang)
        heading = f"{findings[0].heading}  " if findings[0].cell and findings[0].heading else ""
        yield Text.assemble((f"{sign} {heading}{_places(findings, lang)}", style))
        yield Text(f"    {message} {advice}")


def _places(findings: list[Finding], lang: str) -> str:
    places = [_place(finding) for finding in findings if _place(finding)]
    shown = ", ".join(places[:PLACES])
    count = WORDS[lang]["more"].format(count=len(findings)) if len(places) > PLACES else ""
    return f"{shown} {count}".strip()


def _place(finding: Finding) -> str:
    place = finding.cell or (str(finding.row) if finding.row is not None else "")
    return f"{finding.sheet}!{place}" if finding.sheet and place else place or finding.sheet or ""


def _said(finding: Finding, lang: str) -> tuple[str, str]:
    return render(
        finding.code, lang, heading=finding.heading or "", value=finding.value or "", detail=finding.detail or ""
    )
