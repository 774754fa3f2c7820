"""What a run holds at URLs, from the moment it begins until it ends: leases, mirrors, and what is to be brought up."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.running.alone import alone
from orchestration.storage.errors import InUseError
from orchestration.storage.inbox import bring_down_inbox, bring_up_inbox
from orchestration.storage.lease import Lease, leased, prove_conditions
from orchestration.storage.mirror import Mirror
from orchestration.storage.published import bring_down_published, bring_up_published, hidden
from orchestration.storage.remote import Remote, open_remote, refuse_unconditional
from orchestration.storage.workspace import bring_down_workspace, bring_up_workspace, of_this_machine

BeforeWaiting = Callable[[], None]
# In seconds, between two looks at whether another machine has ended.
LOOKS = 10.0


@dataclass
class Session:
    """The places that lie at URLs, each with its mirror; `manifest` is the tag of the workspace's manifest."""

    inbox: tuple[Remote, Mirror] | None = None
    workspace: tuple[Remote, Mirror] | None = None
    published: tuple[Remote, Mirror] | None = None
    leases: list[Lease] = field(default_factory=list)
    manifest: str | None = None

    def bring_up(self) -> None:
        """Bring up what has changed; the workspace last: it never vouches for what is not in the other places."""
        if self.inbox:
            bring_up_inbox(*self.inbox)
        if self.published:
            bring_up_published(*self.published, self._check)
        if self.workspace:
            self.manifest = bring_up_workspace(*self.workspace, self.manifest, self._check)

    def _check(self) -> None:
        for lease in self.leases:
            lease.check()


def begin(
    stack: ExitStack, urls: dict[str, str], homes: dict[str, Path], before_waiting: BeforeWaiting | None
) -> Session:
    """Hold the places at these URLs and make their mirrors in `homes` equal to them; `stack` gives them back.

    Both are by place: inbox, workspace, published. All are held before anything is brought down.
    """
    remotes = {place: open_remote(url) for place, url in urls.items()}
    session = Session()
    for place, remote in remotes.items():
        stack.enter_context(alone(homes[place], before_waiting))
        if place != "inbox":
            refuse_unconditional(remote)
            lease = _lease(stack, remote, homes[place], before_waiting)
            _prove_once(homes[place], lease)
            session.leases.append(lease)
    if "inbox" in remotes:
        session.inbox = (remotes["inbox"], Mirror(homes["inbox"]))
        bring_down_inbox(*session.inbox)
    if "workspace" in remotes:
        session.workspace = (remotes["workspace"], Mirror(homes["workspace"], of_this_machine))
        session.manifest = bring_down_workspace(*session.workspace)
    if "published" in remotes:
        session.published = (remotes["published"], Mirror(homes["published"], hidden))
        bring_down_published(*session.published)
    return session


def _lease(stack: ExitStack, remote: Remote, home: Path, before_waiting: BeforeWaiting | None) -> Lease:
    waited = False
    while True:
        try:
            return stack.enter_context(leased(remote, _holder(home)))
        except InUseError:
            if before_waiting is None:
                raise
            if not waited:
                before_waiting()
            waited = True
            time.sleep(LOOKS)


def _holder(home: Path) -> str:
    """The name of this mirror: no other has it, and only one run at a time has the mirror."""
    path = home / "holder"
    if not path.exists():
        path.write_text(secrets.token_hex(16), "utf-8")
    return path.read_text("utf-8")


def _prove_once(home: Path, lease: Lease) -> None:
    """Once per mirror: a server does not forget what a condition is."""
    proved = home / "proved"
    if not proved.exists():
        prove_conditions(lease)
        proved.touch()
