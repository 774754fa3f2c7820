"""The three programs of Dagster that a team keeps running: the code and its runs, the daemon, the pages.

Each is a process of its own, so that the pages and the daemon may be started again while a run goes on.
"""

from __future__ import annotations

import fcntl
import os
import sys
from pathlib import Path

from orchestration.errors import UserError
from orchestration.running.instance import prepare_dagster
from orchestration.settings import Settings

# Where the code server is; nobody but the two others may reach it, for it asks for no password.
CODE_SERVER = "FUZHI_CODE_SERVER"
DEFAULT = "127.0.0.1:4000"
# The name under which `fuzhi ui` loads the code too: what is switched on in one is switched on in the other.
MODULE = "orchestration.definitions"


def command(service: str, settings: Settings, host: str, port: int, writable: bool) -> list[str]:
    """The command line of `code`, `daemon` or `web`; prepares Dagster's instance and the environment for it."""
    code_host, _, code_port = (os.environ.get(CODE_SERVER) or DEFAULT).rpartition(":")
    if not code_host or not code_port.isdigit():
        raise UserError(f"{CODE_SERVER} is no place such as {DEFAULT}")
    settings.to_environment()
    prepare_dagster(settings)
    _make_storage(settings)
    programs = Path(sys.executable).parent
    if service == "code":
        return [str(programs / "dagster"), "api", "grpc", "-m", MODULE, "-h", host, "-p", code_port]
    workspace = settings.dagster_home / "workspace.yaml"
    server = f"{{host: {code_host}, port: {code_port}, location_name: {MODULE}}}"
    workspace.write_text(f"load_from: [grpc_server: {server}]\n", "utf-8")
    if service == "daemon":
        return [str(programs / "dagster-daemon"), "run", "-w", str(workspace)]
    web = [str(programs / "dagster-webserver"), "-w", str(workspace), "-h", host, "-p", str(port)]
    return web if writable else [*web, "--read-only"]


def _make_storage(settings: Settings) -> None:
    """Have Dagster make its tables, one service after the other: two that begin together would both make them."""
    import dagster as dg

    with (settings.dagster_home / "making").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with dg.DagsterInstance.get() as instance:
            instance.get_runs_count()
            instance.event_log_storage.get_maximum_record_id()
            instance.all_instigator_state()
