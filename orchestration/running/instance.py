"""Dagster's instance: where its storage is, how many runs at once, what happens to a run that died.

Where `FUZHI_DAGSTER_POSTGRES` is the URL of a PostgreSQL database, runs, events and schedules are kept there; else in
SQLite files under the workspace. `dagster.yaml` names the variable: the URL has a password, and stands nowhere else.
"""

from __future__ import annotations

import os
from importlib.util import find_spec

from orchestration.errors import UserError
from orchestration.settings import Settings

POSTGRES = "FUZHI_DAGSTER_POSTGRES"
# Without this line the file is somebody's own, and is left alone.
OURS = "# Written by fuzhi, and written anew by it: take this line out to keep what you change.\n"
SQLITE = """\
event_log_storage:
  module: orchestration.running.event_log
  class: EventLog
  config:
    base_dir: {env: DAGSTER_HOME}
"""
POSTGRESQL = f"""\
storage:
  postgres:
    postgres_url: {{env: {POSTGRES}}}
"""
# A run that failed at a step is not started again by this: what it would need is somebody, or the sensor's patience.
OPERATION = """\
telemetry:
  enabled: false
nux:
  enabled: false
concurrency:
  runs:
    max_concurrent_runs: 1
run_launcher:
  module: orchestration.running.launcher
  class: Launcher
run_monitoring:
  enabled: true
  start_timeout_seconds: 300
  poll_interval_seconds: 30
run_retries:
  enabled: true
  max_retries: 3
  retry_on_asset_or_op_failure: false
retention:
  schedule:
    purge_after_days: 90
  sensor:
    purge_after_days: {skipped: 1, success: 90, failure: 90}
"""
# What fuzhi wrote before it said so.
EARLIER = f"telemetry:\n  enabled: false\nnux:\n  enabled: false\n{SQLITE}"


def with_driver(url: str) -> str:
    """The URL with the driver that is installed: SQLAlchemy would take another one for a plain `postgresql://`."""
    scheme, separator, rest = url.partition("://")
    return f"postgresql+psycopg2://{rest}" if separator and scheme in ("postgresql", "postgres") else url


def prepare_dagster(settings: Settings) -> None:
    """Make Dagster's instance, so that the command line, the UI and the daemon share it.

    Raises UserError where PostgreSQL is asked for and what speaks with it is not installed.
    """
    in_postgresql = bool(os.environ.get(POSTGRES))
    if in_postgresql and find_spec("dagster_postgres") is None:
        raise UserError(
            f"{POSTGRES} 已设置，但未安装 dagster-postgres。 {POSTGRES} is set, but dagster-postgres is not installed: "
            "pip install --require-hashes -r requirements-team.txt"
        )
    if in_postgresql:
        os.environ[POSTGRES] = with_driver(os.environ[POSTGRES])
    settings.dagster_home.mkdir(parents=True, exist_ok=True)
    configuration = settings.dagster_home / "dagster.yaml"
    there = configuration.read_text("utf-8") if configuration.exists() else EARLIER
    wanted = f"{OURS}{POSTGRESQL if in_postgresql else SQLITE}{OPERATION}"
    if there != wanted and (there == EARLIER or there.startswith(OURS)):
        # Whole or not at all: the daemon may be reading it.
        unfinished = configuration.with_suffix(f".{os.getpid()}")
        unfinished.write_text(wanted, "utf-8")
        unfinished.replace(configuration)
