"""Annotated workbooks made in child processes: a stranger's workbook is loaded for each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path

from orchestration.feedback.workbook import Job, make_workbook
from orchestration.intake.children import in_children
from orchestration.intake.limits import Limits


def write_workbooks(jobs: Iterable[Job], limits: Limits) -> dict[Path, str]:
    """Write the workbooks from the originals; where that fails, from the rows; where that fails too, there is none.

    Returns by target how each was made: `original` or `rebuilt`.
    """
    made: dict[Path, str] = {}
    left = list(jobs)
    for rebuild in (False, True):
        left = [replace(job, rebuild=rebuild) for job in left]
        results = in_children(partial(make_workbook, limits=limits), left, limits)
        made |= {job.target: made_as for job, made_as in zip(left, results, strict=True) if isinstance(made_as, str)}
        left = [job for job in left if job.target not in made]
    return made
