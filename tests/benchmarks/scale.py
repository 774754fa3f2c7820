"""DuckDB beside Spark with two workers on this machine, over the same forms: the table of docs/scale.md.

    .venv/bin/python -m tests.benchmarks.scale FOLDER [--sizes 100,100000,300000,1000000]

Not a part of `make bench`: it needs `.venv-spark`, which `make test` makes, Java, 8 GB of memory and some ten minutes.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import resource
from dataclasses import dataclass, replace
from pathlib import Path

from orchestration.release.latest import latest_table
from orchestration.settings import ENGINE, ENGINES, PROJECT
from tests.benchmarks import inputs
from tests.benchmarks.measuring import Cost, measure
from tests.benchmarks.same_rows import refuse_different
from tests.benchmarks.ways import emptied

PYTHONS = {"duckdb": PROJECT / ".venv/bin/python", "spark": PROJECT / ".venv-spark/bin/python"}
# Two workers of one core and 2 GB each, as processes of their own, and the driver.
CLUSTER = """\
spark.master local-cluster[2,1,2048]
spark.executor.memory 2g
spark.driver.memory 2g
spark.sql.shuffle.partitions 4
spark.ui.enabled false
spark.driver.extraJavaOptions -Xss4m
spark.executor.extraJavaOptions -Xss4m
"""
SIZES = (100, 100_000, 300_000, 1_000_000)
SUBREAPER = 36


@dataclass(frozen=True)
class Run:
    """One run: its cost, and the seconds of its models, derived ones and others."""

    engine: str
    rows: int
    cost: Cost
    models: float


def run(engine: str, inbox: Path, rows: int, folder: Path) -> tuple[Run, Path | None]:
    """A first run of that engine, in a folder that is emptied; also the published table."""
    out = emptied(folder / engine)
    conf = out / "conf"
    conf.mkdir()
    (conf / "spark-defaults.conf").write_text(CLUSTER, "utf-8")
    os.environ.update({ENGINE: engine, "SPARK_CONF_DIR": str(conf), "PYTHONPATH": str(PROJECT)})
    folders = ["--inbox", inbox, "--workspace", out / "workspace", "--published", out / "published"]
    command = [PYTHONS[engine], "-c", "from orchestration.cli import app; app()", "run", *folders]
    before = _processor_seconds()
    cost = measure([*command, "--report", out / "report.json"])
    _wait_for_orphans()
    stages = json.loads((out / "report.json").read_text("utf-8"))["seconds"]
    whole = replace(cost, cpu=round(_processor_seconds() - before, 1))
    return Run(engine, rows, whole, stages["models"] + stages["derived"]), latest_table(
        out / "published", "scene_items"
    )


def crossing(runs: list[Run]) -> str:
    """Where straight lines through the seconds of models meet."""
    (start, slope), (spark_start, spark_slope) = (
        _line([one for one in runs if one.engine == name]) for name in ENGINES
    )
    lines = (
        f"DuckDB {start:.1f} s + {slope * 1e6:.1f} s per million rows, "
        f"Spark {spark_start:.1f} s + {spark_slope * 1e6:.1f} s"
    )
    if spark_slope >= slope:
        return f"{lines}: they never meet"
    return f"{lines}: they meet at {(spark_start - start) / (slope - spark_slope) / 1e6:.1f} million rows"


def _line(runs: list[Run]) -> tuple[float, float]:
    """Least squares of the seconds of models over rows: what no rows take, and what one takes."""
    rows, seconds = [one.rows for one in runs], [one.models for one in runs]
    middle, mean = sum(rows) / len(rows), sum(seconds) / len(seconds)
    slope = sum((x - middle) * (y - mean) for x, y in zip(rows, seconds, strict=True)) / sum(
        (x - middle) ** 2 for x in rows
    )
    return mean - slope * middle, slope


def _processor_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _wait_for_orphans() -> None:
    """Java ends after the run that has started it: what it took is told to whoever waits for it."""
    try:
        while True:
            os.wait()
    except ChildProcessError:
        return


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    told = parser.parse_args()
    folder: Path = told.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    # Orphans of what we start become our children.
    ctypes.CDLL(None).prctl(SUBREAPER, 1)
    runs = []
    print(
        "| rows | engine | models, s | whole run, s | CPU, s | peak GiB |\n| ---: | --- | ---: | ---: | ---: | ---: |"
    )
    for rows in map(int, told.sizes.split(",")):
        inbox, tables = inputs.csv_inbox(folder, rows), {}
        for engine in ENGINES:
            measured, table = run(engine, inbox, rows, folder)
            cost = measured.cost
            print(
                f"| {rows:,} | {engine} | {measured.models:.1f} | {cost.wall:.1f} | {cost.cpu:.1f} "
                f"| {cost.peak / 2**30:.2f} |",
                flush=True,
            )
            runs.append(measured)
            if table:
                tables[engine] = table
        refuse_different(tables)
    if len({one.rows for one in runs}) > 1:
        print(crossing(runs))


if __name__ == "__main__":
    main()
