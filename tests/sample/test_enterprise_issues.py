"""Two names of one code and one name with two codes: a few on purpose, none by accident, all told."""

import json
from collections import Counter

from orchestration.sample.enterprise_issues import EnterpriseIssue, enterprise_issues
from tests.sample.conftest import Sample
from tests.sample.opening import Cell, sheets

ENCODINGS = {"csv_utf_8": "utf-8", "csv_bom": "utf-8-sig", "csv_gb18030": "gb18030"}


def test_issues_are_told_of_what_is_published_once_each() -> None:
    published = [("甲厂", "1"), ("甲厂", "1"), ("新甲厂", "1"), ("乙厂", "2"), ("乙厂", "3"), ("丙厂", "4")]
    assert enterprise_issues(published) == (
        EnterpriseIssue("name_several_usccs", "乙厂", ("乙厂",), ("2", "3")),
        EnterpriseIssue("uscc_several_names", "1", ("新甲厂", "甲厂"), ("1",)),
    )


def test_a_few_are_planted_and_none_is_there_by_accident(full: Sample) -> None:
    issues = full.manifest.enterprise_issues
    assert Counter(issue.code for issue in issues) == {"uscc_several_names": 3, "name_several_usccs": 2}
    for issue in issues:
        assert len({*issue.names, *issue.usccs}) == 3
        assert issue.subject == (issue.usccs if issue.code == "uscc_several_names" else issue.names)[0]
        if issue.code == "uscc_several_names":
            plain, new = sorted(issue.names, key=len)
            assert new == plain.replace("样例", "样例新", 1)
    subjects = [uscc for issue in issues for uscc in issue.usccs]
    assert len(set(subjects)) == len(subjects) == 7


def test_the_manifest_holds_them_as_a_section(small: Sample) -> None:
    written = json.loads((small.folder / "manifest.json").read_text(encoding="utf-8"))["enterprise_issues"]
    assert [EnterpriseIssue(w["code"], w["subject"], tuple(w["names"]), tuple(w["usccs"])) for w in written] == list(
        small.manifest.enterprise_issues
    )
    assert len(written) == 5


def test_names_and_codes_stand_together_in_the_forms(small: Sample) -> None:
    rows = {frozenset(_texts(row)) for row in _rows(small)}
    for issue in small.manifest.enterprise_issues:
        for name in issue.names:
            for uscc in issue.usccs:
                assert any({name, uscc} <= row for row in rows), issue


def _rows(sample: Sample) -> list[list[Cell]]:
    found: list[list[Cell]] = []
    for file in sample.manifest.files:
        if file.status == "read":
            encoding = next((name for habit, name in ENCODINGS.items() if habit in file.habits), "")
            for rows in sheets(sample.inbox / file.submission, encoding).values():
                found += rows
    return found


def _texts(row: list[Cell]) -> list[str]:
    return ["".join(str(cell).split()).replace("(", "（").replace(")", "）") for cell in row]
