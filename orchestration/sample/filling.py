"""Which rows stand in which submission: new ones, later versions of earlier ones, repeated ones and faulty ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from orchestration.contracts import Contract, Reference
from orchestration.sample.composing import Filling, begin, later_version, new_row
from orchestration.sample.planting import plant_faults
from orchestration.sample.references import Answer, answers, in_order
from orchestration.sample.submissions import Entry, Submission, World, call

_SENT_AGAIN = 0.08
_ALSO_BY_THE_ASSOCIATION = 2
_REPEATED_IN_EVERY = 6


def filled(contracts: Mapping[str, Contract], world: World) -> dict[str, list[Submission]]:
    """The submissions of each dataset with their rows, the datasets that others refer to before those.

    `contracts`: those of the sample, sorted by name. ValueError where the words give too few rows.
    """
    positions = {name: position for position, name in enumerate(contracts)}
    found: dict[str, list[Submission]] = {}
    for contract in in_order(contracts):
        within = [reference for reference in contract.references if reference.dataset in contracts]
        # Who refers to a dataset is of the cities that send it, or there would be little to refer to.
        cities_at = positions[within[0].dataset if within else contract.name]
        submissions = call(contract, positions[contract.name], cities_at, world)
        may_mean = {each: answers(each, contracts[each.dataset], found[each.dataset]) for each in within}
        _fill(contract, submissions, world, may_mean)
        found[contract.name] = submissions
    return found


def _fill(
    contract: Contract,
    submissions: Sequence[Submission],
    world: World,
    may_mean: Mapping[Reference, tuple[Answer, ...]],
) -> None:
    """Put the rows of a dataset into its submissions, which are in the order of their rounds."""
    filling = begin(contract, world, may_mean)
    for submission in submissions:
        pool = filling.pool(submission.submitter.city)
        for _ in range(submission.new_rows):
            row = new_row(filling, pool, submission)
            if row is None:
                raise ValueError(f"{contract.name}: words.yaml has too few words or enterprises for so many rows")
            submission.entries.append(Entry(row))
    _send_again(filling, submissions)
    _repeat(filling, submissions)
    plant_faults(filling, submissions)
    for submission in submissions:
        filling.rng.shuffle(submission.entries)


def _send_again(filling: Filling, submissions: Sequence[Submission]) -> None:
    """Later rounds, supplements and the association hold later versions of rows that stand elsewhere."""
    for submission in submissions:
        taken = submission.keys()
        for other in submissions:
            if other is submission:
                continue
            same_sender = other.submitter == submission.submitter
            same_round = other.round == submission.round
            if same_sender and (
                other.round < submission.round or (same_round and submission.supplement and not other.supplement)
            ):
                number = max(1, round(_SENT_AGAIN * other.new_rows))
            elif submission.submitter.city is None and same_round and not submission.supplement:
                number = min(_ALSO_BY_THE_ASSOCIATION, round(_SENT_AGAIN * other.new_rows / 4))
            else:
                continue
            # The first rows of a submission are its new ones.
            for entry in filling.rng.sample(other.entries[: other.new_rows], number):
                key = entry.row.key(filling.contract)
                if key not in taken:
                    taken.add(key)
                    submission.entries.append(Entry(later_version(filling, entry.row, submission)))


def _repeat(filling: Filling, submissions: Sequence[Submission]) -> None:
    for submission in submissions[1::_REPEATED_IN_EVERY]:
        submission.entries.append(Entry(later_version(filling, submission.entries[0].row, submission)))
