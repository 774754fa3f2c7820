"""What is kept of runs: events, reports and figures, exact; and never a value of a form."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from orchestration.assets.everything import definitions
from orchestration.watching.recording import KEPT, recorded
from orchestration.watching.stage import retried
from tests.pipeline.conftest import Installation, Outcome, install, settings_in
from tests.watching.grammar import Samples, parse

JINAN = "2024-01/济南市工业和信息化局"
# In every cell, heading and sheet of the forms, and nowhere else.
MARK = "泽泽齐"
PRODUCTS = f"""\
企业名称,统一社会信用代码,市,产品名称,类别,联系人,联系电话,{MARK}列
{MARK}甲公司,91370100MA3C00001H,济南市,{MARK}一号,新产品,{MARK}人,19900000001,{MARK}
{MARK}乙公司,{MARK}代码,{MARK}市,{MARK}二号,{MARK}类别,{MARK}人,{MARK}电话,{MARK}
"""
SCENES = f"""\
企业名称,统一社会信用代码,市,方向,场景名称,发布日期
{MARK}甲公司,91370100MA3C00001H,济南市,需求,{MARK}质检,2024-03-05
"""


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Installation, Outcome]:
    """A run in which a mart fails with an error that quotes a row, and a file is refused by its header."""
    installation = install(tmp_path_factory.mktemp("watched"), ["new_products", "scene_items"])
    installation.submit(f"{JINAN}/产品.csv", PRODUCTS)
    installation.submit(f"{JINAN}/scene_items/场景.csv", SCENES)
    installation.submit(f"{JINAN}/错.csv", f"{MARK}甲,{MARK}乙\n{MARK},{MARK}\n")
    mart = installation.settings.dbt_project / "models" / "marts" / "scene_items.sql"
    mart.write_text("select cast(scene_name as integer) as id from {{ ref('scene_items__judged') }}", "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FUZHI_LOG", "json")
        patch.setenv("FUZHI_METRICS", str(installation.settings.workspace.parent / "collected" / "fuzhi.prom"))
        return installation, installation.fuzhi("run")


def events(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "log.jsonl").read_text("utf-8").splitlines()]


def runs(installation: Installation) -> list[Path]:
    return sorted((installation.settings.workspace / "runs").iterdir())


def figures(path: Path) -> Samples:
    return parse(path.read_text("utf-8"))


def of(samples: Samples, name: str, **labels: str) -> float | None:
    return samples.get((name, frozenset(labels.items())))


def test_no_value_reaches_log_report_or_figures(ran: tuple[Installation, Outcome]) -> None:
    installation, outcome = ran
    assert outcome.exit_code == 1
    workspace = installation.settings.workspace
    issues = (workspace / "intake" / "issues.parquet", workspace / "marts" / "new_products__issues.parquet")
    assert all(MARK.encode() in path.read_bytes() for path in issues), "the forms were read"
    watched = [path for folder in ("runs", "state", "gate", "dagster") for path in (workspace / folder).rglob("*")]
    watched += [workspace / "metrics.prom", workspace.parent / "report.json", workspace.parent / "collected"]
    watched += [workspace.parent / "collected" / "fuzhi.prom"]
    assert len([path for path in watched if path.is_file()]) > 10
    assert [path for path in watched if path.is_file() and MARK.encode() in path.read_bytes()] == []
    assert MARK not in outcome.out + outcome.err


def test_the_log_is_an_event_per_stage_and_dataset(ran: tuple[Installation, Outcome]) -> None:
    installation, outcome = ran
    (folder,) = runs(installation)
    lines = events(folder)
    # A run that is forked, as here, is also told of semaphores at its end.
    said = [line for line in outcome.err.splitlines() if line.startswith("{")]
    assert said == (folder / "log.jsonl").read_text("utf-8").splitlines()
    assert len({line["run"] for line in lines}) == 1
    untimed = [{k: v for k, v in line.items() if k not in ("time", "run", "seconds", "place")} for line in lines]
    assert untimed[0] == {"level": "info", "event": "run began", "by": "fuzhi run", "engine": "duckdb"}
    by_stage = {(line.get("stage"), line.get("dataset")): line for line in untimed if line["event"] == "stage"}
    told = {"event": "stage", "level": "info", "outcome": "done"}
    assert by_stage["intake", None] == {**told, "stage": "intake", "files": 3, "refused": 1, "read_anew": 3}
    assert by_stage["intake", "new_products"] == {
        **told, "stage": "intake", "dataset": "new_products", "files": 1, "read": 2, "issues": 1,
    }  # fmt: skip
    models = by_stage["models", "new_products"]
    names = ("outcome", "not_built", "read", "published", "superseded", "quarantined", "ignored")
    assert [models[name] for name in names] == ["done", 0, 2, 1, 0, 1, 0]
    assert (by_stage["models", "scene_items"]["outcome"], by_stage["models", "scene_items"]["level"]) == (
        "failed", "error",
    )  # fmt: skip
    assert by_stage["gate", "new_products"]["outcome"] == "done"
    assert by_stage["release", "new_products"] == {
        **told, "stage": "release", "dataset": "new_products", "version": "1.0.0", "new": True, "rows": 1,
    }  # fmt: skip
    assert ("release", "scene_items") not in by_stage
    assert untimed[-1] == {
        "level": "error", "event": "run ended", "outcome": "failed", "released": 1, "refused": 1,
    }  # fmt: skip


def test_the_report_of_the_run_is_kept(ran: tuple[Installation, Outcome]) -> None:
    installation, outcome = ran
    (folder,) = runs(installation)
    kept = json.loads((folder / "report.json").read_text("utf-8"))
    assert (kept["outcome"], kept["by"], kept["error"]) == ("failed", "fuzhi run", None)
    assert kept["report"] == outcome.report
    assert kept["began"] < kept["ended"]


def test_the_figures_are_those_of_the_run_and_of_what_is_published(ran: tuple[Installation, Outcome]) -> None:
    installation, outcome = ran
    settings = installation.settings
    text = (settings.workspace / "metrics.prom").read_text("utf-8")
    assert (settings.workspace.parent / "collected" / "fuzhi.prom").read_text("utf-8") == text
    assert installation.fuzhi("metrics").out == text
    samples = parse(text)
    assert of(samples, "fuzhi_last_run_succeeded") == 0
    assert of(samples, "fuzhi_runs_total", outcome="failed") == 1
    assert of(samples, "fuzhi_last_success_timestamp_seconds") is None
    rows = {one: of(samples, "fuzhi_rows", dataset="new_products", outcome=one) for one in ("read", "quarantined")}
    assert rows == {"read": 2, "quarantined": 1}
    assert of(samples, "fuzhi_submissions_refused") == 1
    assert of(samples, "fuzhi_submissions_refused_by_code", code="dataset_unknown") == 1
    assert of(samples, "fuzhi_gate", dataset="new_products", state="green") == 1
    assert of(samples, "fuzhi_gate", dataset="scene_items", state="red") is None, "it was not asked"
    # 1 January 2024 in UTC, for the round does not say when it closed.
    assert of(samples, "fuzhi_data_timestamp_seconds", dataset="new_products") == 1704067200
    release = settings.published / "new_products" / "1.0.0"
    size = sum(path.stat().st_size for path in release.iterdir())
    assert of(samples, "fuzhi_published_bytes", dataset="new_products") == size
    stages = {
        stage: of(samples, "fuzhi_last_run_stage_duration_seconds", stage=stage) for stage in ("intake", "models")
    }
    assert stages == {stage: outcome.report["seconds"][stage] for stage in stages}


def test_a_run_that_dagster_has_started_is_kept_as_well(
    ran: tuple[Installation, Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    installation, _ = ran
    settings = installation.settings
    before = dict(os.environ)
    try:
        job = definitions(settings).resolve_job_def("publish")
        with dg.DagsterInstance.ephemeral() as instance:
            result = job.execute_in_process(instance=instance, raise_on_error=False)
    finally:
        os.environ.clear()
        os.environ.update(before)
    assert not result.success
    folder = next(path for path in runs(installation) if path.name.endswith(result.run_id[:8]))
    assert {line["run"] for line in events(folder)} == {result.run_id}
    kept = json.loads((folder / "report.json").read_text("utf-8"))
    assert (kept["by"], kept["outcome"]) == ("dagster", "failed")
    assert [one["version"] for one in kept["report"]["datasets"]] == ["1.0.0", None]
    assert of(figures(settings.workspace / "metrics.prom"), "fuzhi_runs_total", outcome="failed") == 2
    assert MARK.encode() not in b"".join(path.read_bytes() for path in folder.iterdir())


def test_of_an_error_type_and_place_are_kept_and_no_text(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    with pytest.raises(ValueError), recorded(settings, "a test"):
        int(MARK)
    (folder,) = (settings.workspace / "runs").iterdir()
    assert events(folder)[-1]["error"] == "ValueError"
    assert MARK not in (folder / "log.jsonl").read_text("utf-8") + (folder / "report.json").read_text("utf-8")
    assert of(figures(settings.workspace / "metrics.prom"), "fuzhi_last_run_succeeded") == 0


def test_so_many_runs_are_kept_and_what_found_nothing_to_do_is_none(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    for number in range(KEPT + 2):
        (settings.workspace / "runs" / f"20200101T{number:06}Z-old").mkdir(parents=True)
    with recorded(settings, "a test", news=False):
        retried("rest")
    assert len(list((settings.workspace / "runs").iterdir())) == KEPT + 2
    with recorded(settings, "a test"):
        retried("rest")
    names = sorted(path.name for path in (settings.workspace / "runs").iterdir())
    assert (len(names), names[0]) == (KEPT, "20200101T000003Z-old")
    samples = figures(settings.workspace / "metrics.prom")
    assert of(samples, "fuzhi_retries_total", what="rest") == 2
    assert of(samples, "fuzhi_runs_total", outcome="succeeded") == 2


def test_a_format_of_the_log_that_there_is_none_of_is_refused(ran: tuple[Installation, Outcome]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FUZHI_LOG", "xml")
        outcome = ran[0].fuzhi("run")
    assert (outcome.exit_code, outcome.err.strip()) == (2, "✗ FUZHI_LOG is neither text nor json")
