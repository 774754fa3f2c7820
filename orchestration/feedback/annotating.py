"""Annotated workbooks made in child processes: a stranger's workbook is loaded for each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from orchestration.feedback.workbook import Job
from orchestration.intake.children import in_children
from orchestration.intake.issues import Refusal
from orchestration.intake.limits import Limits


def annotate(work: Callable[[Job], str], jobs: Iterable[Job], limits: Limits) -> Iterator[tuple[Job, str | None]]:
    """Do the work that makes workbooks from the originals; where that fails, from the rows.

    Yields each job with how its workbook was made, `original` or `rebuilt`, or None where that failed too.
    """
    left = list(jobs)
    for rebuild in (False, True):
        tried, left = [replace(job, rebuild=rebuild) for job in left], []
        for job, made_as in zip(tried, in_children(work, tried, limits), strict=True):
            if isinstance(made_as, Refusal):
                left.append(job)
            else:
                yield job, made_as
    yield from ((job, None) for job in left)
