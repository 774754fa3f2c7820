"""Writing the answers: which files, which of them anew, and what is removed."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

from orchestration.contracts import Contract
from orchestration.feedback.judged import Fault, Judged, judged_submissions
from orchestration.feedback.letter import letter, to_json
from orchestration.feedback.lines import Line, lines
from orchestration.feedback.workbook import Job, Mark, gravest, make_workbook
from orchestration.intake.children import in_children
from orchestration.intake.issues import Refusal
from orchestration.intake.limits import DEFAULT_LIMITS, Limits
from orchestration.intake.whole_files import write_if_changed
from orchestration.quality.registry import SEVERITIES, issue_types
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


def write_feedback(
    settings: Settings, contracts: Mapping[str, Contract], limits: Limits = DEFAULT_LIMITS
) -> list[Feedback]:
    """Bring `.fuzhi/feedback/` in line with what was found in the inbox's files; in the order of their paths.

    Only what has changed is written, each file in one step; the JSON comes last and vouches for the others. A file
    whose dataset has not been judged since it arrived keeps what it had. Raises OSError where the disk fails.
    """
    root = settings.workspace / "feedback"
    judged, unjudged = judged_submissions(settings, contracts)
    rules = _rules()
    answers = [_answer(each, root, settings, rules) for each in judged]
    new = [answer for answer in answers if not _is_current(answer)]
    for answer in new:
        answer.stem.parent.mkdir(parents=True, exist_ok=True)
        answer.path(".反馈.json").unlink(missing_ok=True)
        answer.path(".反馈.xlsx").unlink(missing_ok=True)
    made = _write_workbooks([answer for answer in new if answer.judged.status == "read"], settings, limits)
    for answer in new:
        write_if_changed(answer.path(".反馈.md"), letter(answer.judged, answer.lines).encode())
        content = to_json(answer.judged, answer.lines, answer.basis, made.get(answer.path(".反馈.xlsx")))
        write_if_changed(answer.path(".反馈.json"), content.encode())
    _remove_others(root, [*(answer.stem for answer in answers), *(_stem(root, path) for path in unjudged)])
    return [_feedback(answer, answer in new) for answer in answers]


def _answer(judged: Judged, root: Path, settings: Settings, rules: str) -> _Answer:
    found = tuple(lines(judged.faults, settings.schemas))
    content = json.dumps([rules, asdict(judged), [asdict(line) for line in found]], sort_keys=True)
    basis = hashlib.sha256(content.encode(errors="backslashreplace")).hexdigest()
    placed = judged.submission if judged.round else f"{UNPLACED}/{judged.submission}"
    return _Answer(judged, _stem(root, placed), found, basis)


def _stem(root: Path, submission: str) -> Path:
    """Where the answers to a submission lie, without their endings.

    A workbook's answer is named by its stem; `form.csv` beside `form.xlsx` keeps its ending to be told apart.
    """
    path = root / submission
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


def _write_workbooks(answers: list[_Answer], settings: Settings, limits: Limits) -> dict[Path, str]:
    """Write the workbooks from the originals; where that fails, from the rows; where that fails too, there is none.

    Returns how each of them was made.
    """
    made: dict[Path, str] = {}
    jobs = [_job(answer, settings) for answer in answers]
    for rebuild in (False, True):
        jobs = [replace(job, rebuild=rebuild) for job in jobs]
        if jobs:
            results = list(in_children(partial(make_workbook, limits=limits), jobs, limits))
            made |= {
                job.target: result for job, result in zip(jobs, results, strict=True) if not isinstance(result, Refusal)
            }
            jobs = [job for job in jobs if job.target not in made]
    return made


def _job(answer: _Answer, settings: Settings) -> Job:
    source = settings.workspace / "store" / str(answer.judged.file)
    marks = _marks(answer.judged.faults, settings.schemas)
    return Job(source, answer.path(".反馈.xlsx"), answer.judged, answer.lines, marks)


def _marks(faults: Iterable[Fault], schemas: Path) -> tuple[Mark, ...]:
    """What is said at each cell; a fault of a whole row is said at its first cell."""
    cells: dict[tuple[str, str], list[Fault]] = defaultdict(list)
    for fault in faults:
        if fault.cell or fault.row:
            cells[fault.sheet, fault.cell or f"A{fault.row}"].append(fault)
    return tuple(
        Mark(sheet, cell, gravest(fault.severity for fault in found), "\n".join(_said(found, schemas)))
        for (sheet, cell), found in sorted(cells.items())
    )


def _said(faults: Iterable[Fault], schemas: Path) -> Iterable[str]:
    for fault in sorted(faults, key=lambda fault: SEVERITIES.index(fault.severity)):
        kind = issue_types(schemas)[fault.code]
        for lang, detail in (("zh", fault.detail), ("en", fault.detail_en)):
            yield " ".join(kind.render(lang, heading=fault.heading, value=fault.value, detail=detail))


def _remove_others(root: Path, stems: Iterable[Path]) -> None:
    """Remove the answers to files that lie in the inbox no more, what a killed run left, and empty folders."""
    if not root.is_dir():
        return
    kept = {stem.with_name(stem.name + ending) for stem in stems for ending in ENDINGS}
    for path in sorted(root.rglob("*"), reverse=True):
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path not in kept:
            path.unlink()


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
