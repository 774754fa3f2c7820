"""Made-up enterprises: codes that are valid, places that are real, names that nobody bears."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.sample.code_lists import CodeList
from orchestration.sample.enterprises import (
    Enterprise,
    made_up_enterprises,
    numeric_uscc,
    organisation_check_character,
    uscc,
    uscc_check_character,
)
from orchestration.sample.words import load_words

REAL = Path(__file__).parents[3] / "shared" / "real" / "uscc" / "valid_usccs.txt"
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def holds(code: str) -> bool:
    """GB 32100-2015 said otherwise: the weights are the powers of 3 modulo 31, and all adds up to a multiple of 31."""
    total = sum(ALPHABET.index(c) * pow(3, place, 31) for place, c in enumerate(code[:17]))
    return len(code) == 18 and (total + ALPHABET.index(code[17])) % 31 == 0


@pytest.fixture(scope="module")
def enterprises(lists: dict[str, CodeList]) -> tuple[Enterprise, ...]:
    return made_up_enterprises(load_words(), lists, 2023)


def test_check_characters_agree_with_real_codes() -> None:
    if not REAL.exists():
        pytest.skip("the real files are not here: no shared/real/uscc/valid_usccs.txt")
    codes = re.findall(r"\b[0-9A-Z]{18}\b", REAL.read_text(encoding="utf-8"))
    assert len(codes) == 200
    assert [code for code in codes if uscc_check_character(code[:17]) != code[17]] == []
    assert [code for code in codes if organisation_check_character(code[8:16]) != code[16]] == []


@pytest.mark.parametrize(
    ("body", "check"), [("00000000", "0"), ("00000001", "9"), ("00000005", "1"), ("YL000001", "2"), ("D2143569", "X")]
)
def test_organisation_check_character_of_gb_11714(body: str, check: str) -> None:
    assert organisation_check_character(body) == check


@given(st.text(ALPHABET, min_size=17, max_size=17))
def test_any_body_gets_a_check_character_that_holds(body: str) -> None:
    assert holds(body + uscc_check_character(body))


def test_every_enterprise_has_a_valid_code_of_its_own_county(
    enterprises: tuple[Enterprise, ...], lists: dict[str, CodeList]
) -> None:
    assert [e for e in enterprises if not holds(e.uscc)] == []
    assert [e for e in enterprises if e.uscc[:2] != "91" or e.uscc[2:8] != e.county] == []
    assert [e for e in enterprises if lists["counties"].by_code[e.county].parent != e.city] == []
    assert len({e.uscc for e in enterprises}) == len(enterprises)


def test_every_present_county_has_an_enterprise_and_no_retired_one_has(
    enterprises: tuple[Enterprise, ...], lists: dict[str, CodeList]
) -> None:
    assert {e.county for e in enterprises} == {code.code for code in lists["counties"].present}


def test_every_name_is_marked_and_stands_once(enterprises: tuple[Enterprise, ...]) -> None:
    assert [e.name for e in enterprises if "样例" not in e.name] == []
    assert len({e.name for e in enterprises}) == len(enterprises)
    assert [e for e in enterprises if not re.fullmatch(r".样[^例]", e.contact_person)] == []
    assert [e for e in enterprises if not re.fullmatch(r"199000\d{5}|0\d{3}-8000\d{4}", e.contact_phone)] == []
    assert [e for e in enterprises if not re.search(r"@example\.(com|cn)$", e.contact_email)] == []
    assert [e for e in enterprises if "样例" not in e.address] == []


def test_industries_and_chains_are_of_the_lists(
    enterprises: tuple[Enterprise, ...], lists: dict[str, CodeList]
) -> None:
    present = {name: {code.code for code in lists[name].present} for name in ("industries", "chains")}
    assert {e.industry for e in enterprises} <= present["industries"]
    assert {e.chain for e in enterprises} == present["chains"]


def test_a_code_of_digits_alone_is_valid_and_loses_its_last_digits_as_a_number() -> None:
    code = numeric_uscc("370102")
    assert code.isdigit()
    assert holds(code)
    assert f"{float(code):.15g}" != code


def test_uscc_of_a_county_and_a_body() -> None:
    assert uscc("370102", "YL000001")[:16] == "91370102YL000001"
    assert holds(uscc("370102", "YL000001"))
