"""What was sent, summed up in the manifest: what becomes of each row, and where each fault stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from orchestration.contracts import Contract
from orchestration.sample.enterprise_issues import enterprise_issues
from orchestration.sample.forms import Form
from orchestration.sample.manifest import Manifest, Planted, SampleDataset, SampleFile, SentRow, outcomes
from orchestration.sample.rows import Row
from orchestration.sample.strays import Stray
from orchestration.sample.submissions import Submission


def account(sent: list[tuple[Submission, Form]], refused: list[Stray], seed: int, scale: float) -> Manifest:
    """The manifest of all that was sent, read or refused, in the order of the paths."""
    replaced_by = {submission.corrects: submission.path for submission, _ in sent if submission.corrects}
    rows = [row for submission, form in sent for row in _rows(submission, form)]
    counts, repeated, published = outcomes(row for row in rows if row.submission not in replaced_by)
    for row in rows:
        if row.submission in replaced_by:
            counts[row.submission]["superseded"] += 1
    repeating = {row.submission for row in repeated}
    files = [
        SampleFile(
            submission=submission.path,
            round=submission.round,
            submitter=submission.submitter.name,
            dataset=submission.contract.name,
            format=submission.format.suffix,
            status="read",
            rows_read=form.rows_read,
            published=counts[submission.path]["published"],
            superseded=counts[submission.path]["superseded"],
            quarantined=counts[submission.path]["quarantined"],
            ignored=form.ignored,
            habits=tuple(
                sorted(
                    form.habits
                    | ({"same_key_again"} if submission.path in repeating else set())
                    | ({"corrected"} if submission.path in replaced_by else set())
                )
            ),
        )
        for submission, form in sent
    ]
    for stray in refused:
        suffix = Path(stray.path).suffix.removeprefix(".")
        files.append(SampleFile(stray.path, stray.round, stray.submitter, None, suffix, "refused", 0, 0, 0, 0, {}, ()))
    faults = [Planted(stray.path, stray.code) for stray in refused]
    faults += [fault for submission, form in sent for fault in _faults_of_sheets(submission, form)]
    faults += [
        fault for submission, form in sent if submission.path not in replaced_by for fault in _faults(submission, form)
    ]
    for old, new in replaced_by.items():
        faults += [Planted(old, "submission_replaced"), Planted(new, "submission_replaces")]
    faults += [Planted(row.submission, "repeated_in_submission", row.dataset, row.sheet, row.row) for row in repeated]
    return Manifest(
        seed=seed,
        scale=scale,
        datasets=_totals(files),
        files=tuple(sorted(files, key=lambda file: file.submission)),
        faults=tuple(sorted(faults, key=_order)),
        enterprise_issues=enterprise_issues(pair for row in published for pair in row.named),
        private_values=tuple(sorted({value for _, form in sent for value in form.private})),
    )


def _order(fault: Planted) -> tuple[str, str, int, str, str, str]:
    return (
        fault.submission, fault.sheet or "", fault.row or 0, fault.cell or "", fault.code, fault.heading or "",
    )  # fmt: skip


def _totals(files: list[SampleFile]) -> dict[str, SampleDataset]:
    by_dataset: dict[str, list[SampleFile]] = defaultdict(list)
    for file in files:
        if file.dataset is not None:
            by_dataset[file.dataset].append(file)
    return {
        name: SampleDataset(
            files=len(own),
            read=sum(file.rows_read for file in own),
            published=sum(file.published for file in own),
            superseded=sum(file.superseded for file in own),
            quarantined=sum(file.quarantined for file in own),
            ignored=sum(sum(file.ignored.values()) for file in own),
        )
        for name, own in sorted(by_dataset.items())
    }


def _rows(submission: Submission, form: Form) -> list[SentRow]:
    return [
        SentRow(
            round=submission.round,
            submitter=submission.submitter.name,
            submission=submission.path,
            table=place.table,
            row=place.row,
            dataset=submission.contract.name,
            sheet=place.sheet,
            key=entry.row.key(submission.contract),
            valid=entry.valid,
            named=tuple(_named(submission.contract, entry.row)),
        )
        for entry, place in zip(form.entries, form.places, strict=True)
    ]


def _named(contract: Contract, row: Row) -> Iterator[tuple[str, str]]:
    """The names in a row that is published, each with the unified social credit code beside it."""
    for field in contract.public_fields:
        if field.holder is not None:
            name, uscc = row.values[field.holder], row.values[field.name]
            if isinstance(name, str) and isinstance(uscc, str):
                yield name, uscc


def _faults_of_sheets(submission: Submission, form: Form) -> list[Planted]:
    name, path = submission.contract.name, submission.path
    found = [Planted(path, "sheet_hidden", name, sheet) for sheet in form.hidden]
    return found + [
        Planted(path, "column_unclaimed", name, sheet, heading=heading) for sheet, heading in form.unclaimed
    ]


def _faults(submission: Submission, form: Form) -> list[Planted]:
    name, path = submission.contract.name, submission.path
    found = []
    for entry, place in zip(form.entries, form.places, strict=True):
        for fault in entry.faults:
            cell = f"{form.letters[fault.told_at]}{place.row}"
            found.append(
                Planted(path, fault.code, name, place.sheet, place.row, cell, fault.told_at, detail=fault.detail)
            )
    return found
