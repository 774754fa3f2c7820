"""Who may write to a place: one machine at a time, by a key that each takes on condition and that runs out by itself.

The holder writes the key anew long before it runs out. One that was killed or cut off stops doing so, and the next one
takes over. How old the key is says the server's clock alone; machines need not agree on the time.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from orchestration.storage.errors import ChangedError, InUseError, StorageError, said
from orchestration.storage.remote import Remote

KEY = ".lease.json"
# In seconds: after so long without a sign a holder is taken for dead.
PERIOD = 120.0


@dataclass
class Lease:
    """A lease that is held. `tag` is that of its key as this machine wrote it last, `sure` when, by this clock."""

    remote: Remote
    holder: str
    period: float
    tag: str
    count: int
    sure: float
    lost: bool = False
    over: threading.Event = field(default_factory=threading.Event)

    def check(self) -> None:
        """Raise StorageError where the lease may be another's by now: this machine slept, or was cut off."""
        if self.lost or time.monotonic() - self.sure > self.period:
            raise said(
                self.remote.url,
                "本机与存储失去联系过久，另一台机器可能已接手；未再写入，请重新运行",
                "this machine was out of touch for too long, and another may have taken over; "
                "nothing more was written: run again",
            )

    def renew(self, *, held: bool = True) -> None:
        """Write the key anew. Raises ChangedError where it is another's by now."""
        begun = time.monotonic()
        self.count += 1
        self.tag = self.remote.replace(KEY, _content(self.holder, self.count, held=held), self.tag)
        self.sure = begun

    def keep(self) -> None:
        """Renew, four times a period, until it is over or lost."""
        while not self.lost and not self.over.wait(self.period / 4):
            self.renew_or_lose()

    def renew_or_lose(self) -> None:
        """Renew, or note that another has it. Of a server that is silent `check` counts the time."""
        try:
            self.renew()
        except ChangedError:
            self.lost = True
        except StorageError:
            pass


@contextmanager
def leased(remote: Remote, holder: str, period: float = PERIOD) -> Iterator[Lease]:
    """Hold what lies at a URL until the block ends. `holder` is a name that no other has.

    Raises InUseError where another holds it, StorageError where the storage fails.
    """
    lease = _take(remote, holder, period)
    keeper = threading.Thread(target=lease.keep, daemon=True, name="lease")
    keeper.start()
    try:
        yield lease
    finally:
        lease.over.set()
        keeper.join()
        if not lease.lost:
            _give_back(lease)


def prove_conditions(lease: Lease) -> None:
    """Raise StorageError for a server that takes conditional writes and does not honour the condition."""
    content = _content(lease.holder, lease.count + 1, held=True)
    for tag in (None, '"00000000000000000000000000000000"'):
        try:
            lease.remote.replace(KEY, content, tag)
        except ChangedError:
            continue
        raise said(
            lease.remote.url,
            "该存储不支持条件写入（If-None-Match、If-Match），两台机器可能互相覆盖，因此不予使用",
            "this storage does not honour conditional writes (If-None-Match, If-Match): two machines could overwrite "
            "each other, so it is not used",
        )


def _take(remote: Remote, holder: str, period: float) -> Lease:
    begun, count = time.monotonic(), 0
    try:
        before, age = remote.seen(KEY)
        said_there = json.loads(remote.read(KEY))
    except FileNotFoundError:
        tag = None
    else:
        tag, count = before.tag, said_there["count"]
        if said_there["held"] and said_there["holder"] != holder and age < period:
            raise _in_use(remote, round(period - age))
    try:
        tag = remote.replace(KEY, _content(holder, count + 1, held=True), tag)
    except ChangedError:
        raise _in_use(remote, round(period)) from None
    return Lease(remote, holder, period, tag, count + 1, begun)


def _give_back(lease: Lease) -> None:
    try:
        lease.renew(held=False)
    except (ChangedError, StorageError):
        # All is written by now; the lease runs out by itself.
        return


def _content(holder: str, count: int, *, held: bool) -> bytes:
    return (json.dumps({"holder": holder, "count": count, "held": held}) + "\n").encode()


def _in_use(remote: Remote, seconds: int) -> StorageError:
    return said(
        remote.url,
        f"另一台机器正在运行，请待其结束；若其已中断，{seconds}秒后自动失效",
        f"another machine is running on it: wait until it has ended. If it was killed, its hold ends in {seconds} s",
        InUseError,
    )
