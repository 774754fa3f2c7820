"""For the operator: what no single submission shows (two names of one code), with the evidence.

A derived dataset finds such issues in its model `<dataset>__issues`: `code` (of the registry), `subject` (what it is
about) and one row for each published row that is evidence of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow.csv as pc
import pyarrow.parquet as pq

from orchestration.contracts import Contract
from orchestration.intake.whole_files import write_if_changed
from orchestration.quality.registry import issue_types
from orchestration.release.markdown import row
from orchestration.running.rounds import made_up
from orchestration.settings import Settings

# So many subjects of each kind are shown; all of them are in the CSV.
SHOWN = 50
WORDS = {
    "zh": {
        "title": "{title}：请平台核实",
        "made_up": "**样例：其中的单位和数据均属虚构，仅用于演示。**",
        "none": "没有需要核实的事项。",
        "count": "共{count:,}项。",
        "more": "另有{more:,}项，全部见`{file}`。",
    },
    "en": {
        "title": "{title}: for the operator to look into",
        "made_up": "**Sample: the organisations and the data here are made up for demonstration.**",
        "none": "There is nothing to look into.",
        "count": "{count:,} in all.",
        "more": "{more:,} more; all of them are in `{file}`.",
    },
}


def has_evidence(settings: Settings, contract: Contract) -> bool:
    """Whether the dataset looks for issues that no single submission shows."""
    return (settings.dbt_project / "models" / "derived" / f"{contract.name}__issues.sql").exists()


def write_evidence(settings: Settings, contract: Contract) -> dict[str, int]:
    """Write `operator/<dataset>.md` and `.csv` of the workspace; how many subjects there are by code of issue."""
    table = pq.read_table(settings.marts / f"{contract.name}__issues.parquet")
    folder = settings.operator
    folder.mkdir(parents=True, exist_ok=True)
    pc.write_csv(table, folder / f"{contract.name}.csv")
    rows = table.to_pylist()
    texts = ("\n\n".join(_paragraphs(rows, settings, contract, lang)) for lang in ("zh", "en"))
    write_if_changed(folder / f"{contract.name}.md", ("\n\n---\n\n".join(texts) + "\n").encode())
    return dict(Counter(code for code, _ in {(one["code"], one["subject"]) for one in rows}))


def _paragraphs(rows: Sequence[Mapping[str, Any]], settings: Settings, contract: Contract, lang: str) -> Iterator[str]:
    words, title = WORDS[lang], contract.title if lang == "zh" else contract.title_en
    yield f"# {words['title'].format(title=title)}"
    if made_up(settings.inbox):
        yield words["made_up"]
    if not rows:
        yield words["none"]
    for code in dict.fromkeys(one["code"] for one in rows):
        message, advice = issue_types(settings.schemas)[code].render(lang)
        of_code = [one for one in rows if one["code"] == code]
        subjects = list(dict.fromkeys(one["subject"] for one in of_code))
        yield f"## {message}\n\n{advice} {words['count'].format(count=len(subjects))}"
        shown = [one for one in of_code if one["subject"] in set(subjects[:SHOWN])]
        yield "\n".join(_table(shown))
        if len(subjects) > SHOWN:
            yield words["more"].format(more=len(subjects) - SHOWN, file=f"{contract.name}.csv")


def _table(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    columns = [name for name in rows[0] if name != "code"]
    yield row(*(f"`{name}`" for name in columns))
    yield "|" + " --- |" * len(columns)
    for one in rows:
        yield row(*(str(one[name] or "") for name in columns))


def evidence_files(settings: Settings) -> list[Path]:
    """The texts for the operator that lie in the workspace."""
    return sorted(settings.operator.glob("*.md"))
