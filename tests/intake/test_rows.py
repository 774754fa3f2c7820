"""Every row below the header is data, or ignored for a reason."""

from collections.abc import Sequence

import pytest

from orchestration.intake.headers import Header, plain_headers
from orchestration.intake.rows import kinds_of_rows
from orchestration.intake.sheets import Merge
from tests.intake.forms import HEADER, sheet

FULL = ["1", "山东样例有限公司", "91370100000000001X", "减速机", "12", "0531"]
Cells = list[str | None]


def kinds(*rows: Cells, header: Cells = HEADER, merges: Sequence[Merge] = ()) -> list[str | None]:
    """The kinds of rows below a header in the first row."""
    page = sheet(header, *rows, merges=merges)
    return kinds_of_rows(page, plain_headers(page)[0])


def test_full_rows_are_data_and_blank_rows_at_the_end_are_no_rows() -> None:
    assert kinds(FULL, [], FULL, [], []) == [None, "blank", None]
    assert kinds([], []) == []


def test_a_serial_number_makes_no_row() -> None:
    assert kinds(FULL, ["2"], FULL, ["4"], ["5.0"]) == [None, "blank", None]


def test_a_numbered_row_with_one_value_lacks_the_others() -> None:
    assert kinds(["1", "山东样例有限公司"], ["2", None, None, "减速机"], FULL) == [None, None, None]


@pytest.mark.parametrize("title", ["一、济南市", "（一）济南市", "济南市", "北京市（92所）", "第一批：新产品"])
def test_a_title_that_stands_alone_is_a_section(title: str) -> None:
    assert kinds([title], FULL) == ["section", None]
    assert kinds([None, title], FULL) == ["section", None]


def test_sections_with_a_number_or_a_count_of_their_own() -> None:
    assert kinds(["一", "济南市"], FULL) == ["section", None]
    assert kinds(["济南市", "12家"], FULL) == ["section", None]
    assert kinds([None, "济南市", None, "共3项"], FULL) == ["section", None]


def test_a_merged_title_is_a_section_wherever_it_begins() -> None:
    assert kinds([None, None, "济南市"], FULL, merges=[((1, 2), (1, 5))]) == ["section", None]


def test_a_lone_value_in_another_column_is_data() -> None:
    assert kinds([None, None, None, "减速机"], FULL) == [None, None]
    assert kinds([None, "13"], FULL) == [None, None]


def test_in_a_table_of_one_or_two_columns_a_lone_value_is_data() -> None:
    assert kinds(["甲"], ["名称"], ["乙"], header=["名称"]) == [None, None, None]
    assert kinds(["甲"], ["乙", "1"], header=["名称", "数量"]) == [None, None]


@pytest.mark.parametrize(
    "word", ["合计", "合 计", "总计：", "小计", "济南市小计", "合计（15项）", "共计15家", "本页合计"]
)
def test_totals(word: str) -> None:
    assert kinds(FULL, [word, None, None, None, "12"]) == [None, "total"]
    assert kinds(FULL, [None, word, None, None, "12"], FULL) == [None, "total", None]


def test_a_numbered_row_is_a_total_only_by_the_plain_word() -> None:
    assert kinds(["1", "合计", None, None, "12"], FULL) == ["total", None]
    assert kinds(["1", "山东合计", "91370100000000001X", "减速机"], FULL) == [None, None]


def test_a_firm_whose_name_holds_the_word_is_data() -> None:
    assert kinds([None, "济南合计会计师事务所", "91370100000000001X", "软件", "1"]) == [None]


@pytest.mark.parametrize(
    "line",
    [
        ["注：1.金额按万元填写"],
        ["备注：以上均已核实"],
        ["填表说明：\n1.…"],
        ["*注1：…"],
        ["填报人：张某", None, None, "联系电话：0531"],
        ["单位负责人（签字）：", None, "填报日期：2024年3月5日"],
        ["填报单位（盖章）：济南市"],
    ],
)
def test_notes_and_signatures(line: Cells) -> None:
    assert kinds(FULL, line) == [None, "note"]
    assert kinds(FULL, line, FULL) == [None, "note", None]


@pytest.mark.parametrize(
    "line",
    [
        ["以上企业均符合条件"],
        ["济南市工业和信息化局（盖章）"],
        ["填报人", "张某", None, "联系电话"],
        [None, None, None, None, "2024年3月5日"],
    ],
)
def test_lines_that_are_notes_only_at_the_bottom(line: Cells) -> None:
    assert kinds(FULL, [], line, ["注：…"]) == [None, "blank", "note", "note"]


def test_an_empty_group_at_the_bottom_stays_a_section() -> None:
    assert kinds(FULL, ["二、青岛市"]) == [None, "section"]


def test_a_full_row_is_no_note_whatever_it_begins_with() -> None:
    row = ["说明：略", "91370100000000001X", "减速机", "12", "0531"]
    assert kinds(row, header=HEADER[1:]) == [None]


def test_a_last_row_with_one_value_is_data_where_it_is_no_title() -> None:
    assert kinds(FULL, [None, None, None, "减速机"]) == [None, None]


def test_a_repeated_header_is_no_data() -> None:
    again: Cells = ["序号", "企业\n名称", "统一社会信用代码", "产品名称", "销售收入(万元)", "联系电话"]
    assert kinds(FULL, HEADER, FULL, again) == [None, "header", None, "header"]


def test_both_rows_of_a_header_may_be_repeated() -> None:
    upper: Cells = ["企业名称", "联系方式", None]
    lower: Cells = [None, "联系人", "电话"]
    page = sheet(upper, lower, ["甲", "张", "1"], upper, lower, ["乙", "李", "2"], merges=[((0, 0), (1, 0))])
    header = plain_headers(page)[0]
    assert (header.first, header.last) == (0, 1)
    assert kinds_of_rows(page, header) == [None, "header", "header", None]


def test_a_table_that_continues_has_rows_from_its_first_on() -> None:
    first = sheet(HEADER, FULL)
    header: Header = plain_headers(first)[0].continued()
    assert kinds_of_rows(sheet(FULL, HEADER, FULL, []), header) == [None, "header", None]


def test_a_table_need_not_begin_in_the_first_column() -> None:
    page = sheet([None, *HEADER], [None, "一、济南市"], [None, *FULL], [None, "合计", None, None, None, "12"])
    assert kinds_of_rows(page, plain_headers(page)[0]) == ["section", None, "total"]
