"""The Spark session that dbt builds in where `FUZHI_ENGINE=spark`, and the marts that it leaves as one file each.

What Spark runs on is told as any Spark program is told: `SPARK_CONF_DIR`, `PYSPARK_SUBMIT_ARGS`, or `SPARK_REMOTE` for
Spark Connect. Set here is what results depend on and, where nothing is told, what one machine needs (docs/scale.md).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import warnings
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from orchestration.engine import connect
from orchestration.errors import UserError
from orchestration.settings import Settings

# To import PySpark warns, and Great Expectations imports it where it is installed; nothing here uses its pandas.
warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)

# Days are those of the data. What cannot be cast fails, as in DuckDB.
RESULTS = {"spark.sql.session.timeZone": "UTC", "spark.sql.ansi.enabled": "true"}
# Tables are found by their paths: nothing is kept of them from run to run.
NO_CATALOGUE = {"spark.sql.catalogImplementation": "in-memory"}
ONE_MACHINE = {
    "spark.driver.memory": "4g",
    "spark.sql.shuffle.partitions": str(2 * (os.cpu_count() or 1)),
    "spark.ui.enabled": "false",
    # Java matches patterns by recursion: a long cell goes deep.
    "spark.driver.extraJavaOptions": "-Xss4m",
}


JAVA = 17
# How often a server that is silent is asked again: for some four seconds. A restarted one knows nothing of the session.
ASKED_AGAIN = 4


class SparkError(UserError):
    """Spark cannot be started or used: says what is missing or to be done."""


@cache
def check_installed() -> None:
    """Raise SparkError where the extra or Java is missing, or Java is too old."""
    if not find_spec("pyspark") or not find_spec("dbt.adapters.spark"):
        raise SparkError(
            "FUZHI_ENGINE=spark needs the extra [spark]: pip install --require-hashes -r requirements-spark.txt"
        )
    if "SPARK_REMOTE" in os.environ:
        return
    java = Path(os.environ["JAVA_HOME"], "bin", "java") if "JAVA_HOME" in os.environ else Path("java")
    version = _java_version(java) if shutil.which(java) else None
    if version is None or version < JAVA:
        found = f"Java {version} was found" if version else "none was found"
        raise SparkError(
            f"FUZHI_ENGINE=spark needs Java {JAVA} or later, {found}: "
            f"install openjdk-{JAVA}-jre-headless or set JAVA_HOME"
        )


def _java_version(java: Path) -> int | None:
    """The edition of Java: 8 for 1.8.0, 17 for 17.0.15; None where it does not say."""
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(?:1[.])?([0-9]+)', said)
    return int(version[1]) if version else None


@cache
def start_session(settings: Settings) -> None:
    """Start the session that dbt finds and builds in, once in this process. Raises SparkError where it does not start.

    Its log is not kept: Spark quotes values of rows in its messages.
    """
    from pyspark.logger import PySparkLogger

    # They would tell the terminal of every error, values and all. A logger that is disabled Dagster enables again.
    for name in ("SQLQueryContextLogger", "DataFrameQueryContextLogger"):
        PySparkLogger.getLogger(name).addFilter(lambda record: False)
    _hold_results()
    if "SPARK_REMOTE" in os.environ:
        _connect()
        return
    from pyspark import SparkConf, SparkContext
    from pyspark.errors import PySparkRuntimeError
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession

    catalogue = NO_CATALOGUE | {"spark.sql.warehouse.dir": (settings.workspace / "spark" / "none").as_uri()}
    told = os.environ.keys() & {"SPARK_HOME", "SPARK_CONF_DIR", "PYSPARK_SUBMIT_ARGS"}
    conf = SparkConf().setAll(list({**({} if told else ONE_MACHINE), **RESULTS, **catalogue}.items()))
    try:
        gateway = launch_gateway(conf, {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL})
        SparkContext(conf=conf, gateway=gateway)
        # Before dbt does, which asks for Hive.
        SparkSession.builder.getOrCreate()
    except PySparkRuntimeError:
        submit = Path(sys.executable).with_name("spark-submit")
        raise SparkError(f"Spark does not start; to see why, run: {submit} --version") from None


def _hold_results() -> None:
    """Have RESULTS hold for every statement of dbt's, which else sets ANSI mode to false before each."""
    from dbt.adapters.spark import session

    class Cursor(session.Cursor):  # type: ignore[misc]
        def __init__(self, *, server_side_parameters: dict[str, Any]) -> None:
            super().__init__(server_side_parameters=server_side_parameters | RESULTS)

    # Where dbt's Connection looks for it.
    session.Cursor = Cursor


def _connect() -> None:
    """Begin a session of the server at SPARK_REMOTE. Raises SparkError, without the address, which may hold a token."""
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession
    from pyspark.sql.connect.client.retries import DefaultPolicy

    # What dbt asks for and a server does not let anybody set.
    warnings.filterwarnings("ignore", "Failed to set spark.sql.catalogImplementation", UserWarning)
    # Said below.
    warnings.filterwarnings("ignore", r"\[RETRIES_EXCEEDED\]", UserWarning)
    try:
        session: Any = SparkSession.builder.getOrCreate()
        # PySpark would ask for ten minutes, for each model.
        session.client.set_retry_policies([DefaultPolicy(max_retries=ASKED_AGAIN)])
        for name, value in RESULTS.items():
            session.conf.set(name, value)
    except PySparkException as error:
        kind = type(error).__name__
        raise SparkError(f"no Spark Connect server answers at the address in SPARK_REMOTE ({kind})") from None


def gather(settings: Settings, names: Iterable[str]) -> None:
    """Make of the parts that Spark has written of each of these models one Parquet file, `marts/<name>.parquet`.

    DuckDB writes it, so it is what DuckDB would have left; it appears whole or not at all. Raises SparkError where a
    server still wrote for a run that was killed: what both have left is no table.
    """
    with connect() as connection:
        for name in names:
            parts = sorted((settings.workspace / "spark" / f"{name}.parquet").glob("part-*.parquet"))
            if len({_job(part) for part in parts}) > 1:
                raise SparkError(f"{name}: Spark has written it for two runs at once; run again")
            path = settings.marts / f"{name}.parquet"
            unfinished = path.with_name(f".{name}.parquet")
            rows = connection.read_parquet([str(part) for part in parts], hive_partitioning=False)
            rows.to_parquet(str(unfinished), compression="zstd")
            unfinished.replace(path)


def _job(part: Path) -> str:
    """Which job has written `part-<number>-<job>-c<file>.<codec>.parquet`."""
    return part.name.split("-", 2)[2].rsplit("-c", 1)[0]
