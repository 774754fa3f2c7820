"""The page of the plan's progress: each target with what was counted, by year and by city, and the table behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from orchestration.catalogue import charts
from orchestration.catalogue.charts import Chart
from orchestration.catalogue.pages.dataset import short_city
from orchestration.catalogue.pages.layout import Frame
from orchestration.catalogue.progress import STATES, Target
from orchestration.catalogue.published import Published
from orchestration.catalogue.texts import say


@dataclass(frozen=True)
class Line:
    """A target with its map of cities, None where no city counts anything, and the dataset it is counted from."""

    target: Target
    cities: Chart | None
    dataset_title: str


@dataclass(frozen=True)
class ProgressPage:
    """All that the page says; the targets by clause of the plan, in its order."""

    frame: Frame
    clauses: tuple[tuple[str, tuple[Line, ...]], ...]
    states: tuple[tuple[str, int], ...]
    day: str
    sources: tuple[Published, ...]


def progress_page(frame: Frame, datasets: Mapping[str, Published], targets: Sequence[Target]) -> ProgressPage:
    """The page in the language of `frame`."""
    clauses: dict[str, list[Line]] = {}
    for target in targets:
        clauses.setdefault(target.clause, []).append(_line(target, frame, datasets))
    in_order = sorted(clauses, key="总一二三四五六七八九十".find)
    return ProgressPage(
        frame=frame,
        clauses=tuple((clause, tuple(clauses[clause])) for clause in in_order),
        states=tuple((state, sum(one.now.state == state for one in targets)) for state in STATES),
        day=max((one.now.day for one in targets), default=""),
        sources=tuple(datasets[name] for name in ("target_progress", "targets") if name in datasets),
    )


def _line(target: Target, frame: Frame, datasets: Mapping[str, Published]) -> Line:
    language, source = frame.language, datasets.get(target.dataset)
    cities = None
    if any(target.cities.values()):
        names = datasets["target_progress"].code_lists["cities"]
        title = say("progress.cities", language, indicator=target.indicator[language], period=target.now.name)
        name = f"cities-{target.id.lower()}"
        cities = charts.tile_map(name, title, target.cities, lambda code: short_city(names.label(code, language)))
    return Line(target, cities, source.plain("title", language) if source else "")
