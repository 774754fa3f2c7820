"""What is measured, and in which order: each case round by round, its ways in turn (A B C A B C)."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from orchestration.contracts import load_contracts
from orchestration.sample import write_sample
from orchestration.settings import Settings
from tests.benchmarks import inputs
from tests.benchmarks.record import Measurement
from tests.benchmarks.same_rows import refuse_different
from tests.benchmarks.ways import BARE, BARE_PACKAGE, BY_HAND, FUZHI, Outcome, emptied, publish, run_fuzhi

# What a run costs however few rows there are.
FEW = 100
# By hand, 10,000,000 rows take some 15 GB and many minutes: that way ends here.
MOST_BY_HAND = 1_000_000
NEW_ROWS = 1_000
FIRST, SAME, ONE_CHANGED, NEW_FILE = "sample, first run", "nothing changed", "one file changed", "1,000 rows added"
# Names the state of the sample, which is its own size.
SAMPLE = 0

Tell = Callable[[Measurement], None]


@dataclass
class Bench:
    """Measures, tells of each measurement as it is made, and keeps all; `rows` by case once all its ways agree."""

    folder: Path
    rounds: int
    tell: Tell
    measurements: list[Measurement]
    rows: dict[str, str]

    def compare(self, what: str, inbox: Path, size: int, ways: Sequence[str]) -> None:
        """Measure the ways in turn; raises RowsDifferError where they do not publish the same."""
        for number in range(1, self.rounds + 1):
            tables = {}
            for way in ways:
                out = self.folder / "out" / way.replace(" ", "-")
                outcome = publish(way, inbox, emptied(out))
                self.note(what, size, way, number, outcome)
                if outcome.parquet:
                    tables[way] = outcome.parquet
            self.rows[f"{what} {size}"] = refuse_different(tables)

    def note(self, what: str, size: int, way: str, number: int, outcome: Outcome) -> None:
        """Keep one measurement."""
        measured = Measurement(what, size, way, number, **asdict(outcome.cost), stages=outcome.stages)
        self.measurements.append(measured)
        self.tell(measured)


def measure_csv(bench: Bench, sizes: Sequence[int]) -> None:
    """One CSV of few rows, for what every run costs, and of each size."""
    for size in dict.fromkeys((FEW, *sizes)):
        ways = [BY_HAND, BARE, FUZHI] if size <= MOST_BY_HAND else [BARE, FUZHI]
        bench.compare("csv", inputs.csv_inbox(_inputs(bench), size), size, ways)


def measure_xlsx(bench: Bench, size: int) -> None:
    """One workbook of few rows and one of many."""
    for rows in (FEW, size):
        ways = [BY_HAND, BARE, BARE_PACKAGE, FUZHI]
        bench.compare("xlsx", inputs.xlsx_inbox(_inputs(bench), rows), rows, ways)


def measure_workbooks(bench: Bench, numbers: Sequence[int]) -> None:
    """Many small workbooks: what a submission costs."""
    for number in numbers:
        bench.compare("workbooks", inputs.many_inbox(_inputs(bench), number), number, [FUZHI])


def measure_days(bench: Bench) -> None:
    """The bundled sample: a first run, one without news, and one after a file has changed."""
    inbox = bench.folder / "sample" / "inbox"
    out = bench.folder / "out" / "sample"
    for number in range(1, bench.rounds + 1):
        settings = Settings.from_environment()
        write_sample(emptied(inbox.parent), load_contracts(settings.schemas), seeds=inputs.SEEDS)
        emptied(out)
        for what in (FIRST, SAME, ONE_CHANGED):
            if what == ONE_CHANGED:
                _leave_out_a_row(inbox)
            bench.note(what, SAMPLE, FUZHI, number, run_fuzhi(inbox, out))


def measure_new_file(bench: Bench, size: int) -> None:
    """A small file more, for a dataset of so many rows that is published already."""
    inbox, out = bench.folder / "grown", bench.folder / "out" / "grown"
    for number in range(1, bench.rounds + 1):
        emptied(inbox)
        # Hard links: the same files with the same times.
        shutil.copytree(inputs.csv_inbox(_inputs(bench), size), inbox, copy_function=os.link, dirs_exist_ok=True)
        run_fuzhi(inbox, emptied(out))
        more = inputs.csv_inbox(_inputs(bench), NEW_ROWS, first=size)
        for form in inputs.forms(more):
            os.link(form, inbox / form.relative_to(more))
        bench.note(NEW_FILE, size, FUZHI, number, run_fuzhi(inbox, out))


def _leave_out_a_row(inbox: Path) -> None:
    """Take one row out of a form of scene items."""
    for form in sorted(inbox.rglob("*场景供需项目*.csv")):
        try:
            lines = form.read_text("utf-8").splitlines(keepends=True)
        except UnicodeDecodeError:
            # The sample has forms in GB 18030 and UTF-16 too.
            continue
        del lines[len(lines) // 2]
        form.write_text("".join(lines), "utf-8")
        return


def _inputs(bench: Bench) -> Path:
    """Where the inputs of this version of the generator are kept: they need not be written again."""
    folder = bench.folder / f"inputs-{inputs.version()}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
