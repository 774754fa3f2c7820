"""The page on which an enterprise is looked up: the shell that its script fills, and what is of use without one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from orchestration.catalogue.pages.layout import Frame
from orchestration.catalogue.published import Published

DATASET = "enterprises"


@dataclass(frozen=True)
class EnterprisesPage:
    """All that the page says: `source` is the published table of enterprises, None where it was not released."""

    frame: Frame
    source: Published | None
    column_facts: str


def enterprises_page(frame: Frame, datasets: Mapping[str, Published], column_facts: str) -> EnterprisesPage:
    """The page in the language of `frame`."""
    return EnterprisesPage(frame, datasets.get(DATASET), column_facts)
