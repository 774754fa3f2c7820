"""What is measured, kept and shown; no test looks at how long anything takes."""

import getpass
import io
import platform
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from orchestration.settings import PROJECT
from tests.benchmarks import __main__ as bench
from tests.benchmarks.cases import FIRST, SAMPLE
from tests.benchmarks.figures import GIB, cost_table, goal_table, markdown, stage_table
from tests.benchmarks.measuring import CommandFailedError, measure
from tests.benchmarks.record import Measurement, Record, make_record
from tests.benchmarks.ways import BARE, BENCH_PYTHON, BY_HAND, FUZHI

MEBIBYTE = 2**20
# Holds 100 MiB, and so does its child.
TWO_PROCESSES = """
import subprocess, sys, time
held = b"x" * (100 * 2**20)
child = "held = b'x' * (100 * 2**20); import time; time.sleep(1)"
subprocess.run([sys.executable, "-c", child], check=True)
"""
MEASURED = (
    Measurement("csv", 100, BARE, 1, 1, 1, GIB),
    Measurement("csv", 100, FUZHI, 1, 5, 8, GIB, {"start": 3.0, "intake": 1.0}),
    *(Measurement("csv", 1_000_000, BY_HAND, number, 40 + number, 40, GIB) for number in (1, 2, 3)),
    *(Measurement("csv", 1_000_000, BARE, number, number * 3, 10, 2 * GIB) for number in (1, 2, 3)),
    *(
        Measurement("csv", 1_000_000, FUZHI, number, 12 + number, 20, GIB, {"start": 3.0, "intake": 4.0 + number})
        for number in (1, 2, 3)
    ),
    Measurement(FIRST, SAMPLE, FUZHI, 1, 25, 30, GIB, {"start": 3.0, "intake": 7.0}),
)
RECORD = Record("2024-06-30", "abc1234", False, 3, "0" * 12, {"cores": 2}, {}, {"csv 100": "97 rows, 5"}, MEASURED)


def test_the_peak_is_that_of_all_processes_together() -> None:
    peak = measure([sys.executable, "-c", TWO_PROCESSES]).peak
    assert 200 * MEBIBYTE < peak < 300 * MEBIBYTE


def test_a_command_that_fails_says_why() -> None:
    with pytest.raises(CommandFailedError, match=r"ended with 1:\nno such form"):
        measure([sys.executable, "-c", "import sys; print('read'); sys.exit('no such form')"])


def test_costs_are_medians_and_ratios_are_taken_within_a_round() -> None:
    # 13 to 3, 14 to 6, 15 to 9 seconds.
    assert cost_table(RECORD)[1:6] == [
        ("CSV, 100 rows", "bare", "1.00", "1.00", "1.00", "1.00", "1.00"),
        ("CSV, 100 rows", "fuzhi run", "5.00", "8.00", "1.00", "5.00", "8.00"),
        ("CSV, 1,000,000 rows", "by hand", "42.00", "40.00", "1.00", "7.00", "4.00"),
        ("CSV, 1,000,000 rows", "bare", "6.00", "10.00", "2.00", "1.00", "1.00"),
        ("CSV, 1,000,000 rows", "fuzhi run", "14.00", "20.00", "1.00", "2.33", "2.00"),
    ]
    assert cost_table(RECORD)[6] == ("sample, first run", "fuzhi run", "25.00", "30.00", "1.00", "", "")


def test_stages_stand_beside_what_the_process_takes_else() -> None:
    assert stage_table(RECORD) == [
        ("`fuzhi run`", "start", "intake", "process"),
        ("CSV, 100 rows", "3.0", "1.0", "1.0"),
        ("CSV, 1,000,000 rows", "3.0", "6.0", "5.0"),
        ("sample, first run", "3.0", "7.0", "15.0"),
    ]


def test_goals_are_reached_or_not_or_not_measured() -> None:
    assert goal_table(RECORD)[1:7] == [
        ("CSV, 1,000,000 rows: times faster than by hand", "at least 4×", "3.00×", "no"),
        # 14 - 5 to 6 - 1 seconds.
        ("CSV, 1,000,000 rows: times the bare script, beyond what 100 rows take", "at most 1.5×", "1.80×", "no"),
        ("CSV, 10,000,000 rows: times the bare script", "at most 1.3×", "", "not measured"),
        ("CSV, 10,000,000 rows: peak memory", "at most 6 GiB", "", "not measured"),
        (
            "xlsx, 100,000 rows: times fastexcel, cleaning and four formats, beyond what 100 rows take",
            *("at most 3×", "", "not measured"),
        ),
        ("the sample, first run", "at most 30 s", "25.00 s", "yes"),
    ]


def test_time_is_linear_where_ten_times_the_rows_take_ten_times_as_long() -> None:
    # Beyond the 5 seconds that 100 rows take: 1, then 10, then 1,000 seconds.
    assert power_of({100_000: 6, 1_000_000: 15}) == "1.00"
    assert power_of({10_000: 5.9, 100_000: 6, 1_000_000: 15, 10_000_000: 1005}) == "1.50"
    assert power_of({10_000: 6, 100_000: 15}) == ""


def power_of(seconds: dict[int, float]) -> str:
    measured = (Measurement("csv", size, FUZHI, 1, took, took, GIB) for size, took in {100: 5.0, **seconds}.items())
    return goal_table(replace(RECORD, measurements=tuple(measured)))[9][2]


def test_tables_are_shown_on_the_terminal_and_written_as_markdown() -> None:
    console = Console(file=io.StringIO(), width=116)
    bench.show(cost_table(RECORD), console)
    lines = [line.split() for line in console.file.getvalue().splitlines()]  # type: ignore[attr-defined]
    assert ["CSV,", "1,000,000", "rows", "by", "hand", "42.00", "40.00", "1.00", "7.00", "4.00"] in lines
    assert markdown([("what", "way", "s"), ("a", "b", "1.0")], left=2) == (
        "| what | way | s |\n| --- | --- | ---: |\n| a | b | 1.0 |\n"
    )


def test_a_record_is_read_back_and_names_no_machine() -> None:
    record = make_record(MEASURED, rounds=3, inputs="0" * 12, rows={"csv 100": "97 rows, 5"})
    assert Record.from_json(record.to_json()) == record
    for named in (platform.node(), str(PROJECT), str(Path.home())):
        assert named not in record.to_json()
    assert f'"{getpass.getuser()}"' not in record.to_json()


def test_figures_take_the_place_of_the_last_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    guide = tmp_path / "performance.md"
    guide.write_text("# How fast\n<!-- figures: begin -->\nold\n<!-- figures: end -->\nend\n", "utf-8")
    monkeypatch.setattr(bench, "DOC", guide)
    monkeypatch.setattr(bench, "draw", lambda kept: None)
    record = make_record(MEASURED, rounds=3, inputs="0" * 12, rows={"csv 100": "97 rows, 5"})
    bench.write_down(record, tmp_path / "record.json")
    before, figures = guide.read_text("utf-8").split("<!-- figures: begin -->\n")
    assert before == "# How fast\n"
    assert figures.endswith("| csv 100 | 97 |\n\n<!-- figures: end -->\nend\n")
    assert "| CSV, 100 rows | bare | 1.00 |" in figures
    assert "old" not in figures


def test_the_guide_has_a_place_for_the_figures() -> None:
    assert bench.FIGURES.search((PROJECT / "docs" / "performance.md").read_text("utf-8"))


@pytest.mark.skipif(not BENCH_PYTHON.exists(), reason="matplotlib is installed by `make bench` alone")
def test_the_same_record_draws_the_same_plot(tmp_path: Path) -> None:
    (tmp_path / "record.json").write_text(RECORD.to_json(), "utf-8")
    drawn = []
    for name in ("a.svg", "b.svg"):
        script = Path(bench.__file__).with_name("plot.py")
        subprocess.run([BENCH_PYTHON, script, tmp_path / "record.json", tmp_path / name], check=True)
        drawn.append((tmp_path / name).read_bytes())
    assert drawn[0] == drawn[1]
    assert all(way.encode() in drawn[0] for way in (BY_HAND, BARE, FUZHI))
