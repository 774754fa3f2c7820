"""The Spark session that dbt builds in where `FUZHI_ENGINE=spark`, and the marts that it leaves as one file each.

What Spark runs on is told as any Spark program is told: `SPARK_CONF_DIR`, `PYSPARK_SUBMIT_ARGS`, or `SPARK_REMOTE` for
Spark Connect. Set here is what results depend on and, where nothing is told, what one machine needs (docs/scale.md).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import warnings
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from orchestration.engine import connect
from orchestration.errors import UserError
from orchestration.settings import Settings

# To import PySpark warns, and Great Expectations imports it where it is installed; nothing here uses its pandas.
warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)

# Days are those of the data, and what cannot be cast fails, as in DuckDB.
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


class SparkError(UserError):
    """Spark cannot be started: says what is missing."""


def check_installed() -> None:
    """Raise SparkError where the extra or Java is missing."""
    if not find_spec("pyspark") or not find_spec("dbt.adapters.spark"):
        raise SparkError(
            "FUZHI_ENGINE=spark needs the extra [spark]: pip install --require-hashes -r requirements-spark.txt"
        )
    java = Path(os.environ["JAVA_HOME"], "bin", "java") if "JAVA_HOME" in os.environ else "java"
    if "SPARK_REMOTE" not in os.environ and not shutil.which(java):
        raise SparkError("FUZHI_ENGINE=spark needs Java 17 or later: install openjdk-17-jre-headless or set JAVA_HOME")


@cache
def start_session(settings: Settings) -> None:
    """Start the session that dbt finds and builds in, once in this process. Raises SparkError where it does not start.

    Its log is not kept: Spark quotes values of rows in its messages.
    """
    from pyspark import SparkConf, SparkContext
    from pyspark.errors import PySparkRuntimeError
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession

    if "SPARK_REMOTE" in os.environ:
        # What dbt asks for and a server does not let anybody set.
        warnings.filterwarnings("ignore", "Failed to set spark.sql.catalogImplementation", UserWarning)
        session = SparkSession.builder.getOrCreate()
        for name, value in RESULTS.items():
            session.conf.set(name, value)
        return
    catalogue = NO_CATALOGUE | {"spark.sql.warehouse.dir": (settings.workspace / "spark" / "none").as_uri()}
    told = os.environ.keys() & {"SPARK_HOME", "SPARK_CONF_DIR", "PYSPARK_SUBMIT_ARGS"}
    conf = SparkConf().setAll(list({**({} if told else ONE_MACHINE), **RESULTS, **catalogue}.items()))
    try:
        gateway = launch_gateway(conf, {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL})
        SparkContext(conf=conf, gateway=gateway)
        # Before dbt does, which asks for Hive.
        SparkSession.builder.getOrCreate()
    except PySparkRuntimeError:
        raise SparkError("Spark does not start; to see why, run: spark-submit --version") from None


def gather(settings: Settings, names: Iterable[str]) -> None:
    """Make of the parts that Spark has written of each of these models one Parquet file, `marts/<name>.parquet`.

    DuckDB writes it, so it is what DuckDB would have left; it appears whole or not at all.
    """
    with connect() as connection:
        for name in names:
            parts = sorted((settings.workspace / "spark" / f"{name}.parquet").glob("part-*.parquet"))
            path = settings.marts / f"{name}.parquet"
            unfinished = path.with_name(f".{name}.parquet")
            rows = connection.read_parquet([str(part) for part in parts], hive_partitioning=False)
            rows.to_parquet(str(unfinished), compression="zstd")
            unfinished.replace(path)
