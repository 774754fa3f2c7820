"""Repeated faults are told as ranges."""

from orchestration.feedback.lines import collapse


def test_cells_below_each_other_are_one_range() -> None:
    assert collapse({"表": ["B3", "B8", "B7", "B9", "AA2", "B3"]}, "zh") == "表: B3, B7–B9, AA2"


def test_what_is_too_much_to_name_is_counted() -> None:
    cells = [f"B{row}" for row in range(1, 21, 2)] + ["C1", "C2", "C3"]
    assert collapse({"s": cells}, "en") == "s: B1, B3, B5, B7, B9, B11, B13, B15 … and 5 more"
    assert collapse({"s": cells}, "zh").endswith(" …… 另有5处")


def test_rows_and_sheets_are_named() -> None:
    assert collapse({"甲": ["7", "8"], "乙": []}, "zh") == "甲: 第7–8行； 乙"
    assert collapse({"甲": ["7", "8", "10"]}, "en") == "甲: rows 7–8, row 10"
    assert collapse({}, "zh") == ""
