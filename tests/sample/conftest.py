"""The sample of the first three datasets, written once in full and once small, for the tests that only look at it."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from orchestration.contracts import Contract, load_contracts
from orchestration.sample import Manifest, write_sample
from orchestration.sample.code_lists import CodeList, read_code_lists
from orchestration.sample.writing import SEEDS

ROOT = Path(__file__).parents[2]
FIRST = ("morning_star_factories", "new_products", "scene_items")


@dataclass(frozen=True)
class Sample:
    """A sample that was written, and where."""

    folder: Path
    manifest: Manifest

    @property
    def inbox(self) -> Path:
        return self.folder / "inbox"


@pytest.fixture(scope="session")
def contracts() -> dict[str, Contract]:
    every = load_contracts(ROOT / "schemas")
    return {name: every[name] for name in FIRST}


@pytest.fixture(scope="session")
def lists() -> dict[str, CodeList]:
    return read_code_lists(SEEDS, ["cities", "counties", "chains", "industries"])


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory, contracts: dict[str, Contract]) -> Sample:
    folder = tmp_path_factory.mktemp("small")
    return Sample(folder, write_sample(folder, contracts, scale=0.05))


@pytest.fixture(scope="session")
def full(tmp_path_factory: pytest.TempPathFactory, contracts: dict[str, Contract]) -> Sample:
    folder = tmp_path_factory.mktemp("full")
    return Sample(folder, write_sample(folder, contracts))
