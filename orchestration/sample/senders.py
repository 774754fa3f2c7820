"""Who may send, and who of them sends a dataset: the bureaus of the cities, an association, a university office."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orchestration.sample.code_lists import CodeList

# Prime to the number of cities, so that the steps lead through all of them.
_START, _STEP = 5, 3
_ENOUGH_FOR_THE_ASSOCIATION = 3


@dataclass(frozen=True)
class Submitter:
    """A city's bureau, or an office that speaks for the whole province: then `city` is None."""

    name: str
    city: str | None
    weight: float


def submitters(words: Mapping[str, Any], lists: Mapping[str, CodeList]) -> list[Submitter]:
    """The bureaus in the order of their cities' codes, then the association."""
    cities = lists["cities"].by_code
    bureaus = [
        Submitter(words["bureau"].format(city=cities[code].name), code, city["weight"])
        for code, city in words["cities"].items()
    ]
    return [*bureaus, _office(words["association"])]


def senders(
    flavour: Mapping[str, Any], position: int, words: Mapping[str, Any], lists: Mapping[str, CodeList]
) -> list[Submitter]:
    """Those of the submitters who send a dataset, in their order; `position` tells datasets apart.

    `flavour` holds the words of the dataset: `senders`, how many, the association among them from three on; `also`, an
    office that has an entry of that name in `words.yaml`. At one position more senders include those that fewer are.
    """
    everyone = submitters(words, lists)
    chosen = everyone
    if "senders" in flavour:
        *bureaus, association = everyone
        offices = [association] if flavour["senders"] >= _ENOUGH_FOR_THE_ASSOCIATION else []
        number = flavour["senders"] - len(offices)
        places = {(position * _START + turn * _STEP) % len(bureaus) for turn in range(number)}
        chosen = [*(bureaus[place] for place in sorted(places)), *offices]
    return [*chosen, _office(words[flavour["also"]])] if "also" in flavour else chosen


def _office(entry: Mapping[str, Any]) -> Submitter:
    return Submitter(entry["name"], None, entry["weight"])
