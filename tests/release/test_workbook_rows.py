"""The rows of a workbook are, byte for byte, what XlsxWriter makes of the same values cell by cell."""

from __future__ import annotations

import datetime
import zipfile

import openpyxl
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.release.columns import published_columns
from orchestration.release.formats import WHOLE, Part
from orchestration.release.package import Package
from orchestration.release.workbook import OPTIONS, write_workbook
from orchestration.release.workbook_rows import look_through, sheet_rows
from tests.release.marts import AWKWARD, CONTRACTS, CREATED, factory, scene, write_mart

FACTORIES = CONTRACTS["morning_star_factories"]
TEXTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\r") | st.sampled_from(" \t\n&<>_x005F\x1f")
)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
EXACT = st.integers(1 - 10**15, 10**15 - 1)
DATES = st.dates(datetime.date(1900, 3, 1), datetime.date(9999, 12, 31))


def ours(tmp_path, contract, rows, part=WHOLE):
    parquet, columns = write_mart(tmp_path / "t.parquet", contract, rows), published_columns(contract)
    return "".join(sheet_rows(parquet, columns, part, look_through(parquet, columns, part), 1))


def by_xlsxwriter(tmp_path, contract, rows):
    """The rows as XlsxWriter writes them, cell by cell; a value of text is given as text."""
    with xlsxwriter.Workbook(str(tmp_path / "r.xlsx"), {**OPTIONS, "constant_memory": True}) as workbook:
        sheet, day = workbook.add_worksheet(), workbook.add_format({"num_format": "yyyy-mm-dd", "align": "center"})
        for number, row in enumerate(rows, start=1):
            for place, column in enumerate(published_columns(contract)):
                value = row.get(column.name)
                if isinstance(value, str):
                    sheet.write_string(number, place, value)
                elif isinstance(value, datetime.date):
                    sheet.write_datetime(number, place, value, day)
                elif value is not None:
                    sheet.write_number(number, place, value)
    with zipfile.ZipFile(tmp_path / "r.xlsx") as parts:
        content = parts.read("xl/worksheets/sheet1.xml").decode()
    return content.partition("<sheetData>")[2].partition("</sheetData>")[0]


def test_awkward_texts_are_written_as_xlsxwriter_writes_them(tmp_path):
    texts = [text for text in AWKWARD if text and "\r" not in text and not text.startswith("<r>")]
    rows = [scene(number, field=text) for number, text in enumerate(texts, start=1)]
    assert ours(tmp_path, CONTRACTS["scene_items"], rows) == by_xlsxwriter(tmp_path, CONTRACTS["scene_items"], rows)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(TEXTS, EXACT | st.none(), NUMBERS | st.none(), DATES | st.none()), min_size=1, max_size=8))
def test_any_values_are_written_as_xlsxwriter_writes_them(tmp_path, values):
    numbers = [column.name for column in published_columns(FACTORIES) if column.type == "number"]
    rows = [
        factory(place, factory_name=text, connected_devices=devices, valid_until=day, **dict.fromkeys(numbers, number))
        for place, (text, devices, number, day) in enumerate(values)
    ]
    assert ours(tmp_path, FACTORIES, rows) == by_xlsxwriter(tmp_path, FACTORIES, rows)


def test_a_text_that_looks_like_markup_of_formatted_text_is_text(tmp_path):
    assert "<t>&lt;r&gt;a&lt;/r&gt;</t>" in ours(tmp_path, CONTRACTS["scene_items"], [scene(1, field="<r>a</r>")])


def test_a_text_that_a_cell_cannot_hold_is_cut_where_it_fits_for_certain(tmp_path):
    plain, counted_twice = "长" * 40_000, "😀" * 16_384
    rows = [scene(1, field=plain), scene(2, field=counted_twice), scene(3, field="长" * 32_767)]
    found = ours(tmp_path, CONTRACTS["scene_items"], rows)
    assert [text.count("长") + text.count("😀") for text in found.split("</row>")[:-1]] == [32_767, 16_383, 32_767]


def test_parts_have_their_own_rows_from_row_2_on(tmp_path):
    rows = [scene(number, id=f"{number:03}") for number in range(5)]
    found = ours(tmp_path, CONTRACTS["scene_items"], rows, Part(2, 3, 2, 4))
    assert [row.partition("</t>")[0] for row in found.split("</row>")[:-1]] == [
        '<row r="2"><c r="A2" t="inlineStr"><is><t>002',
        '<row r="3"><c r="A3" t="inlineStr"><is><t>003',
    ]


def test_no_column_of_any_contract_stands_in_the_way_of_the_rows(tmp_path):
    for contract in CONTRACTS.values():
        columns = published_columns(contract)
        parquet = write_mart(tmp_path / "t.parquet", contract, [{"id": "a"}, {"id": "b"}])
        package = Package(contract, columns, "1.0.0", CREATED, 2, False, (), {})
        write_workbook(parquet, package, tmp_path / "t.xlsx")
        sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").worksheets[0]
        assert [sheet.cell(row, 1).value for row in (2, 3)] == ["a", "b"], contract.name
