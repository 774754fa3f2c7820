"""The header is found under titles, in one row or several, and its headings give fields exactly or not at all."""

import pytest

from orchestration.intake.headers import best_header, likely_header, plain_headers
from orchestration.intake.headings import Heading, claim, suggestion
from orchestration.intake.sheets import Sheet
from tests.intake.forms import FACTORIES, HEADER, sheet

DATA = ["1", "山东样例有限公司", "91370100000000001X", "减速机", "12", "0531"]


def found(page: Sheet) -> tuple[int, int, dict[int, str]]:
    """First and last row of the header, and the field of each column."""
    best = best_header(page, plain_headers(page), FACTORIES)
    assert best is not None
    header, claims = best
    return header.first, header.last, claims.fields


FIELDS = {1: "org_name", 2: "uscc", 3: "product", 4: "sales", 5: "phone"}


def test_a_header_in_the_first_row() -> None:
    assert found(sheet(HEADER, DATA)) == (0, 0, FIELDS)


def test_a_header_under_titles_and_filling_lines() -> None:
    page = sheet(
        ["附件1："],
        ["2024年第一批\n新产品汇总表"],
        ["申报单位：济南市工信局（盖章）", None, None, None, "联系电话：", "0531"],
        [],
        HEADER,
        DATA,
        merges=[((1, 0), (1, 5)), ((2, 0), (2, 3))],
    )
    assert found(page) == (4, 4, FIELDS)


@pytest.mark.parametrize(
    "heading",
    ["企业(集团)名称", "企 业（集团） 名 称", "企业（集团）\n名称", "＊单位名称", "单位名称：", " 单位名称 "],
)
def test_width_spaces_brackets_and_line_breaks_are_folded(heading: str) -> None:
    assert found(sheet([heading, "信用代码", "产品名称"]))[2] == {0: "org_name", 1: "uscc", 2: "product"}


def test_a_likeness_is_no_match_but_a_suggestion() -> None:
    headings = [
        Heading(0, ("企业名",)),
        Heading(1, ("信用代码",)),
        Heading(2, ("产品名称",)),
        Heading(3, ("员工人数",)),
    ]
    claims = claim(headings, FACTORIES)
    assert claims.fields == {1: "uscc", 2: "product"}
    assert suggestion(headings[0], claims, FACTORIES) == "企业名称"
    assert suggestion(headings[3], claims, FACTORIES) is None


def test_a_header_of_two_rows_with_merged_cells() -> None:
    page = sheet(
        ["序号", "企业名称", "信用代码", "产品名称", "联系方式", None],
        [None, None, None, None, "联系人", "手机"],
        DATA,
        merges=[*(((0, c), (1, c)) for c in range(4)), ((0, 4), (0, 5))],
    )
    assert found(page) == (0, 1, {1: "org_name", 2: "uscc", 3: "product", 5: "phone"})


def test_a_header_of_two_rows_that_nobody_merged() -> None:
    page = sheet(
        ["标题"],
        ["企业名称", "信用代码", "产品情况", None, "联系电话"],
        [None, None, "产品名称", "销售收入（元）", None],
        DATA,
    )
    assert found(page) == (1, 2, {0: "org_name", 1: "uscc", 2: "product", 3: "sales", 4: "phone"})


def test_a_lower_row_that_no_field_claims_still_belongs_to_the_header() -> None:
    page = sheet(
        ["企业名称", "信用代码", "产品名称", "专利", None],
        [None, None, None, "发明", "外观"],
        ["甲", "1", "2", "3", "4"],
        merges=[((0, 3), (0, 4))],
    )
    assert found(page) == (0, 1, {0: "org_name", 1: "uscc", 2: "product"})


def test_groups_above_a_complete_header_are_left_out() -> None:
    page = sheet(
        ["企业信息", None, "产品信息", None],
        ["企业名称", "信用代码", "产品名称", "销售收入"],
        ["甲", "1", "2", "3"],
        merges=[((0, 0), (0, 1)), ((0, 2), (0, 3))],
    )
    assert found(page)[:2] == (1, 1)


def test_the_lowest_part_of_a_heading_goes_before_all_of_it_and_that_before_the_part_above() -> None:
    def fields(*parts: tuple[str, ...]) -> dict[int, str]:
        return claim([Heading(position, each) for position, each in enumerate(parts)], FACTORIES).fields

    assert fields(("联系电话", "企业名称")) == {0: "org_name"}
    assert fields(("产品", "名称")) == {0: "product"}
    assert fields(("销售收入", "（万元）")) == {0: "sales"}
    assert fields(("联系方式", "固话"), ("联系方式", "手机")) == {1: "phone"}


def test_a_part_above_several_columns_says_nothing_of_any_one_of_them() -> None:
    claims = claim([Heading(0, ("销售收入", "2022年")), Heading(1, ("销售收入", "2023年"))], FACTORIES)
    assert claims.fields == {}


def test_of_two_columns_for_a_field_the_first_is_read() -> None:
    headings = [Heading(0, ("单位名称",)), Heading(1, ("信用代码",)), Heading(2, ("企业名称",))]
    claims = claim(headings, FACTORIES)
    assert claims.fields == {0: "org_name", 1: "uscc"}
    assert claims.repeated == (headings[2],)


@pytest.mark.parametrize(
    ("parts", "text", "unit"),
    [
        (("销售收入\n（万元）",), "销售收入（万元）", "万元"),
        (("销售收入（亿元）", "2023年"), "销售收入（亿元） / 2023年", "亿元"),
        (("销售收入", "（元）"), "销售收入 / （元）", "元"),
        (("Enterprise\nname",), "Enterprise name", None),
        (("企业 名称", "企业名称"), "企业名称", None),
    ],
)
def test_a_heading_in_one_line_and_its_unit(parts: tuple[str, ...], text: str, unit: str | None) -> None:
    assert (Heading(0, parts).text, Heading(0, parts).unit) == (text, unit)


def test_no_heading_is_a_label() -> None:
    page = sheet(["a", "b"], ["1", "2"])
    assert best_header(page, plain_headers(page), FACTORIES) is None


def likely(page: Sheet) -> tuple[int, int] | None:
    header = likely_header(page)
    return (header.first, header.last) if header else None


def test_the_likely_header_is_full_and_of_words_and_has_data_below() -> None:
    assert likely(sheet(["附件"], ["题", None, None], ["a", "b", "c"], ["1", "2", "3"])) == (2, 2)
    assert likely(sheet(["a", "b", None], ["1", "2", "3"], ["x", "y", "z"], ["4", "5", "6"])) == (2, 2)
    assert likely(sheet(["1", "2"], ["3", "4"])) is None
    assert likely(sheet(["a", "b"], [])) is None
    assert likely(sheet(["a", "a", "a"], ["1", "2", "3"])) is None
    assert likely(sheet()) is None


def test_years_are_headings_and_other_figures_are_not() -> None:
    assert likely(sheet(["城市", "2022", "2023"], ["济南", "1", "2"])) == (0, 0)
    assert likely(sheet(["城市", "12.5", "2024-01-01"], ["济南", "1", "2"])) is None


def test_a_likely_header_of_two_rows() -> None:
    page = sheet(
        ["题", None, None],
        ["企业", "联系", None],
        [None, "人", "电话"],
        ["甲", "张", "1"],
        merges=[((0, 0), (0, 2)), ((1, 0), (2, 0)), ((1, 1), (1, 2))],
    )
    assert likely(page) == (1, 2)
    header = likely_header(page)
    assert header is not None
    assert [heading.text for heading in header.headings] == ["企业", "联系 / 人", "联系 / 电话"]
