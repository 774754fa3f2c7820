"""The annotated workbook of a file that was checked: the same that a run sends back."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

from orchestration.errors import UserError
from orchestration.feedback.annotating import annotate
from orchestration.feedback.judged import Judged
from orchestration.feedback.lines import lines
from orchestration.feedback.marks import marks
from orchestration.feedback.workbook import Job, make_workbook
from orchestration.intake import read_limits
from orchestration.intake.whole_files import replace_file
from orchestration.settings import Settings


def refuse_target(target: Path, file: Path, *, force: bool) -> None:
    """Raise UserError where the workbook of a check cannot or must not be written to `target`."""
    if target.suffix.lower() != ".xlsx":
        raise UserError(f"{target}: the answer is an Excel workbook, so its name must end in .xlsx")
    if target.exists():
        if target.samefile(file):
            raise UserError(f"{target} is the file to check; the workbook needs a name of its own")
        if target.is_dir() or not force:
            raise UserError(f"{target} is there already; --force replaces it")
    if not target.parent.is_dir():
        raise UserError(f"{target}: there is no folder {target.parent}")


def write_workbook(judged: Judged, file: Path, target: Path, settings: Settings) -> None:
    """Write the workbook of a file that was read, with its faulty cells marked, to `target`.

    Raises UserError where neither the file nor its rows can be made into one, and where `target` cannot be written.
    """
    found = tuple(lines(judged, settings.schemas))
    said = marks(judged.faults, settings.schemas)
    with tempfile.TemporaryDirectory(prefix="fuzhi-check-") as folder:
        # A child process makes it; what it says of an error would be taken for the form's fault.
        made = Path(folder, "made.xlsx")
        limits = read_limits(settings.schemas)
        job = Job(file, made, judged, found, said)
        ((_, made_as),) = annotate(partial(make_workbook, limits=limits), [job], limits)
        if made_as is None:
            raise UserError(f"no workbook could be made of {judged.name}")
        try:
            with replace_file(target) as workbook:
                workbook.write(made.read_bytes())
        except OSError as error:
            raise UserError(f"{target} cannot be written: {error.strerror}") from error
