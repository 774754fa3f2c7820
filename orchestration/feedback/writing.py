"""Writing the answers: which files, which of them anew, and what is removed."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path

import pyarrow.parquet as pq

from orchestration.contracts import Contract
from orchestration.feedback.annotating import annotate
from orchestration.feedback.answer import vouching, write_answer, write_texts
from orchestration.feedback.judged import Judged, judged_submissions
from orchestration.feedback.lines import Line, lines
from orchestration.feedback.marks import marks
from orchestration.feedback.workbook import Job
from orchestration.intake.limits import Limits, read_limits
from orchestration.intake.whole_files import finish
from orchestration.settings import Settings

ENDINGS = (".反馈.xlsx", ".反馈.json", ".反馈.md")
# A name in bytes, with room for the endings, among them that of a file half written; systems allow 255.
LONGEST_NAME = 180
# In seconds: so much of the writing is done again, at most, after a run was killed.
FINISHED_EVERY = 5.0
# A file that lies outside round/submitter/ has nobody to answer to: the operator finds it here.
UNPLACED = "-"


@dataclass(frozen=True)
class Feedback:
    """The answer to one submission: where it lies, its issues by severity, and whether it was written just now."""

    submission: str
    dataset: str | None
    folder: Path
    severities: dict[str, int]
    workbook: Path | None
    new: bool


@dataclass(frozen=True)
class _Answer:
    judged: Judged
    stem: Path
    lines: tuple[Line, ...]
    basis: str

    def path(self, ending: str) -> Path:
        return self.stem.with_name(self.stem.name + ending)


def write_feedback(settings: Settings, contract: Contract | None, limits: Limits | None = None) -> list[Feedback]:
    """Bring the answers to one dataset's submissions, or for None to refused files, in line with what was found.

    Only what has changed is written, each file in one step; the JSON comes last and vouches for the others. A file
    that has not been judged since it arrived keeps what it had. Returns them in the order of their paths. Raises
    OSError where the disk fails.
    """
    root = settings.workspace / "feedback"
    rules = _rules()
    answers = [_answer(each, root, settings, rules) for each in judged_submissions(settings, contract)]
    current = [_is_current(answer) for answer in answers]
    new = [answer for answer, is_current in zip(answers, current, strict=True) if not is_current]
    for answer in new:
        answer.stem.parent.mkdir(parents=True, exist_ok=True)
        answer.path(".反馈.json").unlink(missing_ok=True)
        answer.path(".反馈.xlsx").unlink(missing_ok=True)
    _write([_job(answer, settings) for answer in new], limits or read_limits(settings.schemas))
    return [_feedback(answer, not is_current) for answer, is_current in zip(answers, current, strict=True)]


def _write(jobs: Sequence[Job], limits: Limits) -> None:
    without_workbook = ((job, None) for job in jobs if job.judged.refused)
    others = [job for job in jobs if not job.judged.refused]
    written: list[Path] = []
    finished_at = time.monotonic()
    for job, made_as in chain(without_workbook, annotate(partial(write_answer, limits=limits), others, limits)):
        if made_as is None:
            write_texts(job, None)
        written.append(vouching(job))
        if time.monotonic() - finished_at >= FINISHED_EVERY:
            finish(written)
            written, finished_at = [], time.monotonic()
    finish(written)


def remove_stale(settings: Settings) -> None:
    """Remove the answers to files that lie in the inbox no more, what a killed run left, and empty folders."""
    root = settings.workspace / "feedback"
    columns = ["submission", "round"]
    rows = pq.read_table(settings.workspace / "intake" / "submissions.parquet", columns=columns).to_pylist()
    stems = [_stem(root, row["submission"], bool(row["round"])) for row in rows]
    kept = {f"{stem}{ending}" for stem in stems for ending in ENDINGS}
    for folder, _, names in os.walk(root, topdown=False):
        for name in names:
            if f"{folder}/{name}" not in kept:
                Path(folder, name).unlink()
        if folder != str(root) and not any(Path(folder).iterdir()):
            Path(folder).rmdir()


def _answer(judged: Judged, root: Path, settings: Settings, rules: str) -> _Answer:
    found = tuple(lines(judged, settings.schemas))
    basis = hashlib.sha256(repr((rules, judged, found)).encode(errors="backslashreplace")).hexdigest()
    return _Answer(judged, _stem(root, judged.submission, bool(judged.round)), found, basis)


def _stem(root: Path, submission: str, placed: bool) -> Path:
    """Where the answers to a submission lie, without their endings.

    A workbook's answer is named by its stem; `form.csv` beside `form.xlsx` keeps its ending to be told apart.
    """
    path = root / submission if placed else root / UNPLACED / submission
    name = path.stem if path.suffix.lower() == ".xlsx" else path.name
    if len(name.encode()) > LONGEST_NAME:
        digest = hashlib.sha256(path.name.encode()).hexdigest()[:8]
        name = f"{name.encode()[:LONGEST_NAME].decode(errors='ignore')}-{digest}"
    return path.with_name(name)


def _is_current(answer: _Answer) -> bool:
    path = answer.path(".反馈.json")
    # It is the first thing that the JSON says: an answer that stands is not read for it.
    beginning = f'{{\n  "basis": "{answer.basis}"'.encode()
    if not path.exists():
        return False
    with path.open("rb") as file:
        return file.read(len(beginning)) == beginning


def _rules() -> str:
    """A digest of the code that writes answers: what it writes differently it writes anew."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def _job(answer: _Answer, settings: Settings) -> Job:
    source = settings.workspace / "store" / str(answer.judged.file)
    said = marks(answer.judged.faults, settings.schemas)
    return Job(source, answer.path(".反馈.xlsx"), answer.judged, answer.lines, said, answer.basis)


def _feedback(answer: _Answer, new: bool) -> Feedback:
    workbook = answer.path(".反馈.xlsx")
    return Feedback(
        submission=answer.judged.submission,
        dataset=answer.judged.dataset,
        folder=answer.stem.parent,
        severities=dict(answer.judged.severities),
        workbook=workbook if workbook.exists() else None,
        new=new,
    )
