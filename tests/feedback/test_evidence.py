"""What is written for the operator: each issue that no single submission shows, its rows, whatever the texts hold."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.assets.feedback import feedback_assets
from orchestration.assets.workspace import workspace_resource
from orchestration.contracts import load_contracts
from orchestration.feedback.evidence import SHOWN, evidence_files, has_evidence, write_evidence
from orchestration.settings import PROJECT, Settings

CONTRACTS = load_contracts(PROJECT / "schemas")
ENTERPRISES = CONTRACTS["enterprises"]
COLUMNS = ("code", "subject", "dataset", "id", "round", "org_name", "uscc")
ONE_NAME = [
    ("name_several_usccs", "样例戊", "new_products", "0004", "2022-01", "样例戊", "91370100MA3C00001H"),
    ("name_several_usccs", "样例戊", "scene_items", "0005", "2024-01", "样例戊", "91370200MA3C00002R"),
]
TWO_NAMES = [
    ("uscc_several_names", "91370400MA3C000037", "new_products", "0001", "2024-01", "样例甲", "91370400MA3C000037"),
    ("uscc_several_names", "91370400MA3C000037", "new_products", "0002", "2024-02", "样例乙", "91370400MA3C000037"),
    ("uscc_several_names", "91370400MA3C000037", "vr_centers", "0003", "2024-02", "样例乙", "91370400MA3C000037"),
]
TEXT = """\
# 企业：请平台核实

## 同一名称有多个统一社会信用代码。

请核实是否确为不同的企业，并告知填错的报送单位。 共1项。

| `subject` | `dataset` | `id` | `round` | `org_name` | `uscc` |
| --- | --- | --- | --- | --- | --- |
| 样例戊 | new_products | 0004 | 2022-01 | 样例戊 | 91370100MA3C00001H |
| 样例戊 | scene_items | 0005 | 2024-01 | 样例戊 | 91370200MA3C00002R |

## 同一统一社会信用代码有多个名称，以最近一次有效报送的为准。

请核实企业是否更名，并告知填错的报送单位。 共1项。

| `subject` | `dataset` | `id` | `round` | `org_name` | `uscc` |
| --- | --- | --- | --- | --- | --- |
| 91370400MA3C000037 | new_products | 0001 | 2024-01 | 样例甲 | 91370400MA3C000037 |
| 91370400MA3C000037 | new_products | 0002 | 2024-02 | 样例乙 | 91370400MA3C000037 |
| 91370400MA3C000037 | vr_centers | 0003 | 2024-02 | 样例乙 | 91370400MA3C000037 |

---

# Enterprises: for the operator to look into

## One name stands with several unified social credit codes.

Find out whether these are different enterprises, and tell the submitter who got it wrong. 1 in all.

| `subject` | `dataset` | `id` | `round` | `org_name` | `uscc` |
| --- | --- | --- | --- | --- | --- |
| 样例戊 | new_products | 0004 | 2022-01 | 样例戊 | 91370100MA3C00001H |
| 样例戊 | scene_items | 0005 | 2024-01 | 样例戊 | 91370200MA3C00002R |

## One unified social credit code stands under several names; the latest valid one counts.

Find out whether the enterprise was renamed, and tell the submitter who got it wrong. 1 in all.

| `subject` | `dataset` | `id` | `round` | `org_name` | `uscc` |
| --- | --- | --- | --- | --- | --- |
| 91370400MA3C000037 | new_products | 0001 | 2024-01 | 样例甲 | 91370400MA3C000037 |
| 91370400MA3C000037 | new_products | 0002 | 2024-02 | 样例乙 | 91370400MA3C000037 |
| 91370400MA3C000037 | vr_centers | 0003 | 2024-02 | 样例乙 | 91370400MA3C000037 |
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(PROJECT, tmp_path / "inbox", tmp_path / "workspace", tmp_path / "published")
    settings.inbox.mkdir()
    settings.marts.mkdir(parents=True)
    return settings


def write(settings: Settings, rows: list[tuple[Any, ...]]) -> dict[str, int]:
    """Write the model `enterprises__issues` as dbt leaves it, and what is made of it."""
    columns = {name: pa.array([row[n] for row in rows], pa.string()) for n, name in enumerate(COLUMNS)}
    pq.write_table(pa.table(columns), settings.marts / "enterprises__issues.parquet")
    return write_evidence(settings, ENTERPRISES)


def text(settings: Settings) -> str:
    return (settings.workspace / "operator" / "enterprises.md").read_text("utf-8")


def test_one_name_of_two_codes_and_two_names_of_one_code(settings: Settings) -> None:
    assert write(settings, ONE_NAME + TWO_NAMES) == {"name_several_usccs": 1, "uscc_several_names": 1}
    assert text(settings) == TEXT
    assert (settings.workspace / "operator" / "enterprises.csv").read_text("utf-8") == "".join(
        ",".join(f'"{value}"' for value in row) + "\n" for row in (COLUMNS, *ONE_NAME, *TWO_NAMES)
    )
    assert [path.name for path in evidence_files(settings)] == ["enterprises.md"]


def test_nothing_to_look_into_is_said_too(settings: Settings) -> None:
    assert write(settings, []) == {}
    assert text(settings) == (
        "# 企业：请平台核实\n\n没有需要核实的事项。\n\n---\n\n"
        "# Enterprises: for the operator to look into\n\nThere is nothing to look into.\n"
    )


def test_made_up_data_says_that_it_is(settings: Settings) -> None:
    (settings.inbox / "inbox.yaml").write_text("made_up: true\n", "utf-8")
    write(settings, TWO_NAMES)
    assert "\n\n**样例：其中的单位和数据均属虚构，仅用于演示。**\n\n## 同一统一社会信用代码" in text(settings)
    assert "\n\n**Sample: the organisations and the data here are made up for demonstration.**\n\n## One" in text(
        settings
    )


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("甲|乙", "甲\\|乙"),
        ("甲\n| --- |\r\n乙", "甲 \\| --- \\| 乙"),
        ("甲\u2028乙\x85丙", "甲 乙 丙"),
        ("# 甲", "# 甲"),
        ('"甲","乙"', '"甲","乙"'),
    ],
)
def test_awkward_names_stay_in_their_cell(settings: Settings, name: str, shown: str) -> None:
    rows = [(*TWO_NAMES[0][:5], name, TWO_NAMES[0][6]), TWO_NAMES[1]]
    write(settings, rows)
    line = f"| 91370400MA3C000037 | new_products | 0001 | 2024-01 | {shown} | 91370400MA3C000037 |"
    assert text(settings).split("\n").count(line) == 2
    assert len(text(settings).splitlines()) == 23
    with (settings.workspace / "operator" / "enterprises.csv").open(encoding="utf-8", newline="") as file:
        assert [tuple(row) for row in csv.reader(file)] == [COLUMNS, *rows]


def test_a_value_that_is_missing_is_an_empty_cell(settings: Settings) -> None:
    write(settings, [(*TWO_NAMES[0][:4], None, *TWO_NAMES[0][5:]), TWO_NAMES[1]])
    assert "| new_products | 0001 |  | 样例甲 |" in text(settings)


def test_so_many_are_shown_and_all_of_them_are_in_the_table(settings: Settings) -> None:
    many = [("uscc_several_names", f"U{n:03}", "vr_centers", f"{n}{m}", "2024-01", m, f"U{n:03}")
            for n in range(SHOWN + 2) for m in "甲乙"]  # fmt: skip
    assert write(settings, many) == {"uscc_several_names": SHOWN + 2}
    chinese, english = text(settings).split("\n\n---\n\n")
    assert "共52项。" in chinese and chinese.endswith("另有2项，全部见`enterprises.csv`。")
    assert "52 in all." in english and english.endswith("2 more; all of them are in `enterprises.csv`.\n")
    assert (chinese.count("| U049 |"), chinese.count("| U050 |")) == (4, 0)
    table = pq.read_table(settings.marts / "enterprises__issues.parquet")
    assert (settings.workspace / "operator" / "enterprises.csv").read_text("utf-8").count("\n") == table.num_rows + 1


def test_dagster_is_told_counts_and_the_folder_and_no_value(settings: Settings) -> None:
    write(settings, ONE_NAME + TWO_NAMES)
    (settings.workspace / "operator" / "enterprises.md").unlink()
    assets = [one for one in feedback_assets(settings, {"enterprises": ENTERPRISES}) if "refused" not in one.key.path]
    result = dg.materialize(assets, resources={"workspace": workspace_resource(settings)})
    (event,) = result.get_asset_materialization_events()
    assert {name: value.value for name, value in event.materialization.metadata.items()} == {
        "name_several_usccs": 1, "uscc_several_names": 1, "folder": str(settings.workspace / "operator"),
    }  # fmt: skip
    assert text(settings) == TEXT


def test_a_text_that_says_the_same_is_not_written_again(settings: Settings) -> None:
    write(settings, TWO_NAMES)
    path = settings.workspace / "operator" / "enterprises.md"
    inode = path.stat().st_ino
    write(settings, TWO_NAMES)
    assert path.stat().st_ino == inode
    write(settings, ONE_NAME)
    assert "样例戊" in text(settings)


def test_only_a_dataset_with_such_a_model_has_evidence(settings: Settings) -> None:
    assert [name for name, contract in CONTRACTS.items() if has_evidence(settings, contract)] == ["enterprises"]
