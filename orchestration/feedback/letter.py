"""The answer in words: a Markdown text ready to be mailed, and the same as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict

from orchestration.feedback.judged import Judged
from orchestration.feedback.lines import Line, of_file
from orchestration.quality.registry import SEVERITIES

WORDS = {
    "zh": {
        "greeting": "{submitter}：\n\n您好！",
        "thanks": "贵单位报送的《{name}》（批次：{round}）已收到。",
        "refused": "**该文件未能读取，请按下表更正后重新报送。** 此前报送的数据不受影响。",
        "read": "共读取{rows:,}行：发布{published:,}行，被较新的记录取代{superseded:,}行，"
        "暂缓发布{quarantined:,}行，非数据行（空行、标题、合计、说明）{ignored:,}行。",
        "file": "**关于整个文件：**",
        "clean": "没有发现问题，谢谢。",
        "mend": "请处理以下事项（共{count:,}处）。",
        "attached": "所附工作簿中，有问题的单元格已着色并加批注。",
        "excerpt": "表格较大，工作簿只列出有问题的行，行号与原文件一致。",
        "unlisted": "其中前{listed:,}处在工作簿中标出，其余同类问题未逐一列出。",
        "mend_refused": "请处理以下事项：",
        "head": ("级别", "列", "问题", "次数", "位置", "建议", "由谁处理"),
        "error": "错误", "warning": "警告", "info": "提示",
        "submitter": "报送单位", "operator": "平台", "reference": "代码表维护方",
        "made_up": "**样例：本文中的单位和数据均属虚构，仅用于演示。**",
    },
    "en": {
        "greeting": "Dear {submitter},",
        "thanks": "thank you for “{name}”, sent for round {round}.",
        "refused": "**The file could not be taken in. Please mend what the table says and send it anew.** "
        "What you sent before is not affected.",
        "read": "Rows read: {rows:,}. Published: {published:,}; superseded by a later record: {superseded:,}; "
        "held back: {quarantined:,}; no data (blank rows, titles, totals, notes): {ignored:,}.",
        "file": "**About the file as a whole:**",
        "clean": "Nothing needs mending.",
        "mend": "Please see to the following ({count:,} in all).",
        "attached": " In the workbook attached, each faulty cell is coloured and has a comment.",
        "excerpt": " As the form is large, the workbook has its rows with issues alone, each under its number.",
        "unlisted": " The first {listed:,} are marked there; the others, of the same kinds, are not listed one by one.",
        "mend_refused": "Please see to the following:",
        "head": ("Severity", "Column", "What is wrong", "Count", "Where", "Advice", "By"),
        "error": "error", "warning": "warning", "info": "note",
        "submitter": "you", "operator": "platform", "reference": "keeper of the code lists",
        "made_up": "**Sample: the organisations and the data in this letter are made up for demonstration.**",
    },
}  # fmt: skip
SPECIAL = re.compile(r"([\\`*_\[\]<>|#~&])")


def letter(judged: Judged, lines: Sequence[Line], *, attached: bool) -> str:
    """The letter in Markdown, Chinese first; `attached` is whether there is a workbook that it can speak of.

    What comes from the form is escaped, so that it formats nothing.
    """
    texts = ("\n\n".join(_paragraphs(judged, lines, lang, attached)) for lang in ("zh", "en"))
    return "\n\n---\n\n".join(texts) + "\n"


def _paragraphs(judged: Judged, lines: Sequence[Line], lang: str, attached: bool) -> list[str]:
    words: dict[str, str] = WORDS[lang]  # type: ignore[assignment]
    nobody = "报送单位" if lang == "zh" else "colleagues"
    parts = [words["made_up"]] if judged.made_up else []
    parts.append(words["greeting"].format(submitter=_plain(judged.submitter or nobody)))
    parts.append(words["thanks"].format(round=judged.round or "—", name=_plain(judged.name)))
    if judged.outcomes is None:
        return [*parts, words["refused"], words["mend_refused"], "\n".join(_table(lines, lang))]
    about = of_file(lines)
    if about:
        parts += [words["file"], "\n".join(f"- {_notice(line, lang)}" for line in about)]
    parts.append(words["read"].format(rows=judged.rows_read, **judged.outcomes))
    others = [line for line in lines if line not in about]
    if others:
        mend = words["mend"].format(count=sum(line.count for line in others))
        parts += [mend + (_attached(judged, words) if attached else ""), "\n".join(_table(others, lang))]
    elif judged.clean:
        parts.append(words["clean"])
    return parts


def _attached(judged: Judged, words: dict[str, str]) -> str:
    said = words["attached"]
    if judged.excerpt is not None:
        said += words["excerpt"]
    if judged.unlisted:
        said += words["unlisted"].format(listed=len(judged.faults))
    return said


def _notice(line: Line, lang: str) -> str:
    return f"{WORDS[lang][line.severity]}{'：' if lang == 'zh' else ': '}{_plain(' '.join(line.said(lang)))}"


def _table(lines: Sequence[Line], lang: str) -> list[str]:
    words: dict[str, str] = WORDS[lang]  # type: ignore[assignment]
    rows = [words["head"], ("---",) * 7]
    for line in lines:
        message, advice = line.said(lang)
        rows.append(
            (
                words[line.severity],
                _plain(line.heading),
                _plain(message),
                f"{line.count:,}",
                _plain(line.where(lang)),
                _plain(advice),
                words[line.mender],
            )
        )
    return [f"| {' | '.join(row)} |" for row in rows]


def _plain(text: str) -> str:
    printable = "".join(character if character.isprintable() else " " for character in text)
    return SPECIAL.sub(r"\\\1", printable)


def to_json(judged: Judged, lines: Sequence[Line], basis: str, workbook: str | None) -> str:
    """The answer as data; `basis` is the digest of all that it follows from.

    `workbook` says how it was made: `original`, `rebuilt` or `excerpt` (`make_workbook`), or None for none.
    """
    content = {
        "basis": basis,
        "submission": judged.submission,
        "round": judged.round,
        "submitter": judged.submitter,
        "file": judged.file,
        "dataset": judged.dataset,
        "status": judged.status,
        "about_the_file": [asdict(line) for line in of_file(lines)],
        "made_up": judged.made_up,
        "workbook": workbook,
        "sheets": list(judged.first_rows),
        "rows_read": judged.rows_read,
        "outcomes": judged.outcomes,
        "issues_by_severity": {
            severity: sum(line.count for line in lines if line.severity == severity) for severity in SEVERITIES
        },
        "to_mend": [asdict(line) for line in lines],
        "issues_not_listed": sum(more.count for more in judged.unlisted),
        "issues": [asdict(fault) for fault in judged.faults],
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"
