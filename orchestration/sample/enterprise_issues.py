"""Enterprises under two names, and names with two codes: planted in rows that are published, told in the manifest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from orchestration.contracts import Contract
from orchestration.sample.enterprises import Enterprise
from orchestration.sample.submissions import Entry, Submission

_SEVERAL_NAMES = 3
_SEVERAL_USCCS = 2

# A thing of a dataset: the name of the dataset and the key of its rows.
Thing = tuple[str, tuple[str, ...]]


@dataclass(frozen=True)
class EnterpriseIssue:
    """One code under several names, or one name with several codes; `subject` is the code or the name."""

    code: str
    subject: str
    names: tuple[str, ...]
    usccs: tuple[str, ...]


def enterprise_issues(published: Iterable[tuple[str, str]]) -> tuple[EnterpriseIssue, ...]:
    """What must be told of published rows, each given as name and unified social credit code; sorted."""
    names: dict[str, set[str]] = defaultdict(set)
    usccs: dict[str, set[str]] = defaultdict(set)
    for name, uscc in published:
        names[uscc].add(name)
        usccs[name].add(uscc)
    found = [
        EnterpriseIssue("uscc_several_names", uscc, tuple(sorted(several)), (uscc,))
        for uscc, several in names.items()
        if len(several) > 1
    ]
    found += [
        EnterpriseIssue("name_several_usccs", name, (name,), tuple(sorted(several)))
        for name, several in usccs.items()
        if len(several) > 1
    ]
    return tuple(sorted(found, key=lambda issue: (issue.code, issue.subject)))


def plant_enterprise_issues(contracts: Mapping[str, Contract], filled: Mapping[str, Sequence[Submission]]) -> None:
    """Give a few enterprises a second name in one of their things, and a few others the name of another one."""
    named = {name: filled[name] for name in sorted(filled) if _may_be_renamed(contracts[name], contracts)}
    things, enterprises = _published_things(named)
    new_names: dict[Thing, str] = {}
    twice = _some([uscc for uscc in sorted(things) if len(things[uscc]) > 1], _SEVERAL_NAMES)
    for uscc in twice:
        new_names[things[uscc][-1]] = enterprises[uscc].name.replace("样例", "样例新", 1)
    others = _some([uscc for uscc in sorted(things) if uscc not in twice], 2 * _SEVERAL_USCCS)
    for one, other in zip(others[::2], others[1::2], strict=False):
        new_names |= dict.fromkeys(things[other], enterprises[one].name)
    for name, submissions in named.items():
        for submission in submissions:
            submission.entries[:] = [
                _renamed(entry, new_names.get((name, entry.row.key(submission.contract))))
                for entry in submission.entries
            ]


def _may_be_renamed(contract: Contract, contracts: Mapping[str, Contract]) -> bool:
    """Whether it publishes name and code, and the name neither makes a key nor is referred to."""
    theirs = {
        name
        for other in contracts.values()
        for reference in other.references
        if reference.dataset == contract.name
        for name in reference.their_fields
    }
    own = {name for reference in contract.references for name in reference.fields}
    public = {field.name for field in contract.public_fields}
    return {"org_name", "uscc"} <= public and "org_name" not in {*contract.key, *theirs, *own}


def _published_things(
    named: Mapping[str, Sequence[Submission]],
) -> tuple[dict[str, list[Thing]], dict[str, Enterprise]]:
    """The things of each code that are sure to be published with it, and the enterprises by their codes."""
    things: dict[str, set[Thing]] = defaultdict(set)
    enterprises: dict[str, Enterprise] = {}
    for name, submissions in named.items():
        for submission in submissions:
            for entry in submission.entries:
                enterprise, values = entry.row.enterprise, entry.row.values
                if entry.valid and values["uscc"] is not None and values["org_name"] is not None:
                    enterprises[enterprise.uscc] = enterprise
                    things[enterprise.uscc].add((name, entry.row.key(submission.contract)))
    return {uscc: sorted(found) for uscc, found in things.items()}, enterprises


def _some(usccs: Sequence[str], number: int) -> list[str]:
    """So many of them, far from one another."""
    return [usccs[turn * len(usccs) // number] for turn in range(number)] if len(usccs) >= number else []


def _renamed(entry: Entry, name: str | None) -> Entry:
    if name is None or entry.row.values["org_name"] is None:
        return entry
    return replace(entry, row=replace(entry.row, values={**entry.row.values, "org_name": name}))
