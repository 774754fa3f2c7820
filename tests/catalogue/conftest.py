"""One site for all the tests that only look at it."""

import pytest

from orchestration.catalogue import build_site
from orchestration.settings import Settings
from tests.catalogue.published import HERE, make_published


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Where a small site was built, without scripts."""
    settings = make_published(tmp_path_factory.mktemp("catalogue"))
    build_site(settings, HERE)
    return settings
