"""The page for submitters: the forms to fill in, what is checked and why, and the kinds of issue with what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from orchestration.catalogue.issues import advice_words, issue_words
from orchestration.catalogue.pages.home import ACTIONS, group_of
from orchestration.catalogue.pages.layout import Frame
from orchestration.catalogue.published import File
from orchestration.contracts import Contract
from orchestration.quality.registry import IssueType

SEVERITIES = ("error", "warning", "info")


@dataclass(frozen=True)
class Form:
    """A dataset that forms are sent for: its form to download, who asks for it, and the rules of its contract.

    `fields`, `required` and `private`: how many columns the form has, must be filled in, and are never published.
    """

    name: str
    title: str
    clauses: tuple[str, ...]
    file: File | None
    fields: int
    required: int
    private: int
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Issue:
    """A kind of issue: what is wrong, what to do, and who mends it."""

    code: str
    message: str
    advice: str
    mender: str


@dataclass(frozen=True)
class SubmittersPage:
    """All that the page says."""

    frame: Frame
    forms: tuple[Form, ...]
    issues: tuple[tuple[str, tuple[Issue, ...]], ...]


def submitters_page(
    frame: Frame, contracts: Sequence[Contract], forms: Mapping[str, File], types: Mapping[str, IssueType]
) -> SubmittersPage:
    """The page in the language of `frame`; `contracts` are those of the datasets that forms are sent for."""
    chinese = frame.language == "zh"
    return SubmittersPage(
        frame=frame,
        forms=tuple(
            Form(
                name=one.name,
                title=one.title if chinese else one.title_en,
                clauses=one.plan_clauses,
                file=forms.get(one.name),
                fields=len(one.fields),
                required=sum(field.required for field in one.fields),
                private=sum(not field.public for field in one.fields),
                rules=tuple(rule.message if chinese else rule.message_en for rule in one.rules),
            )
            for one in sorted(contracts, key=lambda one: ACTIONS.find(group_of(one)))
        ),
        issues=tuple(
            (
                severity,
                tuple(
                    Issue(
                        one.code,
                        issue_words(types, one.code, frame.language),
                        advice_words(one, frame.language),
                        one.mender,
                    )
                    for one in types.values()
                    if one.severity == severity
                ),
            )
            for severity in SEVERITIES
        ),
    )
