"""Which dataset a file is for, which sheets are tables of it, and what is said of the rest."""

from dataclasses import replace
from pathlib import Path

import docx
import pytest

from orchestration.contracts.labels import fold_heading
from orchestration.intake.forms import Form
from orchestration.intake.issues import Issue, Refusal
from orchestration.intake.limits import DEFAULT_LIMITS
from orchestration.intake.reading import read
from orchestration.intake.sheets import Sheet
from orchestration.intake.tables import issues_of, plain_tables, tables_of
from tests.intake.forms import FACTORIES, HEADER, sheet, write_docx, write_xlsx

ROW = ["1", "山东样例有限公司", "91370100000000001X", "减速机", "12", "0531"]
SCENES = replace(
    FACTORIES,
    dataset="scenes",
    labels={fold_heading(label): field for label, field in {"信用代码": "uscc", "场景名称": "product"}.items()},
)
FORMS: dict[str, Form] = {"factories": FACTORIES, "scenes": SCENES}


def refusal(sheets: list[Sheet], named: str | None = None) -> tuple[str, str | None]:
    with pytest.raises(Refusal) as caught:
        tables_of(sheets, FORMS, named)
    return caught.value.code, caught.value.detail


def issues(*sheets: Sheet) -> list[Issue]:
    form, tables = tables_of(sheets, FORMS, "factories")
    return issues_of(sheets, form, tables)


def test_the_header_says_which_dataset_it_is() -> None:
    assert tables_of([sheet(HEADER, ROW)], FORMS, None)[0].dataset == "factories"
    assert tables_of([sheet(["信用代码", "场景名称"], ["1", "2"])], FORMS, None)[0].dataset == "scenes"


def test_a_header_that_fits_no_dataset_is_refused_with_its_columns() -> None:
    page = sheet(["附件"], ["会议名称", "会议时间"], ["甲", "乙"], ["丙", "丁"])
    assert refusal([page]) == ("dataset_unknown", "会议名称、会议时间")
    assert refusal([sheet(["企业名称", "信用代码"], ["甲", "乙"])]) == ("dataset_unknown", "企业名称、信用代码")


def test_a_header_of_columns_that_every_form_has_is_of_no_dataset() -> None:
    robots = {"robots": replace(FACTORIES, dataset="robots", key=("uscc",))}
    page = sheet(["企业名称", "信用代码", "场景", "联系电话"], ["甲", "1", "2", "3"])
    with pytest.raises(Refusal) as caught:
        tables_of([page], robots, None)
    assert caught.value.code == "dataset_unknown"
    known = sheet(["企业名称", "信用代码", "销售收入", "联系电话"], ["甲", "1", "2", "3"])
    assert tables_of([known], robots, None)[0].dataset == "robots"


def test_a_cell_that_names_a_key_of_one_field_is_no_header() -> None:
    brains = replace(FACTORIES, dataset="brains", key=("product",))
    table, notes = sheet(HEADER, ROW), sheet(["列", "说明"], ["产品名称", "必填"], ["联系电话", "不公开"], name="说明")
    form, tables = tables_of([table, notes], {"brains": brains}, None)
    assert (form.dataset, [one.sheet.name for one in tables]) == ("brains", [table.name])


def test_a_header_that_fits_two_datasets_equally_is_refused() -> None:
    page = sheet(["信用代码", "场景名称", "产品名称"], ["1", "2", "3"])
    assert refusal([page]) == ("dataset_ambiguous", "factories、scenes")
    more = sheet(["信用代码", "场景名称", "产品名称", "联系电话"], ["1", "2", "3", "4"])
    assert tables_of([more], FORMS, None)[0].dataset == "factories"


def test_the_folder_decides_over_a_header_that_fits_two() -> None:
    page = sheet(["信用代码", "场景名称", "产品名称"], ["1", "2", "3"])
    assert tables_of([page], FORMS, "scenes")[0].dataset == "scenes"


def test_in_the_folder_of_a_dataset_a_missing_key_column_is_named() -> None:
    page = sheet(["企业名称", "信用代码", "销售收入"], ["甲", "1", "2"])
    assert refusal([page], "factories") == ("column_missing", "产品名称")


def test_in_the_folder_of_a_dataset_a_strange_header_is_no_header() -> None:
    page = sheet(["会议名称", "联系电话"], ["甲", "1"])
    assert refusal([page], "factories") == ("header_not_found", "会议名称、联系电话")
    assert refusal([sheet(["1", "2"], name="数据")], "factories") == ("header_not_found", "数据")
    assert refusal([sheet(["1", "2"], name="数据")]) == ("header_not_found", "数据")


def test_every_sheet_with_the_header_is_a_table_and_the_others_are_reported() -> None:
    sheets = [
        sheet(HEADER, ROW, name="济南"),
        sheet(["填报说明"], ["一、…"], name="说明"),
        sheet(name="空表"),
        Sheet("旧表", hidden=True),
        sheet(["附件"], HEADER, ROW, ROW, name="青岛"),
    ]
    form, tables = tables_of(sheets, FORMS, None)
    assert [(table.sheet.name, table.kinds) for table in tables] == [("济南", [None]), ("青岛", [None, None])]
    assert issues_of(sheets, form, tables) == [
        Issue("sheet_hidden", sheet="旧表"),
        Issue("sheet_not_read", sheet="说明"),
    ]


def test_a_word_table_broken_in_two_goes_on_without_a_header() -> None:
    sheets = [
        sheet(HEADER, ROW, name="表1"),
        sheet(ROW, ROW, name="表2", continues=True),
        sheet(HEADER, ROW, name="表3", continues=True),
        sheet(["负责人", "张某"], name="表4", continues=True),
        sheet(ROW, name="表5", continues=True),
    ]
    form, tables = tables_of(sheets, FORMS, None)
    assert [(table.sheet.name, table.header.last + 1, len(table.rows)) for table in tables] == [
        ("表1", 1, 1),
        ("表2", 0, 2),
        ("表3", 1, 1),
    ]
    assert [table.claims.fields for table in tables] == [tables[0].claims.fields] * 3
    assert issues_of(sheets, form, tables) == [
        Issue("sheet_not_read", sheet="表4"),
        Issue("sheet_not_read", sheet="表5"),
    ]


def test_sheets_of_a_workbook_do_not_continue_each_other() -> None:
    _, tables = tables_of([sheet(HEADER, ROW), sheet(ROW, name="二")], FORMS, None)
    assert len(tables) == 1


def test_columns_that_no_field_claims_are_reported_and_serial_numbers_are_not() -> None:
    page = sheet(
        ["序号", "单位名", "统一社会信用代码", "产品名称", "员工人数（人）", None, None],
        ["1", "甲", "91370100000000001X", "减速机", "5", "见附件", None],
    )
    assert issues(page) == [
        Issue("column_missing", "企业名称", "表"),
        Issue("column_unclaimed", "企业名称", "表", "单位名"),
        Issue("column_unclaimed", None, "表", "员工人数（人）"),
        Issue("column_unclaimed", None, "表", "F"),
    ]


def test_a_column_given_twice_is_reported_once_and_not_as_unclaimed() -> None:
    page = sheet([*HEADER, "单位名称"], [*ROW, "甲"])
    assert issues(page) == [Issue("column_twice", None, "表", "单位名称")]


def test_tables_that_belong_to_no_dataset_are_found_by_their_look() -> None:
    sheets = [
        sheet(["题"], ["名称", "类别", "数量"], ["甲", "a", "1"], ["乙", "b", "2"], name="表1"),
        sheet(["丙", "c", "3"], name="表2", continues=True),
        sheet(["名称", "类别", "数量"], ["丁", "d", "4"], name="表3", continues=True),
        sheet(["备注", "x"], ["另", "1"], name="表4", continues=True),
        Sheet("旧", hidden=True),
    ]
    assert [(table.sheet.name, len(table.rows)) for table in plain_tables(sheets)] == [
        ("表1", 2),
        ("表2", 1),
        ("表3", 1),
        ("表4", 1),
    ]


def test_what_is_merged_over_rows_of_data_is_said_in_each_of_them() -> None:
    page = sheet(
        HEADER,
        ["1", "甲公司", "913", "减速机", "5", "1990000"],
        ["2", None, None, "轴承", "6"],
        ["合计"],
        ["3", None, None, "齿轮", "7"],
        ["4", "乙公司", "914", "轴", None],
        merges=[((1, 1), (4, 1)), ((1, 2), (4, 2)), ((1, 5), (2, 5)), ((5, 1), (5, 2))],
    )
    form, (table,) = tables_of([page], {"factories": FACTORIES}, None)
    assert table.kinds == [None, None, "total", None, None]
    assert [row[1:] for row in table.rows] == [
        ["甲公司", "913", "减速机", "5", "1990000"],
        ["甲公司", "913", "轴承", "6", "1990000"],
        [None] * 5,
        ["甲公司", "913", "齿轮", "7", None],
        ["乙公司", "914", "轴", None, None],
    ]
    assert issues_of([page], form, [table]) == [Issue("cells_filled_down", "B2:B5、C2:C5、F2:F3", sheet="表")]


def test_an_amount_that_is_merged_over_rows_of_data_is_counted_once() -> None:
    page = sheet(
        HEADER,
        ["1", "甲公司", "913", "减速机", "50", "1990000"],
        ["2", None, "913", "轴承", None, "1990001"],
        ["3", "乙公司", "914", "齿轮", "7"],
        merges=[((1, 1), (2, 1)), ((1, 4), (2, 4))],
    )
    form, (table,) = tables_of([page], {"factories": FACTORIES}, None)
    assert [(row[1], row[4]) for row in table.rows] == [("甲公司", "50"), ("甲公司", None), ("乙公司", "7")]
    assert issues_of([page], form, [table]) == [
        Issue("cells_filled_down", "B2:B3", sheet="表"),
        Issue("amount_in_merged_cells", "E2:E3", sheet="表"),
    ]


@pytest.mark.parametrize("ending", ["xlsx", "docx"])
def test_merged_cells_are_filled_down_in_workbooks_and_documents(tmp_path: Path, ending: str) -> None:
    rows = [HEADER, [1, "甲公司", "913", "减速机", 5, ""], [2, None, "913", "轴承", None, ""]]
    path = tmp_path / f"a.{ending}"
    if ending == "xlsx":
        write_xlsx(path, {"表": rows}, merges={"表": [((1, 1), (2, 1)), ((1, 4), (2, 4))]})
    else:
        document = docx.Document(str(write_docx(path, rows)))
        cells = document.tables[0]
        cells.cell(1, 1).merge(cells.cell(2, 1))
        cells.cell(1, 4).merge(cells.cell(2, 4))
        document.save(str(path))
    _, (table,) = tables_of(read(path, ending, DEFAULT_LIMITS)[1], {"factories": FACTORIES}, None)
    assert [(row[1], row[4]) for row in table.rows] == [("甲公司", "5"), ("甲公司", None)]
    assert (table.filled, table.kept) == (("B2:B3",), ("E2:E3",))


def test_two_tables_in_one_sheet_each_have_their_own_columns_and_unit() -> None:
    other = ["序号", "信用代码", "企业名称", "产品名称", "销售收入（元）"]
    page = sheet(HEADER, ROW, ["二、青岛"], other, ["1", "914", "乙公司", "轴", "99"], name="汇总")
    form, tables = tables_of([page], {"factories": FACTORIES}, None)
    assert [(table.header.first, table.kinds) for table in tables] == [(0, [None, "section"]), (3, [None])]
    assert [table.header.headings[4].unit for table in tables] == ["万元", "元"]
    second = tables[1]
    assert {field: second.rows[0][column] for column, field in second.claims.fields.items()} == {
        "uscc": "914",
        "org_name": "乙公司",
        "product": "轴",
        "sales": "99",
    }
    assert issues_of([page], form, tables) == []


def test_a_header_on_every_page_makes_no_further_table() -> None:
    page = sheet(HEADER, ROW, HEADER, ROW, HEADER, ROW)
    _, (table,) = tables_of([page], {"factories": FACTORIES}, None)
    assert table.kinds == [None, "header", None, "header", None]
