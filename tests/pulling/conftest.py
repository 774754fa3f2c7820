"""What is pulled from: a real service on loopback and a real PostgreSQL; and where to."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestration.pulling import Pulled, pull
from orchestration.pulling.patience import Patience
from orchestration.settings import PROJECT, Settings
from tests.postgresql import postgresql
from tests.pulling.service import Service, running_service

__all__ = ["postgresql"]

pytest.importorskip("dlt", reason="the extra [pull] is not installed")
SUBMITTER = "烟台市工业和信息化局"
AT_ONCE = Patience(first=0, longest=0, connecting=5, silence=5)


@pytest.fixture(scope="session")
def _service() -> Iterator[Service]:
    with running_service() as service:
        yield service


@pytest.fixture
def service(_service: Service) -> Service:
    """A service that was asked nothing yet."""
    _service.asked.clear()
    return _service


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        PROJECT, tmp_path / "inbox", tmp_path / "workspace", tmp_path / "published", sources=tmp_path / "sources.yaml"
    )


Declare = Callable[..., None]


@pytest.fixture
def declare(settings: Settings) -> Declare:
    """Write the file of sources, with what all sources of the tests say."""

    def write(**sources: dict[str, Any]) -> None:
        common = {"round": "2024-02", "submitter": SUBMITTER, "dataset": "new_products"}
        assert settings.sources is not None
        text = yaml.safe_dump({name: common | said for name, said in sources.items()}, allow_unicode=True)
        settings.sources.write_text(text, "utf-8")

    return write


def pull_one(settings: Settings, patience: Patience = AT_ONCE) -> Pulled:
    """Pull the one source that is declared."""
    (pulled,) = pull(settings, patience=patience)
    return pulled


def elsewhere(settings: Settings, folder: Path) -> Settings:
    """The same sources, pulled by somebody who has pulled nothing yet."""
    return replace(settings, inbox=folder / "inbox", workspace=folder / "workspace")
