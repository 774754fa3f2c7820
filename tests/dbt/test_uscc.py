"""The credit code's check as the models compute it agrees with GB 32100-2015 written plainly."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.dbt.conftest import RunCase

SHARED = Path(__file__).parents[2].parent / "shared"
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]


def check_character(body: str) -> str:
    """The 18th character for 17 others, GB 32100-2015, 4.3."""
    total = sum(ALPHABET.index(character) * weight for character, weight in zip(body, WEIGHTS, strict=True))
    return ALPHABET[(31 - total % 31) % 31]


def fault(code: str) -> str:
    if not re.fullmatch(f"[{ALPHABET}]{{18}}", code):
        return "uscc_malformed@value"
    return "" if code[17] == check_character(code[:17]) else "uscc_check_character@value"


bodies = st.text(ALPHABET, min_size=17, max_size=17)
right_codes = bodies.map(lambda body: body + check_character(body))


@st.composite
def spoiled_codes(draw: st.DrawFn) -> str:
    """A right code with one character changed, two neighbours exchanged, one left out or one put in."""
    code = draw(right_codes)
    place = draw(st.integers(0, 16))
    character = draw(st.sampled_from(ALPHABET + "IOSVZ"))
    return draw(
        st.sampled_from(
            [
                code[:place] + character + code[place + 1 :],
                code[:place] + code[place + 1] + code[place] + code[place + 2 :],
                code[:place] + code[place + 1 :],
                code[:place] + character + code[place:],
            ]
        )
    )


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(codes=st.lists(st.one_of(right_codes, spoiled_codes()), min_size=1, max_size=40))
def test_faults_of_any_code_are_those_of_the_standard(run_case: RunCase, codes: list[str]) -> None:
    assert run_case("uscc_cells", codes) == [(code, code, fault(code)) for code in codes]


def test_every_real_code_is_right_and_no_single_change_of_it_is(run_case: RunCase) -> None:
    path = SHARED / "real" / "uscc" / "valid_usccs.txt"
    if not path.exists():
        pytest.skip("needs ../shared/real/uscc, which is not part of the project")
    codes = path.read_text("utf-8").split()
    assert len(codes) == 200
    assert {faults for _, _, faults in run_case("uscc_cells", codes)} == {""}

    changed = [
        code[:place] + ALPHABET[(ALPHABET.index(code[place]) + 1) % 31] + code[place + 1 :]
        for code in codes
        for place in range(18)
    ]
    assert {faults for _, _, faults in run_case("uscc_cells", changed)} == {"uscc_check_character@value"}
