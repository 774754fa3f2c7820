"""A large form: its workbook has the rows with faults alone; many faults are all counted, the first are listed."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from orchestration.contracts import load_contracts
from orchestration.feedback import judged as judging
from orchestration.feedback.writing import write_feedback
from orchestration.settings import Settings
from tests.feedback.judged_inbox import DATASET, FAULTS, HEADER, ROWS, judge, place_of, settings_in
from tests.feedback.test_feedback import WRITERS


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(judging, "LARGE", 2)
    return settings_in(tmp_path)


def answer(settings: Settings) -> tuple[Path, dict[str, object], str]:
    """The workbook, the JSON and the letter."""
    (written,) = write_feedback(settings, load_contracts(settings.schemas)[DATASET])
    assert written.workbook is not None
    stem = written.workbook.name.removesuffix(".xlsx")
    said = json.loads((written.folder / f"{stem}.json").read_text("utf-8"))
    return written.workbook, said, (written.folder / f"{stem}.md").read_text("utf-8")


@pytest.mark.parametrize("ending", ["xlsx", "csv", "docx"])
def test_only_rows_with_faults_are_shown_each_under_its_number(settings: Settings, ending: str) -> None:
    WRITERS[ending](place_of(settings, f"晨星工厂.{ending}"))
    judge(settings, [fault for fault in FAULTS if fault["row_no"] == 3])
    workbook, said, letter = answer(settings)
    sheet = openpyxl.load_workbook(workbook).worksheets[1]
    rows = {row[0].row: [cell.value for cell in row] for row in sheet.iter_rows() if any(cell.value for cell in row)}
    assert rows == {1: HEADER, 3: ROWS[2]}
    assert sheet["A3"].comment is not None
    # Rows that are not written are hidden.
    assert sheet.sheet_format.zeroHeight
    assert not any(sheet.row_dimensions[number].hidden for number in (1, 3))
    assert said["workbook"] == "excerpt"
    assert said["issues_not_listed"] == 0
    assert "只列出有问题的行" in letter
    assert "its rows with issues alone, each under its number" in letter


def test_of_many_faults_the_first_are_listed_and_all_are_counted(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "LISTED", 1)
    WRITERS["csv"](place_of(settings, "晨星工厂.csv"))
    judge(settings, [*FAULTS, {**FAULTS[0], "cell": "B3", "row_no": 3}, {**FAULTS[0], "cell": "B4", "row_no": 4}])
    workbook, said, letter = answer(settings)
    assert [issue["cell"] for issue in said["issues"]] == ["B2"]  # type: ignore[attr-defined]
    assert said["issues_not_listed"] == 4
    assert said["issues_by_severity"] == {"error": 3, "warning": 2, "info": 0}
    lines = {line["code"]: line for line in said["to_mend"]}  # type: ignore[attr-defined]
    assert {code: (line["count"], line["places_en"]) for code, line in lines.items()} == {
        "uscc_malformed": (3, "csv: B2 … and 2 more"),
        "code_retired": (1, "… and 1 more"),
        "repeated_in_submission": (1, "… and 1 more"),
    }
    assert "（共5处）" in letter
    assert "其中前1处在工作簿中标出" in letter
    assert [cell.comment is not None for cell in openpyxl.load_workbook(workbook).worksheets[1]["B"]] == [False, True]


def test_a_clean_large_form_is_answered_with_its_header(settings: Settings) -> None:
    WRITERS["csv"](place_of(settings, "晨星工厂.csv"))
    judge(settings, [])
    workbook, said, letter = answer(settings)
    sheet = openpyxl.load_workbook(workbook).worksheets[1]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [HEADER]
    assert said["issues"] == []
    assert "没有发现问题" in letter
