"""The whole site from what is published: every page in both languages, what the pages load, and the forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from orchestration.catalogue.assets import column_facts, hashed, looks, lookup_facts
from orchestration.catalogue.forms import FOLDER as FORMS
from orchestration.catalogue.forms import form_file, making
from orchestration.catalogue.held_back import held_back
from orchestration.catalogue.modules import Modules
from orchestration.catalogue.pages.dataset import dataset_page
from orchestration.catalogue.pages.enterprises import DATASET as ENTERPRISES
from orchestration.catalogue.pages.enterprises import enterprises_page
from orchestration.catalogue.pages.home import home
from orchestration.catalogue.pages.layout import Frame
from orchestration.catalogue.pages.progress_page import progress_page
from orchestration.catalogue.pages.submitters import submitters_page
from orchestration.catalogue.progress import targets
from orchestration.catalogue.published import Published, read_published
from orchestration.catalogue.rendering import render, render_chooser
from orchestration.catalogue.writing import write_site
from orchestration.contracts import Contract, submitted
from orchestration.quality.registry import issue_types
from orchestration.release.wording import LANGUAGES, Language
from orchestration.running.beside import outcome
from orchestration.settings import Settings


@dataclass(frozen=True)
class Site:
    """What was built: how many pages, of how many datasets, and how many files differ from those of before."""

    pages: int
    datasets: int
    changed: int


def build_site(settings: Settings, contracts: Mapping[str, Contract], scripts: Modules | None = None) -> Site:
    """Write the catalogue into `published/`, from what lies there and counts of the workspace.

    `scripts` are the modules that pages load; without them the pages are of use all the same.
    """
    datasets = read_published(settings.published)
    named = {**looks(), **_facts(datasets, contracts)}
    paths = {name: hashed(name, content) for name, content in named.items()}
    assets = {paths[name]: content for name, content in named.items()}
    if scripts is not None:
        paths |= scripts.paths
        assets |= scripts.content
    sheets = {f"{FORMS}/{one.name}.xlsx": outcome(making(settings, one)) for one in submitted(contracts).values()}
    frame = Frame("zh", "index.html", paths, sample=any(one.sample for one in datasets.values()))
    pages = dict(_pages(settings, contracts, datasets, sheets, frame))
    return Site(len(pages), len(datasets), write_site(settings.published, {**assets, **sheets}, pages))


def _facts(datasets: Mapping[str, Published], contracts: Mapping[str, Contract]) -> dict[str, bytes]:
    """What the scripts read of each table, by the plain name of the file."""
    facts = {}
    for language in LANGUAGES:
        for name, one in datasets.items():
            facts[f"{name}-{language}.json"] = column_facts(one, contracts.get(name), language)
        if ENTERPRISES in datasets:
            own = facts[f"{ENTERPRISES}-{language}.json"]
            facts[f"lookup-{language}.json"] = lookup_facts(datasets, own, language)
    return facts


def _pages(
    settings: Settings,
    contracts: Mapping[str, Contract],
    datasets: Mapping[str, Published],
    sheets: Mapping[str, bytes],
    frame: Frame,
) -> Iterator[tuple[str, bytes]]:
    """Every page by its path; the chooser last, for it leads to the others."""
    plan, types = targets(datasets), issue_types(settings.schemas)
    counts = {name: held_back(settings.marts, name) for name in datasets}
    files = {path.removeprefix("forms/").removesuffix(".xlsx"): form_file(path, one) for path, one in sheets.items()}
    for language in LANGUAGES:

        def at(place: str, language: Language = language) -> Frame:
            return replace(frame, language=language, place=place)

        for name, one in datasets.items():
            here = replace(at(f"datasets/{name}.html"), sample=one.sample)
            page = dataset_page(
                here,
                one,
                contracts.get(name),
                counts[name],
                types,
                column_facts=frame.assets[f"{name}-{language}.json"],
                base_url=settings.base_url,
            )
            yield here.path, render("dataset.html", here, page=page)
        facts = frame.assets.get(f"lookup-{language}.json", "")
        others: tuple[tuple[str, Any], ...] = (
            ("progress.html", progress_page(at("progress.html"), datasets, plan)),
            ("enterprises.html", enterprises_page(at("enterprises.html"), datasets, facts)),
            (
                "submitters.html",
                submitters_page(at("submitters.html"), list(submitted(contracts).values()), files, types),
            ),
            ("home.html", home(at("index.html"), datasets, contracts, plan)),
        )
        for template, other in others:
            yield other.frame.path, render(template, other.frame, page=other)
    yield "index.html", render_chooser(frame.assets["site.css"], frame.assets["icon.svg"])
