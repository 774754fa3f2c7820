"""`fuzhi pull`: each source is asked for what is new, and that is put into the inbox as one form."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import partial

from orchestration.contracts import load_contracts, submitted
from orchestration.errors import UserError
from orchestration.intake.limits import Limits, read_limits
from orchestration.pulling.batch import Record, write_batch
from orchestration.pulling.cursor import Reading
from orchestration.pulling.errors import PullError
from orchestration.pulling.extra import quiet_dlt, require
from orchestration.pulling.patience import Deadline, Patience
from orchestration.pulling.places import Ledger
from orchestration.pulling.source import PostgresTable, RestService, Source
from orchestration.pulling.sources import SourcesError, load_sources
from orchestration.running.alone import alone
from orchestration.settings import Settings
from orchestration.storage.holding import bring_up, held_to_pull


@dataclass(frozen=True)
class Pulled:
    """What came of one source: how many records are new and the submission that holds them, or what is in the way."""

    source: str
    records: int = 0
    submission: str | None = None
    error: UserError | None = None


def pull(settings: Settings, only: Collection[str] = (), patience: Patience | None = None) -> list[Pulled]:
    """Pull the sources of `settings.sources`, or only those named; in their order, each for itself.

    A source that fails leaves the others alone: what is in its way is in `error`, nothing of it is in the inbox, and
    the next pull asks for the same again. Raises SourcesError for a file of sources that cannot be meant and for a name
    that it has none of, WorkspaceInUseError where another pull is under way.
    """
    datasets = submitted(load_contracts(settings.schemas))
    sources = load_sources(settings.sources, datasets)
    if unknown := [name for name in only if name not in sources]:
        raise SourcesError(f"there is no source {', '.join(unknown)}: choose of {', '.join(sources)}")
    limits = read_limits(settings.schemas)
    settings.inbox.mkdir(parents=True, exist_ok=True)
    # Not the workspace as a whole: a run may go on beside it, for a file is there whole or not at all.
    with held_to_pull(settings), alone(settings.workspace / "pull"):
        return [
            _pulled(source, settings, limits, patience or Patience())
            for name, source in sources.items()
            if not only or name in only
        ]


def _pulled(source: Source, settings: Settings, limits: Limits, patience: Patience) -> Pulled:
    ledger = Ledger(source, settings.workspace / "pull", settings.inbox, partial(bring_up, settings))
    try:
        return _pull(source, ledger, limits, patience)
    except UserError as error:
        ledger.clear()
        return Pulled(source.name, error=error)


def _pull(source: Source, ledger: Ledger, limits: Limits, patience: Patience) -> Pulled:
    before = ledger.standing()
    reading = Reading(source.cursor, before.mark, paged=isinstance(source, RestService))
    since = before.mark.since or (source.cursor.start if source.cursor else None)
    deadline = Deadline.of(source.bounds.seconds)
    given = _parts(source, since, deadline, patience, reading)
    new = (record for part in given for record in reading.new(part))
    count = write_batch(new, source, limits, ledger.notes, ledger.batch)
    mark = reading.mark()
    if source.cursor is None and count == 0 and before.file:
        raise PullError("all_gone")
    if count == 0 or (source.cursor is None and mark == before.mark):
        ledger.go_on(before, mark)
        return Pulled(source.name)
    return Pulled(source.name, count, ledger.place(before, mark).file)


def _parts(
    source: Source, since: str | None, deadline: Deadline, patience: Patience, reading: Reading
) -> Iterator[list[Record]]:
    # Imported here, for what they stand on is not installed everywhere.
    if isinstance(source, PostgresTable):
        require("psycopg2")
        from orchestration.pulling.postgresql import chunks_of

        return chunks_of(source, since, deadline, reading)
    assert isinstance(source, RestService)
    require("dlt")
    quiet_dlt()
    from orchestration.pulling.rest import pages_of

    return pages_of(source, since, deadline, patience)
