"""Where the faults are planted: a row of its own for each, in a submission that has the columns for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, islice

from orchestration.sample.composing import Filling, later_version, new_row
from orchestration.sample.enterprises import Enterprise
from orchestration.sample.faults import Candidate, Fault, candidates, plant
from orchestration.sample.rows import Row
from orchestration.sample.side_effects import broken_rules, unanswered
from orchestration.sample.submissions import Entry, Submission

# How many rows are tried, with values in the faulty fields and without, and in how many submissions.
_TRIES = {True: 10, False: 20}
_TRIES_FOR_A_ROW = 40
_SUBMISSIONS_TRIED = 3


def plant_faults(filling: Filling, submissions: Sequence[Submission]) -> None:
    """Plant what the contract has room for, and a few rows with two faults at once.

    What fits into no submission stays out. ValueError where the words on a rule do not break it, or break more.
    """
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
        turns = [filling.turns[candidate.code] for candidate in together]
        filling.turns.update(candidate.code for candidate in together)
        places = list(islice(_places(filling, submissions, together, number * 7), _SUBMISSIONS_TRIED))
        planted = any(_plant(filling, submissions, place, together, turns, number) for place in places)
        if places and not planted and together[0].rule:
            name, rule = filling.contract.name, together[0].rule.name
            raise ValueError(f"{name}: the words on rule {rule} do not break it alone")


def _places(
    filling: Filling, submissions: Sequence[Submission], together: tuple[Candidate, ...], start: int
) -> Iterator[Submission]:
    """The submissions that have the columns, the round and the enterprises for it, from one on that is its turn."""
    for step in range(len(submissions)):
        submission = submissions[(start + step) % len(submissions)]
        if all(_fits(candidate, submission) for candidate in together) and _pool(filling, submission, together[0]):
            yield submission


def _fits(candidate: Candidate, submission: Submission) -> bool:
    """Whether the form has the columns, and the rule is for its round."""
    rule = candidate.rule
    if rule and rule.from_round and submission.round < rule.from_round:
        return False
    if rule and rule.until_round and submission.round > rule.until_round:
        return False
    return submission.holds(candidate.columns)


def _pool(filling: Filling, submission: Submission, candidate: Candidate) -> Sequence[Enterprise]:
    """The enterprises that the submitter may report the fault on."""
    city = submission.submitter.city
    if candidate.elsewhere:
        return [each for each in filling.world.enterprises if city and each.city != city]
    pool = filling.pool(city)
    if candidate.counties is None:
        return pool
    return [enterprise for enterprise in pool if enterprise.county in candidate.counties]


def _plant(
    filling: Filling,
    submissions: Sequence[Submission],
    submission: Submission,
    together: tuple[Candidate, ...],
    turns: Sequence[int],
    number: int,
) -> bool:
    """Plant it in a row in which it does nothing else; False where no such row is found."""
    contract, world = filling.contract, filling.world
    concerned = set().union(*(candidate.columns for candidate in together))
    key_stands = not concerned & set(contract.key) and not any(c.counties or c.kept or c.elsewhere for c in together)
    for attempt, new in enumerate(_new_rows(filling, submission, together)):
        row = new
        if key_stands and number % 3 == 0 and not attempt:
            # A faulty row for a thing that an earlier round reported well: the earlier one must stay.
            row = _version_of_an_earlier_row(filling, submissions, submission, concerned) or new
        faults = tuple(
            plant(candidate, contract, row, turn, world.words, world.lists, filling.rng)
            for candidate, turn in zip(together, turns, strict=True)
        )
        if _is_all(filling, submission, row, faults, together):
            submission.entries.append(Entry(row, faults))
            if key_stands and number % 4 == 1:
                _mend(filling, submissions, submission, row)
            return True
        filling.keys.discard(new.key(contract))
    return False


def _new_rows(filling: Filling, submission: Submission, together: tuple[Candidate, ...]) -> Iterator[Row]:
    """Rows to plant it in: at first with values in the faulty fields, as most rows have them."""
    pool = _pool(filling, submission, together[0])
    kept = {name: value for candidate in together for name, value in candidate.kept}
    for with_values, tries in _TRIES.items():
        given = set().union(*(candidate.given(with_values) for candidate in together))
        for _ in range(tries):
            row = new_row(filling, pool, submission, kept, given, _TRIES_FOR_A_ROW)
            if row is None:
                break
            yield row


def _is_all(
    filling: Filling, submission: Submission, row: Row, faults: Sequence[Fault], together: tuple[Candidate, ...]
) -> bool:
    """Whether nothing else is wrong in the row: no rule but the one meant, no reference but the one meant."""
    contract, wrong = filling.contract, {fault.field for fault in faults}
    values = {**row.values, **{fault.field: fault.read for fault in faults}}
    rules = [candidate.rule for candidate in together if candidate.rule]
    concerned = wrong & {name for rule in contract.rules for name in rule.fields}
    if concerned and broken_rules(contract, values, submission.round) != rules:
        return False
    unknown = unanswered(contract, values, filling.answers)
    meant = {candidate.field.name for candidate in together if candidate.code == "reference_unknown"}
    return [reference.fields[-1] for reference in unknown] == sorted(meant)


def _version_of_an_earlier_row(
    filling: Filling, submissions: Sequence[Submission], submission: Submission, concerned: set[str]
) -> Row | None:
    earlier = _earlier_row(filling, submissions, submission)
    later = later_version(filling, earlier, submission) if earlier else None
    return later if later and all(later.values[name] is not None for name in concerned) else None


def _earlier_row(filling: Filling, submissions: Sequence[Submission], submission: Submission) -> Row | None:
    taken = submission.keys()
    for other in submissions:
        if other.round < submission.round and other.submitter == submission.submitter:
            for entry in other.entries[: other.new_rows]:
                if entry.row.key(filling.contract) not in taken:
                    return entry.row
    return None


def _mend(filling: Filling, submissions: Sequence[Submission], submission: Submission, row: Row) -> None:
    """The next round mends it."""
    for other in submissions:
        if other.round > submission.round and other.submitter == submission.submitter:
            other.entries.append(Entry(later_version(filling, row, other)))
            break
