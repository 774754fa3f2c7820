"""The files of other projects' test suites as an inbox: a run reads or refuses each of them, and stays green."""

from __future__ import annotations

import csv
from functools import partial
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from orchestration.cli import app
from orchestration.contracts import load_contracts
from orchestration.intake.children import in_children
from orchestration.intake.forms import form_of
from orchestration.intake.issues import Refusal
from orchestration.intake.limits import DEFAULT_LIMITS
from orchestration.intake.peek import Peek, _look, render
from orchestration.settings import PROJECT
from tests.pipeline.conftest import Installation
from tests.pipeline.forms import SCENES
from tests.pipeline.naughty import steering

REAL = Path(__file__).parents[2].parent / "shared" / "real"
# Which of them is read and which refused, and why: made and held by tests/intake/test_real_files.py.
TABLE = Path(__file__).parents[1] / "intake" / "real_files.csv"
FOLDERS = ("calamine-tests", "csv-spectrum/csvs", "messytables-horror")
pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="the folder ../shared/real is not there")


def table() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_the_table_names_every_file() -> None:
    files = [path.relative_to(REAL).as_posix() for folder in FOLDERS for path in sorted((REAL / folder).iterdir())]
    assert [line["file"] for line in table()] == files
    assert len(files) == 186


def test_a_run_over_all_of_them_refuses_each_with_its_reason_and_publishes_the_rest(installation: Installation) -> None:
    submitters = {}
    for line in table():
        folder, name = line["file"].replace("csvs/", "").split("/")
        submission = f"2024-01/{folder}/{name}"
        path = installation.settings.inbox / submission
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((REAL / line["file"]).read_bytes())
        submitters[submission] = line["run"]
    installation.submit("2024-01/济南市工业和信息化局/场景.csv", SCENES)
    outcome = installation.fuzhi("run")
    assert outcome.exit_code == 0, outcome.err
    refused = {file["submission"]: file["code"] for file in outcome.report["refused"]}
    assert refused == submitters
    assert outcome.dataset("scene_items")["published"] == 1
    assert "186 files refused" in outcome.out


def test_a_peek_shows_each_of_them_or_says_why_not() -> None:
    forms = {name: form_of(contract) for name, contract in load_contracts(PROJECT / "schemas").items()}
    look = partial(_look, forms=forms, limits=DEFAULT_LIMITS)
    peeks = in_children(look, [REAL / line["file"] for line in table()], DEFAULT_LIMITS)
    for line, seen in zip(table(), peeks, strict=True):
        if isinstance(seen, Refusal):
            assert line["run"] == seen.code, line["file"]
        elif line["run"] == "dataset_unknown":
            assert seen.data_rows is not None and seen.refusal is None, line["file"]
            assert steering(text_of(seen)) == set(), line["file"]
        else:
            assert seen.refusal is not None and line["run"] == seen.refusal.code, line["file"]


@pytest.mark.parametrize("code", sorted({line["run"] for line in table()}))
def test_the_command_ends_with_0_for_what_it_can_show_and_with_2_for_what_it_cannot(code: str) -> None:
    name = next(line["file"] for line in table() if line["run"] == code)
    result = CliRunner().invoke(app, ["peek", str(REAL / name)])
    assert result.exit_code == (0 if code == "dataset_unknown" else 2), result.output


def text_of(seen: Peek) -> str:
    console = Console(width=160)
    with console.capture() as capture:
        console.print(render(seen))
    return capture.get()
