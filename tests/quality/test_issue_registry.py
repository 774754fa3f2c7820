"""The registry of issues: every template can be filled in, and what cannot be meant is refused."""

import re
from pathlib import Path

import pytest
import yaml

from orchestration.quality.registry import (
    LANGUAGES,
    IssueRegistryError,
    IssueType,
    issue_types,
    render,
)

SOUND = {
    "scope": "cell",
    "severity": "error",
    "mender": "submitter",
    "dimension": "accuracy",
    "message": "“{heading}”有误：{detail}。",
    "message_en": "“{heading}” is wrong: {detail}.",
    "advice": "请改正{value}。",
    "advice_en": "Correct {value}.",
}


def write_registry(folder: Path, text: str) -> Path:
    (folder / "shared").mkdir()
    (folder / "shared" / "issues.yaml").write_text(text, "utf-8")
    return folder


def write_issue(folder: Path, changes: dict[str, object]) -> Path:
    entry = {name: value for name, value in {**SOUND, **changes}.items() if value is not None}
    return write_registry(folder, yaml.safe_dump({"wrong": entry}, allow_unicode=True))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", issue_types())
def test_every_template_is_filled_in(code: str, lang: str) -> None:
    message, advice = render(code, lang, heading="«H»", value="«V»", detail="«D»")
    issue = issue_types()[code]
    for text, template in (
        (message, issue.message if lang == "zh" else issue.message_en),
        (advice, issue.advice if lang == "zh" else issue.advice_en),
    ):
        assert text.strip()
        assert "{" not in text
        assert "}" not in text
        filled = template.replace("{heading}", "«H»").replace("{value}", "«V»").replace("{detail}", "«D»")
        assert text == re.sub(r"\[([^][]*«[^][]*)\]", r"\1", filled)


def test_a_part_in_brackets_goes_where_there_is_nothing_to_say() -> None:
    assert render("column_unclaimed", "zh", heading="金额") == (
        "列“金额”不属于本名录，未读取。",
        "如属本名录，请改用报送表的列名。",
    )
    assert render("column_unclaimed", "en", heading="金额", detail="投资额")[0] == (
        "No field claims the column “金额”; it was not read (“投资额” is the nearest heading)."
    )
    assert "[数据集/]" in render("round_unknown", "zh")[1]


def test_what_an_issue_says() -> None:
    assert render("below_minimum", "zh", detail="0") == ("数值小于下限0。", "请核对数值和单位。")
    assert render("below_minimum", "en", detail="0") == (
        "The value is below the minimum of 0.",
        "Check the figure and its unit.",
    )
    assert render("required_missing", "zh", heading="企业名称")[0] == "“企业名称”必填，此处为空。"


def test_braces_in_a_value_are_left_as_they_are() -> None:
    assert render("rule_broken", "zh", detail="{value} {0}")[0] == "{value} {0}"


def test_who_must_mend_what(tmp_path: Path) -> None:
    issue = issue_types()["round_unknown"]
    assert (issue.scope, issue.severity, issue.mender, issue.dimension) == ("file", "error", "operator", "compliance")
    assert issue_types(write_issue(tmp_path, {}))["wrong"] == IssueType(code="wrong", **SOUND)


def test_an_unknown_code_and_an_unknown_language_are_errors() -> None:
    with pytest.raises(KeyError, match="no_such_issue"):
        render("no_such_issue", "zh")
    with pytest.raises(KeyError, match="de"):
        render("file_empty", "de")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"colour": "red"}, "unknown property colour"),
        ({"advice_en": None}, "lacks advice_en"),
        ({"severity": "fatal"}, "severity 'fatal' is none of error, warning, info"),
        ({"scope": "column"}, "scope 'column' is none of file, sheet, row, cell"),
        ({"mender": "nobody"}, "mender 'nobody' is none of submitter, operator, reference"),
        ({"dimension": "beauty"}, "dimension 'beauty' is none of accuracy, completeness"),
        ({"message": "坏了{cell}。"}, r"message has \{cell\}, which is none of \{heading\}, \{value\}, \{detail\}"),
        ({"message_en": "wrong {value!r}"}, r"message_en has \{value\}"),
        ({"advice": "请改正{value。"}, "advice has a brace without its pair"),
        ({"advice_en": "mend {}"}, r"advice_en has \{\}"),
        ({"message": " "}, "message is no text"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, changes: dict[str, object], reason: str) -> None:
    with pytest.raises(IssueRegistryError, match=f"issues.yaml, issue wrong: {reason}"):
        issue_types(write_issue(tmp_path, changes))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("- a list", "issues.yaml: is not a mapping of codes"),
        ("wrong: text", "issues.yaml, issue wrong: is not a mapping of properties"),
        ("wrong: [", "issues.yaml: is not valid YAML"),
        ("wrong: {}\nwrong: {}", "issues.yaml: is not valid YAML: key 'wrong' given twice"),
    ],
)
def test_a_file_that_is_no_registry_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(IssueRegistryError, match=reason):
        issue_types(write_registry(tmp_path, text))


def test_a_missing_registry_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IssueRegistryError, match=r"issues.yaml: cannot be read: No such file"):
        issue_types(tmp_path)
