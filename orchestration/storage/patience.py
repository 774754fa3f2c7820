"""What is tried again, how often and after how long: whatever passes by itself. All else is an error at once."""

from __future__ import annotations

import errno
import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

Result = TypeVar("Result")

# Too early, busy, asked too often, or another write of the same key at the same moment.
_PASSING_STATUS = (408, 409, 425, 429)
_PASSING_CODES = ("RequestTimeout", "SlowDown")
_PASSING_NUMBERS = (errno.EBUSY, errno.EIO, errno.ETIMEDOUT, getattr(errno, "EREMOTEIO", errno.EIO))
# By name, for they are imported only where object storage is used.
_PASSING_TYPES = (
    ("botocore.exceptions", "ConnectionError"),
    ("botocore.exceptions", "HTTPClientError"),
    ("botocore.exceptions", "IncompleteReadError"),
    ("botocore.parsers", "ResponseParserError"),
    ("aiohttp.client_exceptions", "ClientConnectionError"),
    ("aiohttp.client_exceptions", "ClientPayloadError"),
    ("http.client", "IncompleteRead"),
)


@dataclass(frozen=True)
class Patience:
    """How often a request is made at most, how long to wait between, and how long a server may be silent (seconds)."""

    attempts: int = 7
    first: float = 0.25
    longest: float = 15.0
    silence: float = 30.0
    sleep: Callable[[float], Any] = time.sleep

    def until_done(self, work: Callable[[], Result]) -> Result:
        """What `work` gives, tried again with growing pauses while it fails with what passes; else what it raises."""
        for attempt in range(self.attempts - 1):
            try:
                return work()
            except Exception as error:
                if not passes(error):
                    raise
            # Not all machines at the same moment.
            self.sleep(min(self.first * 2**attempt, self.longest) * random.uniform(0.5, 1))
        return work()


def passes(error: BaseException) -> bool:
    """Whether an error is one that may be gone with the next try."""
    answer = refusal(error)
    if answer is not None:
        status, code = answer
        return status >= 500 or status in _PASSING_STATUS or code in _PASSING_CODES
    types = tuple(getattr(sys.modules[module], name) for module, name in _PASSING_TYPES if module in sys.modules)
    if isinstance(error, (TimeoutError, ConnectionError, *types)):
        return True
    return isinstance(error, OSError) and error.errno in _PASSING_NUMBERS


def refusal(error: BaseException) -> tuple[int, str] | None:
    """The HTTP status and the code with which an S3 server refused a request; None where no server did."""
    for each in _causes(error):
        answer = getattr(each, "response", None)
        if isinstance(answer, dict) and "ResponseMetadata" in answer:
            return int(answer["ResponseMetadata"].get("HTTPStatusCode", 0)), str(answer.get("Error", {}).get("Code"))
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__
