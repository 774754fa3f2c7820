"""What a release takes from the workspace."""

from __future__ import annotations

import hashlib
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.quality.check import GateError
from orchestration.release import ReleaseError, publish
from orchestration.settings import Settings
from tests.release.marts import ARROW, CONTRACTS, PROJECT, SCENES, VALIDATION, scenes, write_mart

CORE = ("morning_star_factories", "new_products", "scene_items")


def settings(tmp_path, submissions, made_up=False):
    found = Settings(PROJECT, tmp_path / "inbox", tmp_path / "workspace", tmp_path / "published")
    for folder in (found.inbox / "2024-02", found.marts, found.verdicts, found.workspace / "intake"):
        folder.mkdir(parents=True)
    (found.inbox / "2024-02" / "round.yaml").write_text("closed_on: 2024-09-30\n", "utf-8")
    if made_up:
        (found.inbox / "inbox.yaml").write_text("made_up: true\n", "utf-8")
    texts = [(name, pa.string()) for name in ("submission", "round", "submitter", "file", "dataset", "status")]
    rows = [
        {"submission": f"{round_}/王小明/{number}/secret.xlsx", "round": round_, "submitter": "王小明",
         "file": f"{number % 2:064x}", "dataset": dataset, "status": status, "rows_read": 1}
        for number, (round_, dataset, status) in enumerate(submissions)
    ]  # fmt: skip
    table = pa.Table.from_pylist(rows, schema=pa.schema([*texts, ("rows_read", pa.int64())]))
    pq.write_table(table, found.workspace / "intake" / "submissions.parquet")
    for dataset in CORE:
        contract = CONTRACTS[dataset]
        mart = found.marts / f"{dataset}.parquet"
        write_mart(mart, contract, scenes(3) if dataset == "scene_items" else [])
        (found.verdicts / f"{dataset}.json").write_bytes(VALIDATION)
        (found.verdicts / f"{dataset}.sha256").write_text(hashlib.sha256(mart.read_bytes()).hexdigest(), "utf-8")
        write_accounts(found, dataset, [row["submission"] for row in rows if row["dataset"] == dataset])
        write_staged(found, contract)
    return found


def write_accounts(found, dataset, submissions):
    columns = {name: [1] * len(submissions) for name in ("published",)}
    columns |= {name: [0] * len(submissions) for name in ("superseded", "quarantined", "ignored")}
    table = pa.table({"submission": pa.array(submissions, pa.string()), **columns})
    pq.write_table(table, found.marts / f"{dataset}__accounts.parquet")


def write_staged(found, contract):
    """A staging table without rows: what the privacy gate compares with."""
    private = [(field.name, ARROW[field.type]) for field in contract.fields if not field.public]
    schema = pa.schema([("id", pa.string()), *private])
    pq.write_table(schema.empty_table(), found.marts / f"stg_{contract.name}.parquet")


SUBMISSIONS = [
    ("2024-01", "scene_items", "read"),
    ("2024-02", "scene_items", "read"),
    ("2024-02", "scene_items", "read"),
    ("2024-03", "new_products", "read"),
    ("2024-04", None, "refused"),
]


def test_a_release_is_dated_by_its_latest_round_and_names_its_rounds(tmp_path):
    outcome = publish(settings(tmp_path, SUBMISSIONS), SCENES, CONTRACTS)
    said = json.loads((outcome.folder / "datapackage.json").read_text("utf-8"))
    assert (outcome.version, outcome.rows, said["created"]) == ("1.0.0", 3, "2024-09-30T00:00:00Z")
    assert said["sources"][1]["title"].endswith("（批次：2024-01、2024-02）")
    assert (outcome.folder / "validation.json").read_bytes() == VALIDATION
    assert said["sample"] is False


def test_names_of_submitters_and_files_are_not_published(tmp_path):
    folder = publish(settings(tmp_path, SUBMISSIONS), SCENES, CONTRACTS).folder
    for path in [*folder.iterdir(), folder.parent / "latest.json"]:
        content = path.read_bytes()
        assert "王小明".encode() not in content and b"secret.xlsx" not in content


def test_a_dataset_that_nobody_sent_is_dated_by_the_latest_round_of_all(tmp_path):
    outcome = publish(settings(tmp_path, SUBMISSIONS), CONTRACTS["morning_star_factories"], CONTRACTS)
    said = json.loads((outcome.folder / "datapackage.json").read_text("utf-8"))
    assert (outcome.rows, said["created"]) == (0, "2024-01-01T00:00:00Z")
    assert len(said["sources"]) == 1


def test_a_made_up_inbox_gives_marked_releases(tmp_path):
    folder = publish(settings(tmp_path, SUBMISSIONS, made_up=True), SCENES, CONTRACTS).folder
    assert json.loads((folder / "datapackage.json").read_text("utf-8"))["title"] == "场景供需项目（样例数据）"


def test_a_table_that_the_gate_has_not_judged_is_not_released(tmp_path):
    found = settings(tmp_path, SUBMISSIONS)
    write_mart(found.marts / "scene_items.parquet", SCENES, scenes(4))
    with pytest.raises(GateError, match="scene_items: the gate has not judged this table"):
        publish(found, SCENES, CONTRACTS)
    (found.verdicts / "scene_items.json").unlink()
    with pytest.raises(GateError, match="scene_items: the gate has not judged this table"):
        publish(found, SCENES, CONTRACTS)


def test_a_table_that_the_gate_found_red_is_not_released(tmp_path):
    found = settings(tmp_path, SUBMISSIONS)
    (found.verdicts / "scene_items.json").write_bytes(VALIDATION.replace(b"true", b"false"))
    with pytest.raises(GateError, match="scene_items: the gate is red"):
        publish(found, SCENES, CONTRACTS)
    assert not (found.published / "scene_items").exists()


def test_a_table_whose_rows_do_not_add_up_is_not_released(tmp_path):
    found = settings(tmp_path, SUBMISSIONS)
    write_accounts(found, "scene_items", [])
    with pytest.raises(ReleaseError, match="scene_items: its rows do not add up"):
        publish(found, SCENES, CONTRACTS)


def test_nothing_sent_at_all_is_no_release(tmp_path):
    with pytest.raises(ReleaseError, match="nothing was submitted in any round"):
        publish(settings(tmp_path, []), SCENES, CONTRACTS)
