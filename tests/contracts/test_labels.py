"""Headings are compared after folding, and units are taken from their brackets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.contracts.labels import fold, fold_heading, heading_unit


@pytest.mark.parametrize(
    "heading",
    ["企业（集团）名称", "企业(集团)名称", " 企业 （集团）\n名称 ", "企业〔集团〕名称：", "企业（集团）\u3000名称*"],
)
def test_width_spaces_brackets_and_line_breaks_fold_away(heading: str) -> None:
    assert fold_heading(heading) == "企业集团名称"


@pytest.mark.parametrize(
    ("heading", "unit"),
    [
        ("投资额（万元）", "万元"),
        ("投资额\n(单位：元)", "元"),
        ("投资额【亿元】", "亿元"),
        ("投资额", None),
        ("县（市、区）", None),
        ("设备联网率（％）", "%"),
        ("数据量（ＴＢ）", "TB"),
        ("投资额（含税）（万元）", "万元"),
    ],
)
def test_the_unit_stands_in_brackets(heading: str, unit: str | None) -> None:
    assert heading_unit(heading) == unit


def test_a_unit_is_no_part_of_the_label_but_other_brackets_are() -> None:
    assert fold_heading("投资额（万元）") == fold_heading("投资额")
    assert fold_heading("县（市、区）") == "县市区"
    assert fold_heading("产品（技术）名称") != fold_heading("产品名称")


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
