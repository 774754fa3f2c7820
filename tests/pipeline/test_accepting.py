"""A dataset that has lost too many rows does not publish by itself: somebody accepts it, once, and that is recorded."""

import json
import shutil
from pathlib import Path

import pytest

from tests.pipeline.conftest import Installation, install, settings_in
from tests.pipeline.forms import PRODUCTS as ONE_FORM

SUBMITTER = "2024-01/济南市工业和信息化局"
HEADER, FIRST, _ = ONE_FORM.splitlines()
PRODUCTS = [FIRST.replace("样例一号", f"样例{n}型") for n in range(1, 11)]


def form(rows: list[str]) -> str:
    return "\n".join([HEADER, *rows, ""])


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an installation that has published ten products."""
    folder = tmp_path_factory.mktemp("released")
    installation = install(folder, ["new_products"])
    installation.submit(f"{SUBMITTER}/产品.csv", form(PRODUCTS))
    outcome = installation.fuzhi("run")
    assert outcome.exit_code == 0, outcome.err + outcome.out
    return folder


@pytest.fixture
def installation(released: Path, tmp_path: Path) -> Installation:
    folder = tmp_path / "moved"
    shutil.copytree(released, folder)
    return Installation(settings_in(folder))


def read(installation: Installation, version: str, file: str) -> str:
    return (installation.settings.published / "new_products" / version / file).read_text("utf-8")


def test_what_lost_too_many_rows_is_published_once_it_is_accepted_and_the_next_loss_is_not(
    installation: Installation,
) -> None:
    installation.submit(f"{SUBMITTER}/产品.csv", form(PRODUCTS[:7]))
    red = installation.fuzhi("run")
    assert (red.exit_code, red.dataset("new_products")["version"]) == (1, "1.0.0")
    assert "7 / 10 (70%), expected more than 80%." in red.err
    assert "fuzhi run --accept new_products" in red.err

    accepted = installation.fuzhi("run", "--accept", "new_products")
    assert accepted.exit_code == 0, accepted.err + accepted.out
    row = accepted.dataset("new_products")
    assert (row["version"], row["new"], row["gate"]) == ("1.0.1", True, "accepted")
    validation = json.loads(read(installation, "1.0.1", "validation.json"))
    assert [(one["guard"], one["counts"]) for one in validation["accepted"]] == [
        ("shrink", {"part": 7, "whole": 10}),
        ("churn", {"part": 7, "whole": 10}),
    ]
    change = json.loads(read(installation, "1.0.1", "datapackage.json"))["change"]
    assert change["accepted"] == validation["accepted"]
    assert change["rows"] == {"added": 0, "removed": 3, "changed": 0}
    notes = read(installation, "1.0.1", "CHANGES.md")
    assert "- 行数不应比上一版本减少两成或更多：7 / 10（70%），应多于80%。\n" in notes
    assert installation.fuzhi("run").exit_code == 0

    installation.submit(f"{SUBMITTER}/产品.csv", form(PRODUCTS[:4]))
    again = installation.fuzhi("run")
    assert (again.exit_code, again.dataset("new_products")["version"]) == (1, "1.0.1")
    assert "4 / 7 (57.14%), expected more than 80%." in again.err


def test_what_is_no_guard_cannot_be_accepted(installation: Installation) -> None:
    installation.submit(f"{SUBMITTER}/产品.csv", form([]))
    outcome = installation.fuzhi("run", "--accept", "new_products")
    assert (outcome.exit_code, outcome.dataset("new_products")["version"]) == (1, "1.0.0")
    assert "公开表不得为空：实为0，应不少于1。" in outcome.err
    assert "fuzhi run --accept" not in outcome.err


def test_accepting_a_dataset_that_is_not_there_is_a_usage_error(installation: Installation) -> None:
    outcome = installation.fuzhi("run", "--accept", "products")
    assert outcome.exit_code == 2
    assert "there is no dataset products to accept: choose one of new_products" in outcome.err
