"""One answer as files beside each other: the annotated workbook, the letter, and the JSON that vouches for them."""

from __future__ import annotations

from pathlib import Path

from orchestration.feedback.letter import letter, to_json
from orchestration.feedback.workbook import Job, make_workbook
from orchestration.intake.limits import Limits
from orchestration.intake.whole_files import replace_file, write_unfinished


def write_answer(job: Job, limits: Limits) -> str:
    """Write an answer with its workbook, in a child process; how that was made. Raises Refusal as `read` does."""
    made_as = make_workbook(job, limits)
    write_texts(job, made_as)
    return made_as


def write_texts(job: Job, made_as: str | None) -> None:
    """Write the letter and the JSON, which is not in its place until `finish` puts it there."""
    with replace_file(job.target.with_suffix(".md")) as file:
        file.write(letter(job.judged, job.lines, attached=made_as is not None).encode())
    content = to_json(job.judged, job.lines, job.basis, made_as)
    write_unfinished(vouching(job), content.encode())


def vouching(job: Job) -> Path:
    """Where the JSON of an answer lies."""
    return job.target.with_suffix(".json")
