"""The report of a run, as JSON and as the table on the terminal."""

import io
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from orchestration.running.report import DatasetReport, RefusedFile, Report, without_news, write_report
from orchestration.running.table import show
from orchestration.settings import Settings

TOOLS = DatasetReport("tools", "工具", 2, 1_234, 1_000, 200, 30, 4, "1.1.0", new=True, gate="green")
REPORT = Report(
    made_up=True,
    exit_code=1,
    datasets=(TOOLS, replace(TOOLS, dataset="others", version=None, new=False, gate="red")),
    refused=(RefusedFile("2024-01/a/[坏].csv", "file_empty", "文件是空的。", "The file is empty."),),
    undated_rounds=("2024-01",),
    seconds={"intake": 1.25, "rest": 0.5},
)


def shown(report: Report) -> list[str]:
    console = Console(file=io.StringIO(), width=116)
    show(report, Settings(Path("/p"), Path("/i"), Path("/w"), Path("/p/published")), console)
    text: str = console.file.getvalue()  # type: ignore[attr-defined]
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def test_json_gives_back_the_report(tmp_path: Path) -> None:
    write_report(REPORT, tmp_path / "new" / "report.json")
    read = Report.from_json((tmp_path / "new" / "report.json").read_text("utf-8"))
    assert read == REPORT
    assert read.seconds == {"intake": 1.25, "rest": 0.5}


def test_two_runs_that_came_to_the_same_may_have_taken_different_times() -> None:
    assert replace(REPORT, seconds={"intake": 9.0}) == REPORT


def test_a_run_that_found_nothing_to_do_has_no_news() -> None:
    assert [one.new for one in without_news(REPORT).datasets] == [False, False]
    assert without_news(REPORT).datasets[0].version == "1.1.0"
    assert without_news(REPORT).seconds == {}


def test_the_table_says_what_became_of_the_rows() -> None:
    lines = shown(REPORT)
    assert set(lines.pop(3)) == {"─"}
    assert lines == [
        "样例数据，纯属虚构 · sample data, made up",
        "= + + +",
        "dataset files read published superseded quarantined ignored version gate",
        "tools 2 1,234 1,000 200 30 4 1.1.0 new ✓ green",
        "others 2 1,234 1,000 200 30 4 – ✗ red",
        "1 file refused · 未接收的文件",
        "2024-01/a/[坏].csv",
        "文件是空的。 The file is empty.",
        "批次2024-01没有截止日期，由其发布的版本以该年1月1日为日期。"
        " Round 2024-01 has no closing date; what is released from it is dated 1 January of its year.",
        "1 new release in /p/published",
        "what was held back and why: /w/marts",
    ]


def test_a_red_run_without_releases_does_not_say_that_nothing_changed() -> None:
    assert "no new release in /p/published" in shown(without_news(REPORT))
    assert "nothing has changed, no new release in /p/published" in shown(replace(without_news(REPORT), exit_code=0))
