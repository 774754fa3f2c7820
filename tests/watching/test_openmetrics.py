"""Figures as text: whole by the grammar, and nothing that it does not allow."""

from __future__ import annotations

import pytest

from orchestration.watching.openmetrics import Family, text_of
from tests.watching.grammar import parse


def test_families_are_written_with_type_unit_help_and_end() -> None:
    families = [
        Family("fuzhi_took_seconds", "How long.", (({}, 1.5),), unit="seconds"),
        Family("fuzhi_runs", "Runs.", (({"outcome": "failed"}, 2), ({"outcome": "done"}, 3.0)), "counter"),
        Family("fuzhi_nothing", "Left out.", ()),
    ]
    assert text_of(families) == (
        "# TYPE fuzhi_took_seconds gauge\n"
        "# UNIT fuzhi_took_seconds seconds\n"
        "# HELP fuzhi_took_seconds How long.\n"
        "fuzhi_took_seconds 1.5\n"
        "# TYPE fuzhi_runs counter\n"
        "# HELP fuzhi_runs Runs.\n"
        'fuzhi_runs_total{outcome="failed"} 2\n'
        'fuzhi_runs_total{outcome="done"} 3\n'
        "# EOF\n"
    )


def test_what_would_break_a_line_is_escaped() -> None:
    text = text_of([Family("a", 'one\ntwo "three" \\', (({"l": 'x"\\\n'}, 1e21), ({"l": "y"}, 1.25e-7)))])
    assert r"# HELP a one\ntwo \"three\" \\" in text
    assert parse(text) == {("a", frozenset({("l", r"x\"\\\n")})): 1e21, ("a", frozenset({("l", "y")})): 1.25e-7}


def test_no_figures_at_all_are_an_end() -> None:
    assert text_of([]) == "# EOF\n"


@pytest.mark.parametrize(
    ("family", "reason"),
    [
        (Family("a_total", "", (({}, 1),), "counter"), "is no name"),
        (Family("a-b", "", ()), "is no name"),
        (Family("a", "", (), "info"), "neither gauge nor counter"),
        (Family("a", "", (), unit="seconds"), "does not end in its unit"),
        (Family("a", "", (({"l-l": "x"}, 1),)), "a label has no name"),
        (Family("a", "", (({}, -1),), "counter"), "not below 0"),
        (Family("a", "", (({"l": "x"}, 1), ({"l": "x"}, 2))), "two samples"),
    ],
)
def test_what_openmetrics_does_not_allow_is_refused(family: Family, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        text_of([family])


def test_a_family_stands_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        text_of([Family("a", "", ()), Family("a", "", ())])
