"""The row check and the privacy gate ask the same by different means: they agree on every labelled case."""

import csv

from tests.dbt.conftest import PROJECT, RunCase


def test_the_row_check_finds_what_the_labelled_set_says_and_nothing_else(run_case: RunCase) -> None:
    with (PROJECT / "tests" / "quality" / "privacy_cases.csv").open(encoding="utf-8", newline="") as file:
        cases = [(row["text"], row["kind"].split(";")) for row in csv.DictReader(file)]
    judged = run_case("personal_data_cells", [text for text, _ in cases])
    told = [faults.removeprefix("personal_data@value@") for _, _, faults in judged]
    # It names one kind of a text, the first that it finds.
    assert [(text, one) for (text, kinds), one in zip(cases, told, strict=True) if one not in kinds] == []
