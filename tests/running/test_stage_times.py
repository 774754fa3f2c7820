"""How long stages took: steps belong to stages, and the stages add up to the whole."""

import io
import logging
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.console import Console

from orchestration.running import stage_times
from orchestration.running.stage_times import STAGES, show_timings, stage_of, timed
from tests.pipeline.conftest import install
from tests.pipeline.forms import PRODUCTS


@pytest.mark.parametrize(
    ("step", "stage"),
    [
        ("intake", "intake"),
        ("models", "models"),
        ("derived_models", "derived"),
        ("new_products_gate", "gate"),
        ("new_products_accounts", "rest"),
        ("release__new_products", "release"),
        ("feedback__new_products", "feedback"),
        ("feedback__refused", "feedback"),
        ("feedback__refused_every_dataset_was_built", "rest"),
        ("catalogue__site", "catalogue"),
        # A dataset may be named like a stage.
        ("models_gate", "gate"),
        ("release__models", "release"),
    ],
)
def test_a_step_belongs_to_one_stage(step: str, stage: str) -> None:
    assert stage_of(step) == stage


def test_stages_are_added_up_from_the_events_and_make_up_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(stage_times, "time", SimpleNamespace(perf_counter=lambda: now))
    with timed() as times:
        for kind, step, at in (
            ("PIPELINE_START", None, 101),
            ("STEP_START", "intake", 103),
            ("STEP_SUCCESS", "intake", 108),
            ("STEP_START", "a_gate", 109),
            ("STEP_FAILURE", "a_gate", 111),
            ("STEP_START", "b_gate", 111),
            ("STEP_SUCCESS", "b_gate", 111.5),
        ):
            now = at
            event = SimpleNamespace(event_type_value=kind, step_key=step)
            times.handle(logging.makeLogRecord({"dagster_meta": {"dagster_event": event}}))
        times.handle(logging.makeLogRecord({"msg": "no event of Dagster"}))
        now = 112.0
    assert times.seconds() == {**dict.fromkeys(STAGES, 0), "start": 3, "intake": 5, "gate": 2.5, "rest": 1.5}
    assert sum(times.seconds().values()) == 12


def test_a_run_reports_every_stage_that_it_went_through(tmp_path: Path) -> None:
    installation = install(tmp_path, ["new_products"])
    installation.submit("2024-01/济南市工业和信息化局/产品.csv", PRODUCTS)
    outcome = installation.fuzhi("run", "--timings")
    assert list(outcome.report["seconds"]) == list(STAGES)
    worked = {stage for stage, seconds in outcome.report["seconds"].items() if seconds > 0}
    assert worked >= {"start", "intake", "models", "gate", "release", "feedback", "catalogue"}
    assert "whole run" in outcome.out
    again = installation.fuzhi("run", "--timings")
    assert again.report["seconds"] == {}
    assert "no stage ran" in again.out


def test_the_table_shows_seconds_and_shares() -> None:
    console = Console(file=io.StringIO(), width=80)
    show_timings({"intake": 3.0, "models": 1.0}, console)
    lines = [line.split() for line in console.file.getvalue().splitlines()]  # type: ignore[attr-defined]
    assert [line for line in lines if line and line[0][0] != "─"] == [
        ["stage", "seconds", "share"],
        ["intake", "3.0", "75%"],
        ["models", "1.0", "25%"],
        ["whole", "run", "4.0"],
    ]
