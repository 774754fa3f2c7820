"""The bundled sample as published: validators of other people's accept all of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pipeline.conftest import SampleRun
from tests.standards import test_citation, test_croissant, test_csvw, test_dcat_ap, test_ro_crate
from tests.standards.test_ro_crate import cache  # noqa: F401 - a fixture

DATASETS = ("morning_star_factories", "new_products", "scene_items")


def release(run: SampleRun, dataset: str) -> Path:
    return run.installation.settings.published / dataset / "1.0.0"


@pytest.mark.parametrize("dataset", DATASETS)
def test_each_document_of_a_package_is_accepted(sample_run: SampleRun, dataset: str, cache: Path) -> None:  # noqa: F811
    folder = release(sample_run, dataset)
    assert test_csvw.validate(folder, dataset) == (0, "OK\n")
    assert test_citation.validate(folder)[0] == 0
    assert test_croissant.validate(folder)[0] == 0
    assert test_ro_crate.issues(folder, cache) == []


@pytest.mark.parametrize("shapes", ["html_shacl_shapes.ttl", "html_shacl_range.ttl"])
def test_the_catalogue_conforms(sample_run: SampleRun, shapes: str) -> None:
    code, said = test_dcat_ap.validate(sample_run.installation.settings.published / "catalog.jsonld", shapes)
    assert code == 0, said
