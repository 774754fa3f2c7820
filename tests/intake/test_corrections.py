"""What a corrected submission replaces."""

import pytest

from orchestration.intake.corrections import Sent, corrections


def replaced(*names: str, folder: str = "2024-01/甲市") -> dict[str, str]:
    """What is replaced by what among files of one submitter, round and dataset, by the files' names."""
    found = corrections(Sent(f"{folder}/{name}", "2024-01", "甲市", "d") for name in names)
    return {old.rpartition("/")[2]: new.rpartition("/")[2] for old, new in found.replaced_by.items()}


@pytest.mark.parametrize(
    "correction",
    [
        "汇总表（更正）.xlsx",
        "汇总表(更正2).csv",
        "汇总表-更正.xlsx",
        "汇总表_第2次更正.xlsx",
        "更正 汇总表.docx",
        "【重报】汇总表.xlsx",
        "汇总表 Corrected.xlsx",
        "汇总表修订版3.xlsx",
        "汇总表（更正",
    ],
)
def test_a_correction_replaces_the_file_of_its_name(correction: str) -> None:
    assert replaced("汇总表.xlsx", "汇总表（补充）.xlsx", correction) == {"汇总表.xlsx": correction}


def test_the_last_correction_replaces_the_earlier_ones_too() -> None:
    names = ["汇总表.xlsx", "汇总表（更正）.xlsx", "汇总表（更正10）.xlsx", "汇总表（更正2）.xlsx"]
    assert replaced(*names) == dict.fromkeys([names[0], names[1], names[3]], names[2])


def test_a_supplement_can_be_corrected() -> None:
    names = ["汇总表.xlsx", "汇总表（补充）.xlsx", "汇总表（补充）（更正）.csv"]
    assert replaced(*names) == {names[1]: names[2]}


def test_a_correction_under_another_name_replaces_the_only_file_there_is() -> None:
    assert replaced("汇总表.xlsx", "更正稿.xlsx") == {"汇总表.xlsx": "更正稿.xlsx"}


def test_a_correction_that_may_mean_several_files_replaces_none_and_is_unclear() -> None:
    sent = [Sent(f"2024-01/甲市/{name}.csv", "2024-01", "甲市", "d") for name in ("一表", "二表", "更正")]
    found = corrections(sent)
    assert (found.replaced_by, found.unclear) == ({}, {"2024-01/甲市/更正.csv"})


def test_a_correction_alone_is_a_submission_like_any_other() -> None:
    found = corrections([Sent("2024-01/甲市/汇总表（更正）.csv", "2024-01", "甲市", "d")])
    assert (found.replaced_by, found.unclear) == ({}, frozenset())


def test_files_without_the_word_stand_side_by_side() -> None:
    assert replaced("汇总表.xlsx", "汇总表.csv", "汇总表 (1).xlsx", "汇总表（补充）.xlsx") == {}


def test_other_rounds_submitters_and_datasets_are_left_alone() -> None:
    correction = Sent("2024-01/甲市/汇总表（更正）.xlsx", "2024-01", "甲市", "d")
    others = [
        Sent("2024-02/甲市/汇总表.xlsx", "2024-02", "甲市", "d"),
        Sent("2024-01/乙市/汇总表.xlsx", "2024-01", "乙市", "d"),
        Sent("2024-01/甲市/汇总表.xlsx", "2024-01", "甲市", "e"),
    ]
    assert corrections([correction, *others]).replaced_by == {}


def test_the_order_in_which_they_are_found_does_not_matter() -> None:
    names = ["汇总表（更正2）.xlsx", "汇总表.xlsx", "汇总表（更正）.xlsx", "汇总表（更正）.csv"]
    assert replaced(*names) == replaced(*reversed(names)) == dict.fromkeys(names[1:], names[0])
