"""`make bench`: measures `fuzhi run` beside what people would use instead, and writes down what came of it.

python -m tests.benchmarks [--sizes 100000,1000000] [--full] [--rounds 3] [--folder .fuzhi/bench]

Without --sizes it writes history/, the figures in docs/performance.md and the plot; with it, it only prints.
"""

from __future__ import annotations

import argparse
import re
import subprocess
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from orchestration.settings import PROJECT
from tests.benchmarks import cases, figures, inputs
from tests.benchmarks.record import Measurement, Record, keep, make_record
from tests.benchmarks.ways import BENCH_PYTHON, emptied

DOC, PLOT = PROJECT / "docs" / "performance.md", PROJECT / "docs" / "performance.svg"
SIZES, FULL_SIZES = (100_000, 1_000_000), (100_000, 1_000_000, 10_000_000)
XLSX = 100_000
WORKBOOKS, FULL_WORKBOOKS = (1_000,), (1_000, 10_000)
FIGURES = re.compile(r"(<!-- figures: begin -->\n).*(<!-- figures: end -->\n)", re.DOTALL)

out = Console(width=max(Console().width, 116))


def main() -> None:
    """Measure, show, and write down."""
    options = _options()
    sizes = options.sizes or (FULL_SIZES if options.full else SIZES)
    bench = cases.Bench(options.folder.resolve(), options.rounds, _tell, [], {})
    cases.measure_csv(bench, sizes)
    if not options.sizes:
        cases.measure_xlsx(bench, XLSX)
        cases.measure_days(bench)
        cases.measure_workbooks(bench, FULL_WORKBOOKS if options.full else WORKBOOKS)
        cases.measure_new_file(bench, SIZES[-1])
    # Gigabytes, and versions that are read-only: `make clean` could not remove them.
    emptied(bench.folder / "out")
    record = make_record(bench.measurements, options.rounds, inputs.version(), bench.rows)
    for table in (figures.cost_table(record), figures.stage_table(record), figures.goal_table(record)):
        show(table, out)
    if not options.sizes:
        write_down(record, keep(record))
        out.print(f"written to {DOC.relative_to(PROJECT)} and {PLOT.relative_to(PROJECT)}")


def show(table: list[tuple[str, ...]], console: Console) -> None:
    """A table on the terminal; figures to the right."""
    shown = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading, *cells in zip(*table, strict=True):
        is_number = all(re.fullmatch(r"[0-9.]*", cell) for cell in cells)
        shown.add_column(heading, justify="right" if is_number else "left")
    for row in table[1:]:
        shown.add_row(*row)
    console.print(shown)


def write_down(record: Record, kept: Path) -> None:
    """Put the figures between the marks of the guide, and draw its plot."""
    text = DOC.read_text("utf-8")
    DOC.write_text(FIGURES.sub(lambda marks: f"{marks[1]}{in_words(record)}{marks[2]}", text), "utf-8")
    draw(kept)


def draw(kept: Path) -> None:
    """Draw the plot of a record that is kept."""
    subprocess.run([BENCH_PYTHON, Path(__file__).with_name("plot.py"), kept, PLOT], check=True)


def in_words(record: Record) -> str:
    """The figures as Markdown."""
    machine = record.machine
    libraries = ", ".join(f"{name} {number}" for name, number in record.libraries.items())
    changed = ", with changes that are not in it" if record.changed else ""
    rows = "".join(f"| {case} | {said.split()[0]} |\n" for case, said in record.rows.items())
    return (
        f"![Seconds over rows for the three ways, both axes logarithmic]({PLOT.name})\n\n"
        f"Measured on {record.day} at commit {record.commit}{changed}, {_rounds(record.rounds)}.\n"
        f"{machine['cores']} cores of {machine['processor']}, {machine['memory_gib']} GiB, {machine['system']}.\n"
        f"Python {machine['python']}, {libraries}.\n\n"
        f"{figures.markdown(figures.cost_table(record), left=2)}\n"
        f"Where `fuzhi run` spends its seconds:\n\n{figures.markdown(figures.stage_table(record))}\n"
        f"Goals:\n\n{figures.markdown(figures.goal_table(record))}\n"
        f"Rows published, the same in every way that was measured:\n\n| case | rows |\n| --- | ---: |\n{rows}\n"
    )


def _rounds(number: int) -> str:
    return "one round" if number == 1 else f"medians of {number} rounds"


def _tell(one: Measurement) -> None:
    cost = f"{one.wall:.1f} s, CPU {one.cpu:.1f} s, {one.peak / figures.GIB:.2f} GiB"
    out.print(f"{one.what} {one.size:,} · {one.way} · round {one.round}: {cost}", highlight=False)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__.split("\n")[0])
    parser.add_argument("--sizes", type=lambda text: [int(size) for size in text.split(",")], help="rows of the CSVs")
    parser.add_argument("--full", action="store_true", help="also 10,000,000 rows and 10,000 workbooks")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=PROJECT / ".fuzhi" / "bench")
    return parser.parse_args()


if __name__ == "__main__":
    main()
