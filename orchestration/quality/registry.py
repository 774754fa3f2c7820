"""Every issue the pipeline can raise, read from `schemas/shared/issues.yaml`, and its wording for the submitter."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from orchestration.errors import UserError
from orchestration.settings import PROJECT
from orchestration.yaml_files import YamlFileError, read_mapping

SCOPES = ("file", "sheet", "row", "cell", "dataset")
SEVERITIES = ("error", "warning", "info")
MENDERS = ("submitter", "operator", "reference")
# The characteristics of ISO/IEC 25012:2008, table 1.
DIMENSIONS = (
    "accuracy", "completeness", "consistency", "credibility", "currentness", "accessibility", "compliance",
    "confidentiality", "efficiency", "precision", "traceability", "understandability", "availability",
    "portability", "recoverability",
)  # fmt: skip
PLACEHOLDERS = ("heading", "value", "detail")
# A part of a template that goes where its placeholder has nothing to say.
OPTIONAL = re.compile(r"\[([^\[\]{}]*\{(heading|value|detail)\}[^\[\]{}]*)\]")
LANGUAGES = ("zh", "en")


class IssueRegistryError(UserError):
    """A registry that cannot be used; says in which file, which issue and why."""

    def __init__(self, path: Path, code: str | None, reason: str) -> None:
        place = path.name if code is None else f"{path.name}, issue {code}"
        super().__init__(f"{place}: {reason}")


@dataclass(frozen=True)
class IssueType:
    """One kind of issue: where it is found, how grave it is, who must mend it, and what the submitter is told."""

    code: str
    scope: str
    severity: str
    mender: str
    dimension: str
    message: str
    message_en: str
    advice: str
    advice_en: str

    def render(self, lang: str, *, heading: str = "", value: str = "", detail: str = "") -> tuple[str, str]:
        """The message and the advice in `zh` or `en`, their placeholders filled in.

        The result may hold a row's value: it is for the submitter alone, never for logs. Raises KeyError for
        another language.
        """
        templates = {"zh": (self.message, self.advice), "en": (self.message_en, self.advice_en)}[lang]
        words = {"heading": heading, "value": value, "detail": detail}
        message, advice = (_without_empty_parts(template, words).format(**words) for template in templates)
        return message, advice


def _without_empty_parts(template: str, words: Mapping[str, str]) -> str:
    return OPTIONAL.sub(lambda part: part[1] if words[part[2]] else "", template)


@cache
def issue_types(schemas: Path = PROJECT / "schemas") -> Mapping[str, IssueType]:
    """Every issue type by its code, in the order of the file.

    Raises IssueRegistryError for a file that cannot be read, an unknown or missing property, a value that is none
    of those allowed, or a template with a placeholder that nothing fills in.
    """
    path = schemas / "shared" / "issues.yaml"
    try:
        content = read_mapping(path, of="codes")
    except YamlFileError as error:
        raise IssueRegistryError(path, None, str(error)) from error
    return {code: _issue_type(path, code, entry) for code, entry in content.items()}


def render(code: str, lang: str, *, heading: str = "", value: str = "", detail: str = "") -> tuple[str, str]:
    """The message and the advice for an issue of the project's own registry; KeyError for an unknown code."""
    return issue_types()[code].render(lang, heading=heading, value=value, detail=detail)


def _issue_type(path: Path, code: str, entry: Any) -> IssueType:
    if not isinstance(entry, dict):
        raise IssueRegistryError(path, code, "is not a mapping of properties")
    known = {field.name for field in fields(IssueType)} - {"code"}
    if entry.keys() - known:
        raise IssueRegistryError(path, code, f"unknown property {', '.join(sorted(entry.keys() - known))}")
    if known - entry.keys():
        raise IssueRegistryError(path, code, f"lacks {', '.join(sorted(known - entry.keys()))}")
    for name, allowed in (
        ("scope", SCOPES),
        ("severity", SEVERITIES),
        ("mender", MENDERS),
        ("dimension", DIMENSIONS),
    ):
        if entry[name] not in allowed:
            raise IssueRegistryError(path, code, f"{name} {entry[name]!r} is none of {', '.join(allowed)}")
    for name in ("message", "message_en", "advice", "advice_en"):
        _check_template(path, code, name, entry[name])
    return IssueType(code=code, **entry)


def _check_template(path: Path, code: str, name: str, template: Any) -> None:
    if not isinstance(template, str) or not template.strip():
        raise IssueRegistryError(path, code, f"{name} is no text")
    try:
        parts = list(string.Formatter().parse(template))
    except ValueError as error:
        raise IssueRegistryError(path, code, f"{name} has a brace without its pair: {error}") from error
    for _, placeholder, spec, conversion in parts:
        if placeholder is not None and (placeholder not in PLACEHOLDERS or spec or conversion):
            allowed = ", ".join(f"{{{p}}}" for p in PLACEHOLDERS)
            raise IssueRegistryError(path, code, f"{name} has {{{placeholder}}}, which is none of {allowed}")
