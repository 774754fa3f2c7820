"""Writing the answers: which files, which of them anew, and what is removed."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow.parquet as pq

from orchestration.contracts import Contract
from orchestration.feedback.annotating import write_workbooks
from orchestration.feedback.judged import Judged, judged_submissions
from orchestration.feedback.letter import letter, to_json
from orchestration.feedback.lines import Line, lines
from orchestration.feedback.marks import marks
from orchestration.feedback.workbook import Job
from orchestration.intake.limits import Limits, read_limits
from orchestration.intake.whole_files import write_if_changed
from orchestration.settings import Settings

ENDINGS = (".反馈.xlsx", ".反馈.json", ".反馈.md")
# A name in bytes, with room for the endings, among them that of a file half written; systems allow 255.
LONGEST_NAME = 180
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
    new = [answer for answer in answers if not _is_current(answer)]
    for answer in new:
        answer.stem.parent.mkdir(parents=True, exist_ok=True)
        answer.path(".反馈.json").unlink(missing_ok=True)
        answer.path(".反馈.xlsx").unlink(missing_ok=True)
    jobs = [_job(answer, settings) for answer in new if not answer.judged.refused]
    made = write_workbooks(jobs, limits or read_limits(settings.schemas))
    for answer in new:
        made_as = made.get(answer.path(".反馈.xlsx"))
        said = letter(answer.judged, answer.lines, attached=made_as is not None)
        write_if_changed(answer.path(".反馈.md"), said.encode())
        content = to_json(answer.judged, answer.lines, answer.basis, made_as)
        write_if_changed(answer.path(".反馈.json"), content.encode())
    return [_feedback(answer, answer in new) for answer in answers]


def remove_stale(settings: Settings) -> None:
    """Remove the answers to files that lie in the inbox no more, what a killed run left, and empty folders."""
    root = settings.workspace / "feedback"
    columns = ["submission", "round"]
    rows = pq.read_table(settings.workspace / "intake" / "submissions.parquet", columns=columns).to_pylist()
    stems = [_stem(root, row["submission"], bool(row["round"])) for row in rows]
    kept = {stem.with_name(stem.name + ending) for stem in stems for ending in ENDINGS}
    for path in sorted(root.rglob("*"), reverse=True):
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path not in kept:
            path.unlink()


def _answer(judged: Judged, root: Path, settings: Settings, rules: str) -> _Answer:
    found = tuple(lines(judged.faults, settings.schemas))
    content = json.dumps([rules, asdict(judged), [asdict(line) for line in found]], sort_keys=True)
    basis = hashlib.sha256(content.encode(errors="backslashreplace")).hexdigest()
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
    return path.exists() and json.loads(path.read_bytes())["basis"] == answer.basis


def _rules() -> str:
    """A digest of the code that writes answers: what it writes differently it writes anew."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def _job(answer: _Answer, settings: Settings) -> Job:
    source = settings.workspace / "store" / str(answer.judged.file)
    said = marks(answer.judged.faults, settings.schemas)
    return Job(source, answer.path(".反馈.xlsx"), answer.judged, answer.lines, said)


def _feedback(answer: _Answer, new: bool) -> Feedback:
    workbook = answer.path(".反馈.xlsx")
    return Feedback(
        submission=answer.judged.submission,
        dataset=answer.judged.dataset,
        folder=answer.stem.parent,
        severities=dict(Counter(fault.severity for fault in answer.judged.faults)),
        workbook=workbook if workbook.exists() else None,
        new=new,
    )
