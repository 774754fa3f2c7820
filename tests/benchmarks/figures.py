"""The tables that are made of a record: what each way took, what each stage took, which goals are reached."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from tests.benchmarks.cases import FEW, FIRST, NEW_FILE, ONE_CHANGED, SAME, SAMPLE
from tests.benchmarks.record import Measurement, Record
from tests.benchmarks.ways import BARE, BARE_PACKAGE, BY_HAND, FUZHI

MILLION, TEN_MILLIONS, HUNDRED_THOUSAND, MANY = 1_000_000, 10_000_000, 100_000, 10_000
GIB = 2**30
NAMES = {"csv": "CSV, {:,} rows", "xlsx": "xlsx, {:,} rows", "workbooks": "{:,} workbooks of 25 rows"}
HEADER = ("what", "way", "seconds", "CPU seconds", "peak GiB", "× bare", "× bare, CPU")


def cost_table(record: Record) -> list[tuple[str, ...]]:
    """A row per command: medians over the rounds, and the median of the ratios to the bare script in the same round."""
    table = [HEADER]
    for what, size, way in dict.fromkeys((one.what, one.size, one.way) for one in record.measurements):
        wall, cpu, peak = (record.median(what, size, way, of) or 0 for of in ("wall", "cpu", "peak"))
        own, bare = record.of(what, size, way), record.of(what, size, BARE)
        ratios = ("", "") if not bare else tuple(f"{_ratio(own, bare, of):.2f}" for of in ("wall", "cpu"))
        table.append((_name(what, size), way, f"{wall:.2f}", f"{cpu:.2f}", f"{peak / GIB:.2f}", *ratios))
    return table


def stage_table(record: Record) -> list[tuple[str, ...]]:
    """A row per command of Fuzhi: the median seconds of each stage, and what the process took beside them."""
    table: list[tuple[str, ...]] = []
    for what, size in dict.fromkeys((one.what, one.size) for one in record.measurements if one.stages):
        stages = record.stages(what, size, FUZHI)
        if not table:
            table.append(("`fuzhi run`", *stages, "process"))
        process = median(one.wall - sum(one.stages.values()) for one in record.of(what, size, FUZHI))
        table.append((_name(what, size), *(f"{seconds:.1f}" for seconds in stages.values()), f"{process:.1f}"))
    return table


@dataclass(frozen=True)
class Goal:
    """One goal of issue 7. `measured` is None where this record does not tell; `most` or `least` is the bound."""

    says: str
    measured: float | None
    most: float = math.inf
    least: float = 0
    unit: str = ""

    @property
    def reached(self) -> str:
        if self.measured is None:
            return "not measured"
        return "yes" if self.least <= self.measured <= self.most else "no"


def goals(record: Record) -> list[Goal]:
    """The goals, each with what was measured."""

    def wall(what: str, size: int, way: str = FUZHI) -> float | None:
        return record.median(what, size, way)

    peak = record.median("csv", TEN_MILLIONS, FUZHI, "peak")
    return [
        Goal(
            "CSV, 1,000,000 rows: times faster than by hand",
            _divided(wall("csv", MILLION, BY_HAND), wall("csv", MILLION)),
            least=4,
            unit="×",
        ),
        Goal(
            "CSV, 1,000,000 rows: times the bare script, beyond what 100 rows take",
            _divided(_beyond(record, "csv", MILLION, FUZHI), _beyond(record, "csv", MILLION, BARE)),
            most=1.5,
            unit="×",
        ),
        Goal(
            "CSV, 10,000,000 rows: times the bare script",
            _divided(wall("csv", TEN_MILLIONS), wall("csv", TEN_MILLIONS, BARE)),
            most=1.3,
            unit="×",
        ),
        Goal("CSV, 10,000,000 rows: peak memory", peak and peak / GIB, most=6, unit=" GiB"),
        Goal(
            "xlsx, 100,000 rows: times fastexcel, cleaning and four formats, beyond what 100 rows take",
            _divided(_beyond(record, "xlsx", HUNDRED_THOUSAND, FUZHI), wall("xlsx", HUNDRED_THOUSAND, BARE_PACKAGE)),
            most=3,
            unit="×",
        ),
        Goal("the sample, first run", wall(FIRST, SAMPLE), most=30, unit=" s"),
        Goal("the sample, nothing changed", wall(SAME, SAMPLE), most=2, unit=" s"),
        Goal("the sample, one file changed", wall(ONE_CHANGED, SAMPLE), most=12, unit=" s"),
        Goal("CSV, from 100,000 rows on: time grows with rows to the power of", _power(record), most=1.1),
        Goal("10,000 small workbooks: a second", _divided(MANY, wall("workbooks", MANY)), least=60),
    ]


def goal_table(record: Record) -> list[tuple[str, ...]]:
    """A row per goal: what was to be reached, what was measured, whether it is."""
    table = [("goal", "bound", "measured", "reached")]
    for goal in goals(record):
        bound = f"at least {goal.least:g}" if goal.least else f"at most {goal.most:g}"
        measured = "" if goal.measured is None else f"{goal.measured:.2f}{goal.unit}"
        table.append((goal.says, f"{bound}{goal.unit}", measured, goal.reached))
    return table


def markdown(table: Sequence[Sequence[str]], left: int = 1) -> str:
    """A table in Markdown; all but the first `left` columns are numbers."""
    header, *rows = table
    marks = ["---"] * left + ["---:"] * (len(header) - left)
    return "".join(f"| {' | '.join(row)} |\n" for row in (header, marks, *rows))


def _name(what: str, size: int) -> str:
    if what == NEW_FILE:
        return f"CSV, {what} to {size:,}"
    return NAMES.get(what, what).format(size) if what in NAMES else what


def _ratio(own: Sequence[Measurement], other: Sequence[Measurement], of: str) -> float:
    return median(getattr(a, of) / getattr(b, of) for a, b in zip(own, other, strict=True))


def _divided(above: float | None, below: float | None) -> float | None:
    return above / below if above is not None and below else None


def _beyond(record: Record, what: str, size: int, way: str) -> float | None:
    """What so many rows take, without what a few take."""
    many, few = record.median(what, size, way), record.median(what, FEW, way)
    return many - few if many is not None and few is not None else None


def _power(record: Record) -> float | None:
    """1 where time beyond the fixed cost is proportional to rows, from 100,000 to the most."""
    sizes = sorted({one.size for one in record.measurements if one.what == "csv" and one.size >= HUNDRED_THOUSAND})
    if len(sizes) < 2:
        return None
    least, most = (_beyond(record, "csv", size, FUZHI) for size in (sizes[0], sizes[-1]))
    if not least or not most or least < 0 or most < 0:
        return None
    return math.log(most / least) / math.log(sizes[-1] / sizes[0])
