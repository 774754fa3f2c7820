"""The workbook: what people see in Excel, and that text stays text."""

from __future__ import annotations

import datetime
import re
import zipfile
from dataclasses import replace

import openpyxl
import pytest

from orchestration.contracts import Field
from orchestration.release.columns import published_columns
from orchestration.release.package import Package
from orchestration.release.source import plan_source, submissions_source
from orchestration.release.workbook import headings, write_workbook
from orchestration.release.writing import ReleaseError
from tests.release.marts import (
    AWKWARD,
    CONTRACTS,
    CREATED,
    SCENES,
    SHARED,
    awkward_scenes,
    factory,
    scene,
    scenes,
    write_mart,
)

FIELD = 8  # the column `field`, from 1


def package(contract, rows, sample=False):
    sources = (plan_source(), submissions_source(["2024-01"]))
    return Package(contract, published_columns(contract), "1.0.0", CREATED, len(rows), sample, sources, {"xlsx": 1000})


def workbook(tmp_path, contract, rows, sample=False):
    parquet = write_mart(tmp_path / "t.parquet", contract, rows)
    write_workbook(parquet, package(contract, rows, sample), tmp_path / "t.xlsx")
    return openpyxl.load_workbook(tmp_path / "t.xlsx")


def unescape(text):
    """What `_xHHHH_` stands for in a workbook (ECMA-376, ST_Xstring); openpyxl leaves it as it is."""
    return re.sub("_x([0-9A-F]{4})_", lambda match: chr(int(match[1], 16)), text)


def test_the_table_stands_first_under_chinese_headings_with_units(tmp_path):
    book = workbook(tmp_path, SCENES, scenes(3))
    assert book.sheetnames == ["数据 Data", "说明 About"]
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]] == [
        "条目标识", "方向", "场景名称", "企业名称", "统一社会信用代码", "市", "县（市、区）", "领域", "产业链",
        "简介", "投资额（万元）", "发布日期", "有效期至", "对接状态", "报送批次",
    ]  # fmt: skip
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:O4"
    assert sheet.max_row == 4


def test_dates_are_dates_numbers_numbers_and_codes_text(tmp_path):
    sheet = workbook(tmp_path, SCENES, [scene(1, investment=0.1), scene(4)]).worksheets[0]
    row = {cell.column_letter: cell for cell in sheet[2]}
    assert (row["K"].value, row["K"].data_type) == (0.1, "n")
    assert (row["L"].value, row["L"].number_format) == (datetime.datetime(2024, 1, 2), "yyyy-mm-dd")
    assert (row["F"].value, row["F"].data_type) == ("370100", "s")
    assert sheet["K3"].value is None
    factories = workbook(tmp_path, CONTRACTS["morning_star_factories"], [factory(2)]).worksheets[0]
    assert [factories.cell(2, column).value for column in (8, 9, 10)] == [2024, 2, None]
    assert factories.cell(1, 9).value == "联网设备数（台）"


def test_awkward_texts_are_text_and_nothing_is_a_formula_or_a_link(tmp_path):
    sheet = workbook(tmp_path, SCENES, awkward_scenes()).worksheets[0]
    for number, text in enumerate(AWKWARD, start=2):
        cell = sheet.cell(number, FIELD)
        shown = (text or "").replace("\r\n", "\n").replace("\r", "\n")[:32_767]
        assert unescape(cell.value or "") == shown, number
        assert cell.data_type != "f" and cell.hyperlink is None
    with zipfile.ZipFile(tmp_path / "t.xlsx") as parts:
        assert "<f>" not in parts.read("xl/worksheets/sheet1.xml").decode()


def test_a_cut_cell_is_said_on_the_second_sheet(tmp_path):
    about = workbook(tmp_path, SCENES, awkward_scenes()).worksheets[1]
    texts = [cell.value for cell in about["B"]]
    assert "有1个单元格超过32,767字，在本工作簿中已截断。" in texts
    assert not any("截断" in str(cell.value) for cell in workbook(tmp_path, SCENES, scenes(2)).worksheets[1]["B"])


def test_what_excel_cannot_hold_as_a_value_is_written_as_text(tmp_path):
    contract = CONTRACTS["morning_star_factories"]
    rows = [factory(2, connected_devices=10**15, valid_until=datetime.date(1899, 12, 31)),
            factory(4, connected_devices=10**15 - 1, valid_until=datetime.date(1900, 3, 1))]  # fmt: skip
    sheet = workbook(tmp_path, contract, rows).worksheets[0]
    assert (sheet["I2"].value, sheet["L2"].value) == ("1000000000000000", "1899-12-31")
    assert (sheet["I3"].value, sheet["L3"].value) == (999_999_999_999_999, datetime.datetime(1900, 3, 1))


def test_the_second_sheet_says_what_it_is_and_explains_every_column(tmp_path):
    about = workbook(tmp_path, SCENES, scenes(3), sample=True).worksheets[1]
    lines = {row[0].value: row[1].value for row in about.iter_rows(max_row=12) if row[0].value}
    assert about["B1"].value.startswith("样例数据：全部内容由程序虚构")
    assert about["B2"].value.startswith("Sample data: all of it was made up")
    assert lines["名称 Title"] == "场景供需项目（样例数据） Scene supply and demand items (sample data)"
    assert (lines["版本 Version"], lines["日期 Date"], lines["行数 Rows"]) == ("1.0.0", "2024-03-05", "3")
    assert lines["许可 Licence"] == "CC-BY-4.0"
    explained = [
        row for row in about.iter_rows(values_only=True) if row[1] in {c.name for c in published_columns(SCENES)}
    ]
    assert [row[1] for row in explained] == [column.name for column in published_columns(SCENES)]
    assert explained[10][:4] == ("投资额（万元）", "investment", "数值 number", "")
    assert explained[5][3] == "cities"


def test_no_made_up_notice_where_nothing_is_made_up(tmp_path):
    about = workbook(tmp_path, SCENES, scenes(3)).worksheets[1]
    assert not any("样例" in str(value) for row in about.iter_rows(values_only=True) for value in row)


def test_columns_are_as_wide_as_what_stands_in_them_within_reason(tmp_path):
    sheet = workbook(tmp_path, SCENES, [scene(1, description="长" * 500)]).worksheets[0]
    width = {letter: dimension.width for letter, dimension in sheet.column_dimensions.items()}
    assert width["J"] == pytest.approx(50, abs=1)
    assert width["E"] == pytest.approx(19, abs=1)
    assert width["A"] == pytest.approx(13, abs=1)
    assert width["K"] == pytest.approx(17, abs=1)


def test_no_rows_give_a_header_alone(tmp_path):
    sheet = workbook(tmp_path, SCENES, []).worksheets[0]
    assert (sheet.max_row, sheet.auto_filter.ref) == (1, "A1:O1")


def test_same_input_same_bytes_and_nothing_left_beside(tmp_path):
    workbook(tmp_path, SCENES, awkward_scenes())
    first = (tmp_path / "t.xlsx").read_bytes()
    workbook(tmp_path, SCENES, awkward_scenes())
    assert (tmp_path / "t.xlsx").read_bytes() == first
    assert sorted(path.name for path in tmp_path.iterdir()) == ["t.parquet", "t.xlsx"]


def test_two_columns_under_one_heading_are_refused():
    one = published_columns(SCENES)[0]
    other: Field = replace(one, name="other")
    with pytest.raises(ReleaseError, match="same heading: 条目标识"):
        headings((one, other))


def test_every_naughty_string_comes_back_as_text(tmp_path):
    path = SHARED / "real" / "naughty-strings"
    lists = sorted(path.glob("*.txt")) if path.is_dir() else []
    if not lists:
        pytest.skip("../shared/real/naughty-strings is not there")
    texts = [line for line in lists[0].read_text("utf-8").splitlines() if line and not line.startswith("#")]
    sheet = workbook(tmp_path, SCENES, [scene(n, field=text) for n, text in enumerate(texts, 1)]).worksheets[0]
    assert [unescape(sheet.cell(row, FIELD).value) for row in range(2, len(texts) + 2)] == texts
