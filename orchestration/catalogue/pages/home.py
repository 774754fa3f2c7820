"""The home page: what this is, how far the plan has come, what was released last, and every dataset by action."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from orchestration.catalogue.pages.layout import Frame
from orchestration.catalogue.progress import STATES, Target
from orchestration.catalogue.published import File, Published
from orchestration.contracts import Contract
from orchestration.release.wording import Language

ACTIONS = "一二三四五六七八九十"
# The group of what no single action asks for: code lists, and what is computed from the other datasets.
DERIVED = "derived"
LATEST = 6


@dataclass(frozen=True)
class Entry:
    """A dataset in the list: title and description in the page's language, and its files by format."""

    name: str
    title: str
    description: str
    rows: int
    version: str
    day: str
    path: str
    files: tuple[tuple[str, File], ...]


@dataclass(frozen=True)
class Group:
    """The datasets of one action of the plan; `clause` is 一 to 十, or `derived`."""

    clause: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Home:
    """All that the home page says; `states` has how many targets are in each state, in the order of STATES."""

    frame: Frame
    groups: tuple[Group, ...]
    latest: tuple[Entry, ...]
    targets: tuple[Target, ...]
    states: tuple[tuple[str, int], ...]
    datasets: int
    rows: int
    day: str


def home(
    frame: Frame, datasets: Mapping[str, Published], contracts: Mapping[str, Contract], targets: Sequence[Target]
) -> Home:
    """The home page in the language of `frame`."""
    entries = {name: _entry(one, frame.language) for name, one in datasets.items()}
    groups: dict[str, list[Entry]] = {clause: [] for clause in (*ACTIONS, DERIVED)}
    for name, entry in entries.items():
        groups[group_of(contracts.get(name))].append(entry)
    newest = sorted(entries.values(), key=lambda entry: entry.name)
    newest.sort(key=lambda entry: entry.day, reverse=True)
    return Home(
        frame=frame,
        groups=tuple(Group(clause, tuple(found)) for clause, found in groups.items() if found),
        latest=tuple(newest[:LATEST]),
        targets=tuple(targets),
        states=tuple((state, sum(one.now.state == state for one in targets)) for state in STATES),
        datasets=len(datasets),
        rows=sum(one.rows for one in datasets.values()),
        day=max((one.day for one in datasets.values()), default=""),
    )


def group_of(contract: Contract | None) -> str:
    """The first action of the plan that asks for a dataset; `derived` where none does, or where it is computed."""
    if contract is None or contract.derived:
        return DERIVED
    return next((clause for clause in contract.plan_clauses if clause in ACTIONS), DERIVED)


def _entry(one: Published, language: Language) -> Entry:
    return Entry(
        name=one.name,
        title=one.plain("title", language),
        description=one.plain("description", language),
        rows=one.rows,
        version=one.version,
        day=one.day,
        path=one.path,
        files=tuple(one.tables),
    )
