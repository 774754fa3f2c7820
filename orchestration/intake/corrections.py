"""Which submissions a corrected one replaces, whole: what the names of the files say, and nothing else.

A correction carries the word in its name: `汇总表（更正）.xlsx`, `汇总表-更正2.csv`, `corrected 汇总表.xlsx`. It
replaces the file of the same submitter, round and dataset that has its name but for that word, and that file's earlier
corrections.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from orchestration.intake.issues import Issue

_WORD = re.compile(r"(?:第?(\d+)次)?(?:更正|订正|修订|重报|corrected|correction)[稿版件表]?\W*(\d*)")


@dataclass(frozen=True)
class Sent:
    """A submission that was read, as far as it decides what replaces what."""

    submission: str
    round: str | None
    submitter: str | None
    dataset: str


@dataclass(frozen=True)
class Corrections:
    """By submission the one that replaces it, and the corrections of which nobody knows what they correct."""

    replaced_by: Mapping[str, str]
    unclear: frozenset[str]

    @cached_property
    def replaces(self) -> Mapping[str, list[str]]:
        """By submission those that it replaces, sorted."""
        replaces: dict[str, list[str]] = defaultdict(list)
        for older, newer in sorted(self.replaced_by.items()):
            replaces[newer].append(older)
        return replaces

    def issues_of(self, submission: str) -> list[Issue]:
        """What its submitter is told of it."""
        issues = []
        if newer := self.replaced_by.get(submission):
            issues.append(Issue("submission_replaced", _file_name(newer)))
        if older := self.replaces.get(submission):
            issues.append(Issue("submission_replaces", "、".join(map(_file_name, older))))
        if submission in self.unclear:
            issues.append(Issue("correction_unclear"))
        return issues


@dataclass(frozen=True)
class _Name:
    """A file's name without the word of correction, letters and digits only; `number` 0 is no correction."""

    plain: str
    number: int
    submission: str

    @property
    def order(self) -> tuple[int, str]:
        return self.number, self.submission


def corrections(sent: Iterable[Sent]) -> Corrections:
    """What replaces what among the submissions that were read; one that was refused replaces nothing.

    A correction without a file of its name replaces the one file that it can mean; where it can mean several it
    replaces none and is `unclear`.
    """
    groups: dict[tuple[str | None, str | None, str], list[_Name]] = defaultdict(list)
    for each in sent:
        groups[each.round, each.submitter, each.dataset].append(_name(each.submission))
    replaced_by: dict[str, str] = {}
    unclear = set()
    for names in groups.values():
        originals = [name for name in names if name.number == 0]
        # The last correction comes first, for it replaces the ones before it too.
        for correction in sorted(names, key=lambda name: name.order, reverse=True):
            if correction.number == 0:
                continue
            same = [name for name in names if name.plain == correction.plain and name.order < correction.order]
            meant = same or (originals if len(originals) == 1 else [])
            if originals and not meant:
                unclear.add(correction.submission)
            for name in meant:
                replaced_by.setdefault(name.submission, correction.submission)
    return Corrections(replaced_by, frozenset(unclear))


def _name(submission: str) -> _Name:
    name = _file_name(submission)
    stem, dot, _ = name.rpartition(".")
    text = unicodedata.normalize("NFKC", stem if dot else name).casefold()
    word = _WORD.search(text)
    plain = "".join(filter(str.isalnum, _WORD.sub("", text)))
    number = int(word[1] or word[2] or 1) if word else 0
    return _Name(plain, number, submission)


def _file_name(submission: str) -> str:
    return submission.rpartition("/")[2]
