"""Which rows stand in which submission: new ones, later versions of earlier ones, repeated ones and faulty ones."""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from orchestration.contracts import Contract
from orchestration.sample.enterprises import Enterprise
from orchestration.sample.faults import Candidate, candidates, plant
from orchestration.sample.rows import Row, Value, compose
from orchestration.sample.submissions import Entry, Submission, World
from orchestration.sample.words import chance

_SENT_AGAIN = 0.08
_ALSO_BY_THE_ASSOCIATION = 2
_REPEATED_IN_EVERY = 6
_TRIES = 300
_DRAWS_ON = re.compile(r"\{[^{}]+:(\w+)\}")


@dataclass
class _Filling:
    """A dataset while its submissions are filled: the keys that were given out, and how often a code was planted."""

    contract: Contract
    world: World
    rng: random.Random
    by_city: Mapping[str, Sequence[Enterprise]]
    keys: set[tuple[str, ...]] = field(default_factory=set)
    turns: Counter[str] = field(default_factory=Counter)


def fill_submissions(contract: Contract, submissions: Sequence[Submission], world: World) -> None:
    """Put the rows of a dataset into its submissions, which are in the order of their rounds."""
    by_city: dict[str, list[Enterprise]] = defaultdict(list)
    for enterprise in world.enterprises:
        by_city[enterprise.city].append(enterprise)
    filling = _Filling(contract, world, chance(world.seed, contract.name, "rows"), by_city)
    for submission in submissions:
        pool = _pool(filling, submission)
        for _ in range(submission.new_rows):
            submission.entries.append(Entry(_new_row(filling, pool, submission)))
    _send_again(filling, submissions)
    _repeat(filling, submissions)
    _plant_faults(filling, submissions)
    for submission in submissions:
        filling.rng.shuffle(submission.entries)


def _new_row(
    filling: _Filling,
    pool: Sequence[Enterprise],
    submission: Submission,
    kept: Mapping[str, Value] | None = None,
    given: Collection[str] = (),
) -> Row:
    """A row of one of these enterprises whose key no other row has, with a value in each field of `given`."""
    for _ in range(_TRIES):
        row = _compose(filling, submission, filling.rng.choice(pool), kept or {})
        key = row.key(filling.contract)
        if key not in filling.keys and all(row.values[name] is not None for name in given):
            filling.keys.add(key)
            return row
    raise ValueError(f"{filling.contract.name}: words.yaml has too few words or enterprises for so many rows")


def _pool(filling: _Filling, submission: Submission, candidate: Candidate | None = None) -> Sequence[Enterprise]:
    """The enterprises that a submitter may report or, for a fault, those that it can be planted on."""
    city = submission.submitter.city
    if candidate and candidate.elsewhere:
        return [each for each in filling.world.enterprises if city and each.city != city]
    pool = filling.world.enterprises if city is None else filling.by_city[city]
    counties = candidate.counties if candidate else None
    return pool if counties is None else [enterprise for enterprise in pool if enterprise.county in counties]


def _compose(filling: _Filling, submission: Submission, enterprise: Enterprise, kept: Mapping[str, Value]) -> Row:
    world = filling.world
    return compose(filling.contract, enterprise, submission.period, world.words, world.lists, filling.rng, kept)


def _later_version(filling: _Filling, row: Row, submission: Submission) -> Row:
    """The same thing with other values: what makes its key stays, and what its key was composed from."""
    flavours = filling.world.words["datasets"][filling.contract.name].get("fields", {})
    kept = set(filling.contract.key)
    for name in filling.contract.key:
        flavour = flavours.get(name, {})
        kept |= {flavour["by"]} if "by" in flavour else set()
        kept |= set(_DRAWS_ON.findall(str(flavour.get("texts", ""))))
    return _compose(filling, submission, row.enterprise, {name: row.values[name] for name in kept})


def _send_again(filling: _Filling, submissions: Sequence[Submission]) -> None:
    """Later rounds, supplements and the association hold later versions of rows that stand elsewhere."""
    for submission in submissions:
        taken = _keys(filling.contract, submission)
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
                    submission.entries.append(Entry(_later_version(filling, entry.row, submission)))


def _repeat(filling: _Filling, submissions: Sequence[Submission]) -> None:
    for submission in submissions[1::_REPEATED_IN_EVERY]:
        submission.entries.append(Entry(_later_version(filling, submission.entries[0].row, submission)))


def _plant_faults(filling: _Filling, submissions: Sequence[Submission]) -> None:
    world = filling.world
    singles = candidates(filling.contract, world.words, world.lists)
    pairs = [
        (one, other)
        for one, other in combinations((candidate for candidate in singles if candidate.plain), 2)
        if one.field != other.field and one.code != other.code
    ]
    each = world.words["datasets"][filling.contract.name].get("faults_each", 1)
    doubles = filling.rng.sample(pairs, min(3 * each, len(pairs)))
    for number, together in enumerate([*((candidate,) for candidate in singles), *doubles]):
        submission = _room_for(filling, submissions, together, number * 7)
        if submission is not None:
            _plant(filling, submissions, submission, together, number)


def _room_for(
    filling: _Filling, submissions: Sequence[Submission], together: tuple[Candidate, ...], start: int
) -> Submission | None:
    columns = set().union(*(candidate.columns for candidate in together))
    for step in range(len(submissions)):
        submission = submissions[(start + step) % len(submissions)]
        if submission.holds(columns) and _pool(filling, submission, together[0]):
            return submission
    return None


def _plant(
    filling: _Filling,
    submissions: Sequence[Submission],
    submission: Submission,
    together: tuple[Candidate, ...],
    number: int,
) -> None:
    contract, world = filling.contract, filling.world
    given = set().union(*(candidate.columns for candidate in together))
    kept = {name: value for candidate in together for name, value in candidate.kept}
    row = _new_row(filling, _pool(filling, submission, together[0]), submission, kept, given)
    key_stands = not given & set(contract.key) and not any(c.counties or c.kept or c.elsewhere for c in together)
    if key_stands and number % 3 == 0 and (earlier := _earlier_row(filling, submissions, submission)):
        # A faulty row for a thing that an earlier round reported well: the earlier one must stay.
        later = _later_version(filling, earlier, submission)
        row = later if all(later.values[name] is not None for name in given) else row
    faults = []
    for candidate in together:
        turn = filling.turns[candidate.code]
        filling.turns[candidate.code] += 1
        faults.append(plant(candidate, contract, row, turn, world.words, world.lists, filling.rng))
    submission.entries.append(Entry(row, tuple(faults)))
    if key_stands and number % 4 == 1:
        for other in submissions:
            if other.round > submission.round and other.submitter == submission.submitter:
                # The next round mends it.
                other.entries.append(Entry(_later_version(filling, row, other)))
                break


def _earlier_row(filling: _Filling, submissions: Sequence[Submission], submission: Submission) -> Row | None:
    taken = _keys(filling.contract, submission)
    for other in submissions:
        if other.round < submission.round and other.submitter == submission.submitter:
            for entry in other.entries[: other.new_rows]:
                if entry.row.key(filling.contract) not in taken:
                    return entry.row
    return None


def _keys(contract: Contract, submission: Submission) -> set[tuple[str, ...]]:
    return {entry.row.key(contract) for entry in submission.entries}
