"""Tidying removes what no run needs, and nothing else."""

import os
from pathlib import Path

import pytest

from tests.pipeline.conftest import Installation, install
from tests.pipeline.forms import PRODUCTS

PLACE = "2024-01/济南市工业和信息化局/产品.csv"


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An installation with a form that left the inbox, all of it two years old but its runs."""
    made = install(tmp_path_factory.mktemp("old"), ["new_products"])
    made.submit(PLACE, PRODUCTS)
    made.fuzhi("run")
    made.submit(PLACE, PRODUCTS + PRODUCTS.splitlines()[1].replace("样例一号", "样例三号") + "\n")
    assert made.fuzhi("run").exit_code == 0
    for path in (made.settings.workspace / "store").iterdir():
        os.utime(path, (1, 1))
    return made


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_nothing_goes_unless_it_is_asked_for(old: Installation) -> None:
    said = old.fuzhi("tidy")
    assert said.out.startswith("may go (--remove): 1 forms that left the inbox")
    assert len(list((old.settings.workspace / "store").iterdir())) == 2


def test_what_goes_changes_nothing_that_is_published(old: Installation) -> None:
    before = files(old.settings.published)
    assert old.fuzhi("tidy", "--remove").exit_code == 0
    assert len(list((old.settings.workspace / "store").iterdir())) == 1
    (old.settings.workspace / "state" / "run").unlink()
    assert old.fuzhi("run").exit_code == 0
    assert files(old.settings.published) == before
    assert old.fuzhi("tidy").out.startswith("may go (--remove): 0 forms that left the inbox, 0.0 MB; 0 runs")
