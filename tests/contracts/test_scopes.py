"""Which city a submitter speaks for."""

from pathlib import Path

import pytest

from orchestration.contracts import ContractError
from orchestration.contracts.scopes import Scope, city_of, load_scopes
from orchestration.settings import PROJECT


def write(folder: Path, text: str) -> Path:
    (folder / "shared").mkdir()
    (folder / "shared" / "scopes.yaml").write_text(text, "utf-8")
    return folder


@pytest.mark.parametrize(
    ("submitter", "city"),
    [
        ("东营市工业和信息化局", "370500"),
        ("青岛市", "370200"),
        ("山东省样例产业协会", None),
        ("济南大学", None),
        ("check", None),
        (None, None),
    ],
)
def test_the_scope_of_a_submitter_is_told_by_its_name(submitter: str | None, city: str | None) -> None:
    assert city_of(submitter, load_scopes(PROJECT / "schemas")) == city


def test_the_first_pattern_that_fits_decides() -> None:
    scopes = [Scope("济南市*协会", None), Scope("济南市*", "370100")]
    assert [city_of(name, scopes) for name in ("济南市样例协会", "济南市样例局")] == [None, "370100"]


def test_without_the_file_everybody_speaks_for_the_province(tmp_path: Path) -> None:
    assert load_scopes(tmp_path) == ()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("submitters: 济南市*", "is not a list of scopes"),
        ("- 济南市*", "entry 1 is not"),
        ("- {submitters: a, city: '370100'}\n- {submitters: b, town: '1'}", "entry 2 is not"),
        ("- {submitters: a, city: 370100}", "entry 1: the city is no code"),
        ("- {submitters: a", "is not valid YAML"),
    ],
)
def test_what_is_no_scope_is_refused_with_its_place(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(ContractError, match=rf"scopes\.yaml: {reason}"):
        load_scopes(write(tmp_path, text))
