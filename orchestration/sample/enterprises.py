"""The made-up enterprises: valid codes, real places, and names, people and addresses that cannot be anybody's."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from orchestration.contracts.labels import fold
from orchestration.sample.code_lists import CodeList
from orchestration.sample.words import chance, fill

_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_TIERS = ("创新型中小企业", "专精特新中小企业", "专精特新小巨人", "制造业单项冠军", "瞪羚", "高新技术企业")


@dataclass(frozen=True)
class Enterprise:
    """An enterprise that does not exist; city, county, chain and industry are codes of the lists."""

    name: str
    short: str
    uscc: str
    city: str
    county: str
    chain: str
    industry: str
    tiers: tuple[str, ...]
    legal_representative: str
    contact_person: str
    contact_phone: str
    contact_email: str
    address: str


def uscc_check_character(body: str) -> str:
    """The 18th character of a unified social credit code, from the 17 before it (GB 32100-2015, 5.5)."""
    total = sum(_CHARACTERS.index(c) * w for c, w in zip(body, _USCC_WEIGHTS, strict=True))
    return _CHARACTERS[-total % 31]


def organisation_check_character(body: str) -> str:
    """The 9th character of an organisation code, from the 8 before it (GB 11714-1997, 4.2)."""
    total = sum(int(c, 36) * w for c, w in zip(body, _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]


def uscc(county: str, organisation: str) -> str:
    """A valid code of an enterprise (91) registered in a county, from the 8 characters that name it."""
    body = f"91{county}{organisation}{organisation_check_character(organisation)}"
    return body + uscc_check_character(body)


def numeric_uscc(county: str) -> str:
    """A valid code of digits alone, which a spreadsheet may take for a number and cut short."""
    candidates = (uscc(county, f"{number:08d}") for number in count(1))
    return next(code for code in candidates if code.isdigit())


def person(words: Mapping[str, Any], rng: random.Random) -> str:
    """A name with 样 in the middle, so that a test knows it wherever it turns up."""
    return f"{rng.choice(words['surnames'])}样{rng.choice(words['given'])}"


def mobile(serial: int) -> str:
    """A number that looks like a mobile's, from a range kept for the sample: 199 000xx xxx."""
    return f"199000{serial % 100_000:05d}"


def landline(area: str, serial: int) -> str:
    """A number that looks like a landline's: the area code and 8000 xxxx."""
    return f"{area}-8000{serial % 10_000:04d}"


def made_up_enterprises(words: Mapping[str, Any], lists: Mapping[str, CodeList], seed: int) -> tuple[Enterprise, ...]:
    """As many enterprises as `words.yaml` says, spread over the cities by their weight; names are unique."""
    rng = chance(seed, "enterprises")
    names: set[str] = set()
    return tuple(
        _enterprise(serial, county, words, lists, names, rng)
        for serial, county in enumerate(_counties(words, lists, rng), 1)
    )


def _counties(words: Mapping[str, Any], lists: Mapping[str, CodeList], rng: random.Random) -> Iterator[str]:
    cities = words["cities"]
    total = sum(city["weight"] for city in cities.values())
    for code, city in cities.items():
        counties = [county.code for county in lists["counties"].present if county.parent == code]
        for number in range(max(len(counties), round(words["enterprises"] * city["weight"] / total))):
            yield counties[number] if number < len(counties) else rng.choice(counties)


def _enterprise(
    serial: int,
    county: str,
    words: Mapping[str, Any],
    lists: Mapping[str, CodeList],
    names: set[str],
    rng: random.Random,
) -> Enterprise:
    place = lists["counties"].by_code[county]
    city = lists["cities"].by_code[place.parent]
    chain = rng.choice(sorted(words["chains"]))
    own = words["chains"][chain]
    texts = words["enterprise"]
    slots = {
        **own,
        "town": city.name.removesuffix("市"),
        "city": city.name,
        "county": place.name,
        "serial": f"{serial:05d}",
    }
    while True:
        brand = rng.choice(own["brand"])
        name = fill(rng.choice(texts["name"]), rng, {**slots, "brand": brand})
        if fold(name) not in names:
            names.add(fold(name))
            break
    area = words["cities"][city.code]["area"]
    return Enterprise(
        name=name,
        short=f"{slots['town']}样例{brand}",
        uscc=uscc(county, f"YL{serial:06d}"),
        city=city.code,
        county=county,
        chain=chain,
        industry=rng.choice(own["industries"]),
        tiers=tuple(sorted(rng.sample(_TIERS, rng.choice((1, 1, 2, 2, 3))), key=_TIERS.index)),
        legal_representative=person(words, rng),
        contact_person=person(words, rng),
        contact_phone=landline(area, serial) if rng.random() < 0.15 else mobile(serial),
        contact_email=fill(rng.choice(texts["email"]), rng, slots),
        address=fill(rng.choice(texts["address"]), rng, slots),
    )
