"""How long a source may take, and how often a service is asked again that is busy or breaks off."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

from orchestration.pulling.errors import PullError


@dataclass(frozen=True)
class Patience:
    """In seconds: the first wait before asking again (each next one is twice as long), the longest, and without a byte.

    A service that says how long to wait (`Retry-After`) is waited for that long, up to `longest`.
    """

    attempts: int = 5
    first: float = 1
    longest: float = 60
    connecting: float = 10
    silence: float = 30


@dataclass(frozen=True)
class Deadline:
    """When a pull must have ended: so many seconds after it began."""

    seconds: float
    begun: float

    @classmethod
    def of(cls, seconds: float) -> Deadline:
        """So many seconds from now on."""
        return cls(seconds, monotonic())

    def check(self) -> None:
        """Raise PullError when it has passed."""
        if monotonic() - self.begun > self.seconds:
            raise PullError("too_slow", seconds=int(self.seconds))
