"""Five rounds and one in which nothing is new: the versions, the changes and the words that a person would write."""

from __future__ import annotations

import datetime
import json
from dataclasses import replace

import pytest

from orchestration.release import release
from tests.release.marts import SCENES, VALIDATION, scene, write_mart

HEADER = "key,kind,column,old,new\n"
# What the contract said at first, then with a column more, then with that column under another name.
AT_FIRST = replace(SCENES, fields=tuple(field for field in SCENES.fields if field.name != "investment"))
WITH_INVESTMENT = SCENES
RENAMED = replace(
    SCENES,
    fields=tuple(
        replace(field, name="planned_investment", title="计划投资额", title_en="Planned investment")
        if field.name == "investment"
        else field
        for field in SCENES.fields
    ),
)
FIRST = [scene(number) for number in range(1, 6)]
# Round 2: two corrections in one row, one in another, and two new rows.
GROWN = [
    FIRST[0],
    scene(2, scene_name="更正的名称", matching_status="已对接"),
    FIRST[2],
    scene(4, valid_until=None),
    FIRST[4],
    scene(6),
    scene(7),
]
SHRUNK = [row for row in GROWN if row["id"] != "scene-000005"]
MOVED = [{**row, "planned_investment": row["investment"]} for row in SHRUNK]
ROUNDS = [
    (AT_FIRST, FIRST, datetime.date(2024, 3, 5)),
    (AT_FIRST, GROWN, datetime.date(2024, 6, 30)),
    (AT_FIRST, SHRUNK, datetime.date(2024, 9, 30)),
    (WITH_INVESTMENT, SHRUNK, datetime.date(2024, 12, 31)),
    (RENAMED, MOVED, datetime.date(2025, 3, 31)),
    (RENAMED, MOVED, datetime.date(2025, 6, 30)),
]


@pytest.fixture(scope="module")
def rounds(tmp_path_factory):
    """The outcome of each round, released one after the other into the same folder."""
    folder = tmp_path_factory.mktemp("rounds")
    return [
        release(
            contract,
            write_mart(folder / f"{number}.parquet", contract, [only(row, contract) for row in rows]),
            VALIDATION,
            folder / "published",
            created=day,
        )
        for number, (contract, rows, day) in enumerate(ROUNDS, start=1)
    ]


def only(row, contract):
    public = {"id", "round", *(field.name for field in contract.public_fields)}
    return {name: value for name, value in row.items() if name in public}


def text(outcome, name):
    return (outcome.folder / name).read_text("utf-8")


def change(outcome):
    return json.loads(text(outcome, "datapackage.json"))["change"]


def test_the_versions_and_their_reasons(rounds):
    told = [
        (one.version, one.new, [(reason.level, reason.code, reason.subject) for reason in one.reasons])
        for one in rounds
    ]
    assert told == [
        ("1.0.0", True, []),
        ("1.1.0", True, [("minor", "rows_added", "2"), ("patch", "values_changed", "2")]),
        ("1.1.1", True, [("patch", "rows_removed", "1")]),
        ("1.2.0", True, [("minor", "column_added", "investment")]),
        (
            "2.0.0",
            True,
            [("major", "column_removed", "investment"), ("minor", "column_added", "planned_investment")],
        ),
        ("2.0.0", False, []),
    ]
    home = rounds[0].folder.parent
    assert sorted(path.name for path in home.iterdir()) == ["1.0.0", "1.1.0", "1.1.1", "1.2.0", "2.0.0", "latest.json"]


def test_the_changes_line_by_line(rounds):
    assert [text(one, "changes.csv") for one in rounds[:5]] == [
        HEADER,
        HEADER + "scene-000002,changed,scene_name,场景2,更正的名称\n"
        "scene-000002,changed,matching_status,待对接,已对接\n"
        "scene-000004,changed,valid_until,2026-12-31,\n"
        "scene-000006,added,,,\n"
        "scene-000007,added,,,\n",
        HEADER + "scene-000005,removed,,,\n",
        HEADER,
        HEADER,
    ]


def test_the_package_tells_the_same(rounds):
    assert change(rounds[1]) == {
        "previous": "1.0.0",
        "reasons": [
            {"level": "minor", "code": "rows_added", "subject": "2"},
            {"level": "patch", "code": "values_changed", "subject": "2"},
        ],
        "rows": {"added": 2, "removed": 0, "changed": 2},
        "cells": {"scene_name": 1, "valid_until": 1, "matching_status": 1},
        "withheld": 0,
        "columns": {"added": [], "removed": [], "renamed": []},
        "accepted": [],
    }
    assert change(rounds[3])["columns"] == {"added": ["investment"], "removed": [], "renamed": []}
    assert change(rounds[4])["columns"] == {
        "added": ["planned_investment"],
        "removed": ["investment"],
        "renamed": [{"from": "investment", "to": "planned_investment"}],
    }


def test_the_notes_of_a_first_version(rounds):
    assert text(rounds[0], "CHANGES.md") == (
        """\
# 场景供需项目1.0.0版的变化

| | |
|---|---|
| 版本 | 1.0.0 |
| 上一版本 | 无 |
| 日期 | 2024年3月5日 |

首个版本，没有可比的上一版本，因此`changes.csv`只有表头。

---

# Scene supply and demand items: changes in version 1.0.0

| | |
|---|---|
| Version | 1.0.0 |
| Previous version | none |
| Date | 5 March 2024 |

The first version: there is none before it to compare with, so `changes.csv` has its header alone.
"""
    )


def test_the_notes_of_corrections_and_additions(rounds):
    assert text(rounds[1], "CHANGES.md") == (
        """\
# 场景供需项目1.1.0版的变化

| | |
|---|---|
| 版本 | 1.1.0 |
| 上一版本 | 1.0.0 |
| 日期 | 2024年6月30日 |
| 版本级别 | 次版本：数据或列有增加 |
| 新增的行 | 2 |
| 删除的行 | 0 |
| 更正的行 | 2 |

## 为何有这一版本

- 新增2行（次版本）
- 更正2行中的值（修订）

## 更正了多少单元格

| 列 | 单元格 |
|---|---:|
| `scene_name`（场景名称） | 1 |
| `valid_until`（有效期至） | 1 |
| `matching_status`（对接状态） | 1 |

每个新增、删除的行和每个更正的单元格见`changes.csv`。新增或删除的列不逐行列出。

---

# Scene supply and demand items: changes in version 1.1.0

| | |
|---|---|
| Version | 1.1.0 |
| Previous version | 1.0.0 |
| Date | 30 June 2024 |
| Kind of version | minor: data or columns were added |
| Rows added | 2 |
| Rows removed | 0 |
| Rows changed | 2 |

## Why there is a new version

- Rows added: 2 (minor)
- Rows with corrected values: 2 (patch)

## Cells changed

| Column | Cells |
|---|---:|
| `scene_name` (Scene name) | 1 |
| `valid_until` (Valid until) | 1 |
| `matching_status` (Matching status) | 1 |

`changes.csv` lists every row that was added or removed and every cell that was changed. Columns that were added or \
removed have no lines there.
"""
    )


def test_the_notes_of_a_renamed_column(rounds):
    chinese, english = text(rounds[4], "CHANGES.md").split("\n---\n")
    assert "| 版本级别 | 主版本：表的结构有变，读取它的程序可能需要调整 |\n" in chinese
    assert (
        """\
## 为何有这一版本

- 删除列`investment`（投资额）（主版本）
- 新增列`planned_investment`（计划投资额）（次版本）

## 可能改名的列

- `investment`（投资额）看来改名为`planned_investment`（计划投资额）：两列的值基本相同。
"""
        in chinese
    )
    assert (
        """\
## Why there is a new version

- Column removed: `investment` (Investment) (major)
- Column added: `planned_investment` (Planned investment) (minor)

## Columns that look renamed

- `investment` (Investment) looks renamed to `planned_investment` (Planned investment): their values agree.
"""
        in english
    )


def test_the_correction_of_a_leak_is_published_and_does_not_repeat_it(tmp_path):
    # A mobile number that a gate of long ago let pass: the release that has it is made without today's gate.
    leak, clean = ([scene(1, description=text), scene(2)] for text in ("手机13912345678", "见附件"))
    first = release(
        SCENES,
        write_mart(tmp_path / "mart.parquet", SCENES, [clean[0], clean[1]]),
        VALIDATION,
        tmp_path / "published",
        created=datetime.date(2024, 3, 5),
    )
    (first.folder / "scene_items.parquet").chmod(0o644)
    write_mart(first.folder / "scene_items.parquet", SCENES, leak)
    descriptor = first.folder / "datapackage.json"
    said = json.loads(descriptor.read_text("utf-8"))
    said["resources"][0]["hash"] = "sha256:of the leak"
    descriptor.chmod(0o644)
    descriptor.write_text(json.dumps(said), "utf-8")
    mart = write_mart(tmp_path / "mart.parquet", SCENES, clean)
    outcome = release(SCENES, mart, VALIDATION, tmp_path / "published", created=datetime.date(2024, 3, 5))
    assert (outcome.version, text(outcome, "changes.csv")) == (
        "1.0.1",
        HEADER + "scene-000001,changed,description,,见附件\n",
    )
    assert change(outcome)["withheld"] == 1
    assert "\n其中1个单元格的旧值含有个人信息，`changes.csv`不再列出。\n" in text(outcome, "CHANGES.md")


def test_what_was_accepted_is_told_in_notes_and_package(tmp_path):
    accepted = {
        "guard": "shrink",
        "counts": {"part": 3, "whole": 5},
        "sentence": "行数不应比上一版本减少两成或更多：3 / 5（60%），应多于80%。",
        "sentence_en": "The table must not lose a fifth of the rows of the last release, or more: 3 / 5 (60%).",
    }
    said = json.dumps({"success": True, "accepted": [accepted]}).encode()
    for rows, validation in ((FIRST, VALIDATION), (FIRST[:3], said)):
        mart = write_mart(tmp_path / "mart.parquet", SCENES, rows)
        outcome = release(SCENES, mart, validation, tmp_path / "published", created=datetime.date(2024, 3, 5))
    assert change(outcome)["accepted"] == [accepted]
    chinese, english = text(outcome, "CHANGES.md").split("\n---\n")
    assert (
        "## 经确认发布\n\n与上一版本的比对有未通过的，经人工确认变化属实后发布（`fuzhi run --accept`）：\n\n"
        f"- {accepted['sentence']}\n"
    ) in chinese
    assert f"- {accepted['sentence_en']}\n" in english
