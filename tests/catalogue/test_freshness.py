"""When the catalogue is built anew, as Dagster builds it, and when not."""

from __future__ import annotations

import dagster as dg
import pytest

from orchestration.assets.catalogue import CATALOGUE, catalogue_asset
from orchestration.assets.workspace import workspace_resource
from tests.catalogue.published import HERE, SECOND, make_published, product, products, publish, write_counts


@pytest.fixture
def settings(tmp_path):
    return make_published(tmp_path)


def materialise(settings):
    asset = catalogue_asset(settings, HERE)
    result = dg.materialize([asset], resources={"workspace": workspace_resource(settings)}, raise_on_error=False)
    assert result.success
    [made] = result.get_asset_materialization_events()
    assert made.asset_key == CATALOGUE
    metadata = made.materialization.metadata
    return metadata["changed"].value


def test_it_is_built_once_and_again_only_when_it_would_say_something_else(settings):
    assert materialise(settings) > 30
    front = settings.published / "zh" / "index.html"
    built = front.stat().st_mtime_ns
    assert materialise(settings) == 0
    assert front.stat().st_mtime_ns == built

    publish(settings, "new_products", [*products(), product(99)], SECOND)
    assert materialise(settings) == 6

    (settings.marts / "new_products__issues.parquet").unlink()
    assert materialise(settings) == 2
    write_counts(settings)
    assert materialise(settings) == 2


def test_a_site_that_was_deleted_is_built_again(settings):
    materialise(settings)
    (settings.published / "index.html").unlink()
    assert materialise(settings) == 1
