"""What Dagster may keep of an error: all of those that are meant to be read, of others only what and where.

The text of any other exception may quote a row (engines and libraries do), and Dagster stores it for good.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from orchestration.errors import UserError


class StageError(Exception):
    """An error that nobody foresaw: its type and where it was raised, without its text."""


@contextmanager
def without_values() -> Iterator[None]:
    """Let errors that are written to be read through, and strip others of their text."""
    try:
        yield
    except (UserError, dg.DagsterError, GeneratorExit):
        raise
    except Exception as error:  # noqa: BLE001 raised again, without its text
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(last.filename).name}:{last.lineno} in {last.name}"
        raise StageError(f"{type(error).__name__} at {place}") from None
