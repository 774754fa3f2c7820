"""The notes of a release, `CHANGES.md`: what changed since the last version and why it has the number that it has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from orchestration.release.changes import Changes
from orchestration.release.markdown import row
from orchestration.release.package import Package
from orchestration.release.versions import Reason
from orchestration.release.wording import LANGUAGES, Language, say, say_date

NOTES = "CHANGES.md"


@dataclass(frozen=True)
class Change:
    """How a version came about: from which one, why, what differs, and what somebody has accepted.

    `accepted` are the guards of the gate that were accepted, as `validation.json` lists them. A first release has no
    previous version, no reasons and no changes.
    """

    previous: str | None
    reasons: tuple[Reason, ...]
    changes: Changes
    accepted: tuple[Mapping[str, Any], ...]

    def to_dict(self) -> dict[str, Any]:
        """What `datapackage.json` says of it as `change`."""
        changes = self.changes
        return {
            "previous": self.previous,
            "reasons": [asdict(reason) for reason in self.reasons],
            "rows": asdict(changes.rows),
            "cells": dict(changes.cells),
            "withheld": changes.withheld,
            "columns": {
                "added": list(changes.columns_added),
                "removed": list(changes.columns_removed),
                "renamed": [{"from": old, "to": new} for old, new in changes.renamed],
            },
            "accepted": [dict(one) for one in self.accepted],
        }


def write_notes(package: Package, change: Change, titles: Mapping[str, tuple[str, str]], target: Path) -> None:
    """Write `CHANGES.md`; `titles` has the Chinese and English title of each column of this version and the last."""
    parts = ["\n".join(_notes(package, change, titles, language)) for language in LANGUAGES]
    target.write_bytes("\n---\n\n".join(parts).encode())


def reasons(why: Sequence[Reason], titles: Mapping[str, tuple[str, str]], language: Language) -> Iterator[str]:
    """Each reason in words, with its weight: `Rows added: 2 (minor)`."""
    for reason in why:
        said = say(f"changes.reasons.{reason.code}", language, subject=_subject(reason.subject, titles, language))
        yield said + say("changes.weight", language, level=say(f"changes.short.{reason.level}", language))


def named(name: str, titles: Mapping[str, tuple[str, str]], language: Language) -> str:
    """A column by its name and title."""
    title = titles[name][0 if language == "zh" else 1]
    return f"`{name}`（{title}）" if language == "zh" else f"`{name}` ({title})"


def _notes(
    package: Package, change: Change, titles: Mapping[str, tuple[str, str]], language: Language
) -> Iterator[str]:
    changes = change.changes
    yield f"# {say('changes.heading', language, title=package.title(language), version=package.version)}\n"
    if package.sample:
        yield f"> **{say('sample_notice', language)}**\n"
    yield "| | |\n|---|---|"
    yield row(say("about.version", language), package.version)
    yield row(say("changes.previous", language), change.previous or say("changes.none", language))
    yield row(say("about.created", language), say_date(package.created, language))
    if change.previous is None:
        yield f"\n{say('changes.first', language)}\n"
        return
    yield row(say("changes.level", language), say(f"changes.levels.{change.reasons[0].level}", language))
    for kind, count in asdict(changes.rows).items():
        yield row(say(f"changes.rows.{kind}", language), f"{count:,}")

    yield f"\n## {say('changes.why', language)}\n"
    yield from (f"- {line}" for line in reasons(change.reasons, titles, language))
    if changes.cells:
        yield f"\n## {say('changes.cells', language)}\n"
        yield row(say("changes.column", language), say("changes.count", language)) + "\n|---|---:|"
        yield from (row(named(name, titles, language), f"{count:,}") for name, count in changes.cells)
    if changes.withheld:
        yield f"\n{say('changes.withheld', language, cells=f'{changes.withheld:,}')}"
    if changes.renamed:
        yield f"\n## {say('changes.renamed', language)}\n"
        for old, new in changes.renamed:
            names = {"old": named(old, titles, language), "new": named(new, titles, language)}
            yield f"- {say('changes.looks_renamed', language, **names)}"
    if change.accepted:
        yield f"\n## {say('changes.accepted', language)}\n\n{say('changes.accepted_by', language)}\n"
        yield from (f"- {one['sentence' if language == 'zh' else 'sentence_en']}" for one in change.accepted)
    yield f"\n{say('changes.table', language)}\n"


def _subject(subject: str, titles: Mapping[str, tuple[str, str]], language: Language) -> str:
    """What a reason is of: a column, with its title, or a number."""
    if subject in titles:
        return named(subject, titles, language)
    return f"{int(subject):,}" if subject.isdigit() else subject
