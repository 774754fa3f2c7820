"""What a verification says: as text for a person, in Chinese or English, or as JSON for a program."""

from __future__ import annotations

import json
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from orchestration.verifying.findings import ERROR, Finding, wording
from orchestration.verifying.verifying import Report
from orchestration.visible import visible, visible_json


def tell(report: Report, lang: str) -> RenderableType:
    """The verification as a block of text: each finding with its place and what to do, then the sum of it."""
    told = [Text(visible(report.target), "bold")]
    for one in sorted(report.findings, key=lambda one: one.severity):
        sign, style = ("✗", "red") if one.severity == ERROR else ("!", "yellow")
        told.append(Text(visible(f"{sign} {one.where or '.'}"), style))
        message, advice = one.say(lang)
        told.append(Text(visible(f"    {message}。{advice}。" if lang == "zh" else f"    {message}. {advice}")))
    for state, code in (("given", "signed"), ("beside", "signed_beside")):
        count = sum(version.signature == state for version in report.versions)
        key = report.keys.given.name if report.keys.given else ""
        if count:
            told.append(Text(_say(code, lang, count=count, key=key)))
    counts = _counts(report)
    if report.ok:
        told.append(Text(f"✓ {_say('well', lang, **counts)}", "green"))
    else:
        errors = sum(one.severity == ERROR for one in report.findings)
        told.append(Text(f"✗ {_say('wrong', lang, count=errors, **counts)}", "red"))
    return Group(*told)


def to_json(report: Report) -> str:
    """The verification as JSON: every version and every finding, with its wording in both languages."""
    key = report.keys.given
    content = {
        "target": report.target,
        "kind": report.kind,
        "ok": report.ok,
        "key": None if key is None else key.name,
        "keys_beside": [one.name for one in report.keys.beside],
        **_counts(report),
        "version_reports": [
            {
                "where": one.where,
                "dataset": one.identity.dataset if one.identity else None,
                "version": one.identity.version if one.identity else None,
                "signature": one.signature,
                "files": len(one.files),
            }
            for one in report.versions
        ],
        "findings": [_finding(one) for one in report.findings],
    }
    return visible_json(json.dumps(content, ensure_ascii=False, indent=2))


def _counts(report: Report) -> dict[str, int]:
    contents = [content for version in report.versions for content in version.files.values()]
    return {
        "datasets": len({version.identity.dataset for version in report.versions if version.identity}),
        "versions": len(report.versions),
        "files": len(contents),
        "bytes": sum(content.bytes for content in contents),
    }


def _finding(one: Finding) -> dict[str, Any]:
    (message, advice), (message_en, advice_en) = one.say("zh"), one.say("en")
    said = {"message": message, "message_en": message_en, "advice": advice, "advice_en": advice_en}
    return {"code": one.code, "severity": one.severity, "where": one.where, **dict(one.facts), **said}


def _say(code: str, lang: str, **values: object) -> str:
    formatted = {name: f"{value:,}" if isinstance(value, int) else value for name, value in values.items()}
    return str(wording()["telling"][code][lang]).format(**formatted)
