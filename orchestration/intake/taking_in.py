"""The first stage as a whole: from the inbox to raw tables and the records of where everything came from."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from orchestration.contracts import Contract
from orchestration.contracts.scopes import Scope, city_of
from orchestration.intake.children import WORKERS, Provisional, in_children
from orchestration.intake.corrections import Sent, corrections
from orchestration.intake.forms import Form, fingerprint, form_of
from orchestration.intake.inbox import Found, scan
from orchestration.intake.issues import Issue, Refusal
from orchestration.intake.kept import Parses, parses_of, read_hashes, read_standing, write_hashes, write_standing
from orchestration.intake.limits import DEFAULT_LIMITS, Limits
from orchestration.intake.parsing import Parsed, Source, parse, raw_tables, refused, source_of
from orchestration.intake.raw import write_none
from orchestration.intake.records import Submission, write_records
from orchestration.intake.storing import store_file
from orchestration.intake.whole_files import UNFINISHED

# In seconds: so much of the reading is done again, at most, after a run was killed.
KEPT_EVERY = 5.0
# Called with how many files are parsed, of how many, and the last one's path in the inbox.
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class IntakeReport:
    """What is in the inbox now, and how many files had to be parsed."""

    submissions: tuple[Submission, ...]
    parsed: int

    @property
    def refused(self) -> tuple[Submission, ...]:
        """The files that were not taken in."""
        return tuple(each for each in self.submissions if each.status == "refused")

    def files(self, dataset: str) -> tuple[Submission, ...]:
        """The submissions of one dataset."""
        return tuple(each for each in self.submissions if each.parsed.dataset == dataset)

    def rows_read(self, dataset: str) -> int:
        """All rows of one dataset's submissions, the ignored ones too."""
        return sum(each.parsed.rows_read for each in self.files(dataset))


@dataclass(frozen=True)
class Places:
    """Where intake keeps its files in the workspace."""

    store: Path
    raw: Path
    intake: Path


def take_in(
    inbox: Path,
    workspace: Path,
    contracts: Mapping[str, Contract],
    limits: Limits = DEFAULT_LIMITS,
    progress: Progress | None = None,
    workers: int = WORKERS,
    scopes: Sequence[Scope] = (),
) -> IntakeReport:
    """Bring `store/`, `raw/` and `intake/` of the workspace in line with the inbox (`docs/architecture.md`).

    A file that has not changed is neither read nor hashed, a content that is known is not parsed again. A file that was
    read and has since become one that is refused stays what it was. Killed at any moment, the next call ends with the
    same files. Raises OSError where the inbox or the workspace fails.
    """
    forms = {name: form_of(contract) for name, contract in sorted(contracts.items())}
    places = _places(workspace, forms)
    found = scan(inbox, forms)
    files = _hashes(found, places, limits)
    sources = {
        each.submission: source_of(file, each.path.name, each.named)
        for each in found
        if isinstance(file := files[each.submission], str)
    }
    parses = parses_of(places.intake / "parsed", fingerprint(forms.values(), limits))
    parsing = _Parsing(parses, forms, limits, places, workers)
    parsed, unknown = _parsed(sources, parsing, progress)
    earlier = _earlier(places, found, sources, parsed)
    of_earlier, again = _parsed(earlier, parsing, progress)
    parsed |= of_earlier
    parses.keep_only(parsed)
    standing = {each.submission: _standing(each, files, sources, earlier, parsed) for each in found}
    submissions = _submissions(found, standing, scopes)
    _remove_unreferenced(places.raw, submissions)
    for form in forms.values():
        write_none(places.raw / form.dataset, form)
    write_records(places.intake, submissions)
    _remember(places, submissions, sources, earlier)
    return IntakeReport(tuple(submissions), unknown + again)


def _places(workspace: Path, forms: Iterable[str]) -> Places:
    places = Places(workspace / "store", workspace / "raw", workspace / "intake")
    for folder in (places.store, places.intake, *(places.raw / name for name in forms)):
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.glob(f"*{UNFINISHED}"):
            left.unlink()
    return places


def _hashes(found: Iterable[Found], places: Places, limits: Limits) -> dict[str, str | Refusal]:
    """By submission the hash of its file, which is in the store then, or why it has none."""
    ledger = places.intake / "ledger.json"
    last = read_hashes(ledger)
    hashes: dict[str, str | Refusal] = {}
    kept = []
    stored = False
    for each in found:
        if each.refusal:
            hashes[each.submission] = each.refusal
            continue
        file = last.of(each)
        try:
            if file is None or not (places.store / file).exists():
                file = store_file(each.path, places.store, limits)
                stored = True
        except Refusal as refusal:
            hashes[each.submission] = refusal
        else:
            hashes[each.submission] = file
            kept.append((each, file))
    if stored:
        os.sync()
    write_hashes(ledger, kept)
    return hashes


@dataclass(frozen=True)
class _Parsing:
    """What it takes to parse files."""

    parses: Parses
    forms: Mapping[str, Form]
    limits: Limits
    places: Places
    workers: int


def _parsed(
    sources: Mapping[str, Source], parsing: _Parsing, progress: Progress | None
) -> tuple[dict[Source, Parsed], int]:
    """What came of every distinct file, and how many of them had to be parsed for it."""
    places = parsing.places
    submitted_as = {source: submission for submission, source in sources.items()}
    parsed = {}
    for source in submitted_as:
        known = parsing.parses.known.get(source)
        if known and all(path.exists() for path in raw_tables(places.raw, source.file, known)):
            parsed[source] = known
    unknown = [source for source in submitted_as if source not in parsed]
    work = partial(parse, forms=parsing.forms, limits=parsing.limits, store=places.store, raw=places.raw)
    results = in_children(work, unknown, parsing.limits, parsing.workers)
    to_keep: dict[Source, Parsed] = {}
    kept_at = time.monotonic()
    for done, (source, result) in enumerate(zip(unknown, results, strict=True), start=1):
        parsed[source] = refused(result) if isinstance(result, Refusal) else result
        if not isinstance(result, Provisional):
            to_keep[source] = parsed[source]
        if done == len(unknown) or time.monotonic() - kept_at >= KEPT_EVERY:
            parsing.parses.add(to_keep)
            to_keep, kept_at = {}, time.monotonic()
        if progress:
            progress(done, len(unknown), submitted_as[source])
    return parsed, len(unknown)


def _earlier(
    places: Places, found: Iterable[Found], sources: Mapping[str, Source], parsed: Mapping[Source, Parsed]
) -> dict[str, Source]:
    """By submission that is refused now the content that was last read under its path."""
    last_read = read_standing(places.intake / "standing.json")
    now_refused = {
        each.submission
        for each in found
        if each.submission not in sources or parsed[sources[each.submission]].dataset is None
    }
    return {
        submission: source
        for submission, source in last_read.items()
        if submission in now_refused and source != sources.get(submission) and (places.store / source.file).exists()
    }


def _standing(
    found: Found,
    files: Mapping[str, str | Refusal],
    sources: Mapping[str, Source],
    earlier: Mapping[str, Source],
    parsed: Mapping[Source, Parsed],
) -> tuple[str | None, Parsed]:
    """The file that counts for a submission and what came of it: the present one, or the one it leaves standing."""
    file = files[found.submission]
    now = refused(file) if isinstance(file, Refusal) else parsed[sources[found.submission]]
    before = earlier.get(found.submission)
    if before is None or parsed[before].dataset is None:
        return (None if isinstance(file, Refusal) else file), now
    issues = (*now.issues, Issue("earlier_version_stands"), *parsed[before].issues)
    return before.file, replace(parsed[before], issues=issues)


def _submissions(
    found: Iterable[Found], standing: Mapping[str, tuple[str | None, Parsed]], scopes: Sequence[Scope]
) -> list[Submission]:
    """The submissions, each with the scope of its submitter and, if so, what replaces it or what it replaces."""
    sent = [
        Sent(each.submission, each.round, each.submitter, dataset)
        for each in found
        if (dataset := standing[each.submission][1].dataset)
    ]
    corrected = corrections(sent)
    submissions = []
    for each in found:
        file, parsed = standing[each.submission]
        submissions.append(
            Submission(
                each.submission,
                each.round,
                each.submitter,
                file,
                replace(parsed, issues=(*corrected.issues_of(each.submission), *parsed.issues)),
                city_of(each.submitter, scopes),
                corrected.replaced_by.get(each.submission),
            )
        )
    return submissions


def _remember(
    places: Places, submissions: Iterable[Submission], sources: Mapping[str, Source], earlier: Mapping[str, Source]
) -> None:
    """Write down what was read under each path."""
    read = [each.submission for each in submissions if each.status == "read"]
    write_standing(places.intake / "standing.json", {name: earlier.get(name) or sources[name] for name in read})


def _remove_unreferenced(raw: Path, submissions: Iterable[Submission]) -> None:
    """Remove raw tables that no submission has any more."""
    referenced = {path for each in submissions for path in raw_tables(raw, str(each.file), each.parsed)}
    for path in raw.glob("*/*"):
        if path.name != "none.parquet" and path not in referenced:
            path.unlink()
