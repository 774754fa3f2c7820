"""Every kind of value has dbt unit tests of its cleaning, and they pass; in real registers nothing is invented."""

from pathlib import Path

import docx
import pytest
import yaml

from tests.dbt.conftest import PROJECT, Project, RunCase

SHARED = Path(__file__).parents[2].parent / "shared"
CASES = PROJECT / "dbt_project" / "models" / "cases"


def test_every_kind_of_value_has_unit_tests() -> None:
    kinds = yaml.safe_load((PROJECT / "schemas" / "shared" / "kinds.yaml").read_text("utf-8"))
    tested = {
        test["model"]
        for path in CASES.glob("*.yml")
        for test in yaml.safe_load(path.read_text("utf-8")).get("unit_tests", [])
    }
    assert {f"{kind}_cells" for kind in kinds} - tested == set()


def test_all_unit_tests_pass(built: Project) -> None:
    written = {
        test["name"]
        for path in CASES.glob("*.yml")
        for test in yaml.safe_load(path.read_text("utf-8")).get("unit_tests", [])
    }
    assert built.results("unit_test") == dict.fromkeys(written, "pass")


def test_line_breaks_of_either_kind_are_undone(run_case: RunCase) -> None:
    """A unit test of dbt cannot hold a carriage return."""
    assert run_case("name_cells", ["智能\r\n工厂", "AI\r\nLab", "\r\n"]) == [
        ("智能\r\n工厂", "智能工厂", ""),
        ("AI\r\nLab", "AI Lab", ""),
        ("\r\n", None, "required_missing@value"),
    ]
    assert run_case("list_cells", ["甲\r\n乙\r\n"]) == [("甲\r\n乙\r\n", "甲;乙", "")]


def test_the_error_of_a_formula_is_a_fault_in_every_kind_of_cell(run_case: RunCase) -> None:
    kinds = yaml.safe_load((PROJECT / "schemas" / "shared" / "kinds.yaml").read_text("utf-8"))
    errors = ["#REF!", "#N/A", "#DIV/0!", "#NAME?", "#NULL!", "#SPILL!", "Err:502"]
    for kind in sorted(kinds.keys() - {"code"}):
        judged = run_case(f"{kind}_cells", errors)
        assert {faults.split(" ")[0] for _, _, faults in judged} == {"error_cell@value"}, kind
        ((_, _, faults),) = run_case(f"{kind}_cells", ["#FORMULA!"])
        assert faults.split(" ")[0] == "formula_without_value@value", kind
    # What only looks like one is for the kind to judge.
    only_like_it = ["#REF", "见#N/A", "#1楼", "#FORMULA", "见#FORMULA!", "Err:5020"]
    assert run_case("text_cells", only_like_it) == [(cell, cell, "") for cell in only_like_it]


def test_real_registers_with_registration_numbers_hold_no_personal_data(run_case: RunCase) -> None:
    folder = SHARED / "real" / "cac-algorithm-filings"
    if not folder.exists():
        pytest.skip("needs ../shared/real/cac-algorithm-filings, which is not part of the project")
    texts = [
        "".join(
            part.text or "" for part in cell.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t")
        )
        for path in sorted(folder.glob("*.docx"))
        for table in docx.Document(str(path)).tables
        for row in table._tbl.tr_lst
        for cell in row.tc_lst
    ]
    assert len(texts) > 7_000
    assert [cell for cell, _, faults in run_case("personal_data_cells", texts) if faults] == []
