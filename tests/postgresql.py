"""A real PostgreSQL for tests: Debian's programs, a cluster of its own in a temporary folder, a port on loopback.

A folder of tests takes it by naming the fixture in its conftest: `from tests.postgresql import postgresql`.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from pathlib import Path

import pytest

# Debian installs each major version into a folder of its own.
PROGRAMS = max(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]), default=None)
USER, PASSWORD = "fuzhi", "made-up"
# Nothing of it is to outlive the tests; what was committed outlives the server being killed.
FAST = "-c fsync=off -c full_page_writes=off -c autovacuum=off -c max_connections=40"


@dataclass(frozen=True)
class Cluster:
    """A running server; who connects is `USER` with `PASSWORD`, and may do everything."""

    folder: Path
    port: int
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def new_database(self) -> str:
        """The URL of an empty database in UTF-8, with user and password."""
        name = f"test_{next(self._numbers)}"
        self.sql(f"CREATE DATABASE {name}")
        return self.url(name)

    def url(self, database: str, user: str = USER, password: str = PASSWORD) -> str:
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def sql(self, statements: str, url: str = "") -> str:
        """What psql answers to these statements, a row a line, columns parted by `|`."""
        command = [self.psql, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", url or self.url("postgres")]
        return subprocess.run(command, input=statements, capture_output=True, check=True, text=True).stdout.rstrip("\n")

    def start(self) -> None:
        """Start the server again after `kill`."""
        _control(self.folder, "start", "-w", "-l", str(self.folder / "log"), "-o", _options(self.folder, self.port))

    def kill(self) -> None:
        """Stop the server at once, as a crash would."""
        _control(self.folder, "stop", "-m", "immediate", "-w")

    @cached_property
    def psql(self) -> str:
        assert PROGRAMS is not None
        return str(PROGRAMS.with_name("psql"))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    """A running server, started once; skips where PostgreSQL is not installed."""
    if PROGRAMS is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    # Not pytest's folder: only its owner may enter that, and the server must not be root.
    with tempfile.TemporaryDirectory(prefix="fuzhi-postgresql-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if _owner() is not None:
            shutil.chown(folder, _owner())
        with _running(folder) as cluster:
            yield cluster


@contextmanager
def _running(folder: Path) -> Iterator[Cluster]:
    (folder / "password").write_text(PASSWORD, "utf-8")
    how = ["--username", USER, "--pwfile", str(folder / "password"), "--auth", "scram-sha-256"]
    _control(folder, "initdb", "-o", " ".join([*how, "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]))
    for attempt in range(5):
        cluster = Cluster(folder, _free_port())
        try:
            cluster.start()
            break
        except subprocess.CalledProcessError:
            # Somebody may have taken the port in between.
            if attempt == 4:
                raise
    try:
        yield cluster
    finally:
        cluster.kill()


def _options(folder: Path, port: int) -> str:
    return f"{FAST} -c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder}"


def _control(folder: Path, action: str, *arguments: str) -> None:
    assert PROGRAMS is not None
    command = [str(PROGRAMS.with_name("pg_ctl")), action, "-s", "-D", str(folder / "data"), *arguments]
    # PostgreSQL refuses to run as root. What it starts must not hold the pipes of the tests.
    subprocess.run(command, user=_owner(), cwd=folder, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def _owner() -> str | None:
    """Who is to run the server; None is whoever runs the tests."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
