"""Where published data comes from, as a data package names it (Data Package 2.0, `sources`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orchestration.contracts import Contract
from orchestration.release.wording import say


@dataclass(frozen=True)
class Source:
    """One source, by the kind of who sent it: never the name of a file or of a person; `rounds` it came in."""

    title: str
    title_en: str
    rounds: tuple[str, ...] = ()


def plan_source() -> Source:
    """The action plan under which everything is collected; the first source of every package."""
    return Source(say("plan", "zh"), say("plan", "en"))


def submissions_source(rounds: Sequence[str]) -> Source:
    """The submissions of some rounds, by the kinds of their submitters."""
    named = sorted(set(rounds))
    return Source(
        say("submissions", "zh", rounds="、".join(named)),
        say("submissions", "en", rounds=", ".join(named)),
        tuple(named),
    )


def dataset_source(contract: Contract) -> Source:
    """Another published dataset, of which a derived one is made; which version of it, `lineage.json` says."""
    return Source(
        say("dataset", "zh", title=contract.title, name=contract.name),
        say("dataset", "en", title=contract.title_en, name=contract.name),
    )
