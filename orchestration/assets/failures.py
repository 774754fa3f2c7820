"""What Dagster may keep of an error: all of those that are meant to be read, of others only what and where.

The text of any other exception may quote a row (engines and libraries do), and Dagster stores it for good. What a disk
refuses is said in words of our own, for the operator must mend it.
"""

from __future__ import annotations

import errno
import os
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from orchestration.errors import UserError

STANDS = "已发布的版本不受影响，排除后请重新运行。 What is published stands; mend it and run again."
DISK_ERRORS = {
    errno.ENOSPC: "磁盘已满。 The disk is full",
    errno.EDQUOT: "磁盘配额已用完。 The quota of the disk is used up",
    errno.EROFS: "磁盘为只读。 The disk can only be read",
    errno.EACCES: "没有写入权限。 There is no permission to write",
    errno.EPERM: "没有写入权限。 There is no permission to write",
    errno.EIO: "磁盘读写出错。 The disk fails",
}
# What a folder on another machine may say, and not say a moment later.
PASSING = {errno.ESTALE, errno.ETIMEDOUT, errno.ECONNRESET, errno.ENETUNREACH, errno.EHOSTUNREACH}
TIMES, SECONDS_BETWEEN = 3, 10


class DiskError(UserError):
    """The disk refuses to be written to: says how, and that nothing published has suffered."""


class StageError(Exception):
    """An error that nobody foresaw: its type and where it was raised, without its text."""


@contextmanager
def without_values() -> Iterator[None]:
    """Let errors that are written to be read through, and strip others of their text.

    Where the same may go well in a moment, Dagster is asked to do the step again; nothing else is worth it.
    """
    try:
        yield
    except (UserError, dg.DagsterError, GeneratorExit):
        raise
    except Exception as error:  # noqa: BLE001 raised again, without its text
        if isinstance(error, OSError) and error.errno in PASSING:
            reason = StageError(f"{type(error).__name__} {errno.errorcode[error.errno]}")
            raise dg.RetryRequested(TIMES, SECONDS_BETWEEN) from reason
        if number := _disk_error(error):
            raise DiskError(f"{DISK_ERRORS[number]} ({errno.errorcode[number]}). {STANDS}") from None
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(last.filename).name}:{last.lineno} in {last.name}"
        raise StageError(f"{type(error).__name__} at {place}") from None


def _disk_error(error: Exception) -> int | None:
    """The number of the system's error where the disk is at fault; DuckDB tells it in words only."""
    if isinstance(error, OSError):
        return error.errno if error.errno in DISK_ERRORS else None
    if type(error).__name__ == "IOException":
        return next((number for number in DISK_ERRORS if os.strerror(number) in str(error)), None)
    return None
