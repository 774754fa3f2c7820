"""The DuckDB that releases and the privacy gate work with: one for the process, in bounded memory, spilling beyond.

To open one takes 7 ms, as long as most of what it is asked; and two that work side by side share one bound.
"""

from __future__ import annotations

import os
import tempfile
import threading
from functools import cache

import duckdb

# What the largest join of a release asks for at 10,000,000 rows of scene items; beyond it spills.
MEMORY = "3GB"
_lock = threading.Lock()


def connect() -> duckdb.DuckDBPyConnection:
    """A connection of its own: no other sees its variables, temporary tables and views. To be closed by the caller."""
    with _lock:
        return _instance()[0].cursor()


@cache
def _instance() -> tuple[duckdb.DuckDBPyConnection, tempfile.TemporaryDirectory[str]]:
    # The folder is for its owner alone, and goes with the process.
    spill = tempfile.TemporaryDirectory(prefix="fuzhi-")
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": os.environ.get("FUZHI_MEMORY_LIMIT", MEMORY),
        "temp_directory": spill.name,
        # Files are replaced while the process lives, and read once or twice.
        "enable_external_file_cache": False,
        "autoinstall_known_extensions": False,
    }
    return duckdb.connect(config=config), spill
