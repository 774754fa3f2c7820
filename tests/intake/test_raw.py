"""A raw table: every row with its place, every value as text, the same bytes every time."""

import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.intake.raw import raw_schema, write_none, write_raw
from orchestration.intake.tables import Table, tables_of
from orchestration.settings import PROJECT
from tests.intake.forms import FACTORIES, HEADER, sheet, write_xlsx

HASH = "ab" * 32
COLUMNS = ["_file", "_table", "_sheet", "_first_row", "_ignored", *FACTORIES.fields, "sales__unit"]


def table(*rows: list[str | None]) -> Table:
    return tables_of([sheet(*rows)], {"factories": FACTORIES}, None)[1][0]


def test_rows_are_consecutive_and_none_is_left_out(tmp_path: Path) -> None:
    page = table(
        ["附件"],
        ["产品名称", "序号", "销售收入（万元）", "信用代码", "其他"],
        ["减速机", "1", "12.5", "913", "x"],
        [],
        ["合计", None, "12.5"],
    )
    write_raw(tmp_path, HASH, 2, page, FACTORIES)
    read = pq.read_table(tmp_path / f"{HASH}.2.parquet")
    assert read.column_names == COLUMNS
    same = {"_file": HASH, "_table": 2, "_sheet": "表", "_first_row": 3, "org_name": None, "phone": None}
    assert read.to_pylist() == [
        {**same, "_ignored": None, "product": "减速机", "sales": "12.5", "uscc": "913", "sales__unit": "万元"},
        {**same, "_ignored": "blank", "product": None, "sales": None, "uscc": None, "sales__unit": "万元"},
        {**same, "_ignored": "total", "product": "合计", "sales": "12.5", "uscc": None, "sales__unit": "万元"},
    ]


def test_types_are_text_but_for_two_numbers(tmp_path: Path) -> None:
    write_raw(tmp_path, HASH, 1, table(["产品名称", "信用代码"], ["a", "b"]), FACTORIES)
    write_none(tmp_path, FACTORIES)
    numbers = {"_table", "_first_row"}
    for name in (f"{HASH}.1", "none"):
        schema = pq.read_schema(tmp_path / f"{name}.parquet")
        assert schema.names == COLUMNS
        assert {field.name for field in schema if field.type != pa.string()} == numbers
        assert schema.equals(raw_schema(FACTORIES))


def test_a_heading_without_a_unit_of_money_gives_none(tmp_path: Path) -> None:
    for heading, unit in (("销售收入", None), ("销售收入（台）", None), ("销售收入(亿元)", "亿元")):
        write_raw(tmp_path, HASH, 1, table(["产品名称", "信用代码", heading], ["a", "b", "1"]), FACTORIES)
        assert pq.read_table(tmp_path / f"{HASH}.1.parquet")["sales__unit"].to_pylist() == [unit]


@pytest.mark.parametrize(
    ("line", "unit"),
    [
        ("单位：万元", "万元"),
        ("填报单位：某局　　单位: 元", "元"),
        ("新产品汇总表（单位：人民币亿元）", "亿元"),
        ("金额单位：万元", "万元"),
        ("单位：万元、人", None),
        ("填报单位：万元科技公司", None),
        ("报送单位：元", None),
    ],
)
def test_a_line_above_the_table_gives_the_unit_of_headings_that_give_none(
    tmp_path: Path, line: str, unit: str | None
) -> None:
    for heading, given in (("销售收入", unit), ("销售收入(元)", "元"), ("销售收入（台）", None)):
        page = table(["附件"], [None, None, line], ["产品名称", "信用代码", heading], ["a", "b", "1"])
        write_raw(tmp_path, HASH, 1, page, FACTORIES)
        assert pq.read_table(tmp_path / f"{HASH}.1.parquet")["sales__unit"].to_pylist() == [given]


def test_a_dataset_without_submissions_has_a_table_without_rows(tmp_path: Path) -> None:
    write_none(tmp_path, FACTORIES)
    assert pq.read_table(tmp_path / "none.parquet").num_rows == 0


def test_a_header_without_rows_is_a_table_without_rows(tmp_path: Path) -> None:
    write_raw(tmp_path, HASH, 1, table(["产品名称", "信用代码"]), FACTORIES)
    assert pq.read_table(tmp_path / f"{HASH}.1.parquet").num_rows == 0


def test_the_same_table_gives_the_same_bytes(tmp_path: Path) -> None:
    page = table(["产品名称", "信用代码"], *([f"产品{n}", str(n)] for n in range(2000)))
    written = []
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        write_raw(tmp_path / folder, HASH, 1, page, FACTORIES)
        (path,) = (tmp_path / folder).iterdir()
        written.append((path.name, path.read_bytes()))
    assert written[0] == written[1]


def test_reading_a_form_does_not_import_pandas(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    form = write_xlsx(tmp_path / "form.xlsx", {"表": [HEADER, [1, "甲公司", "913", "减速机", 5, "1990000"]]})
    form.rename(tmp_path / "store/abc")
    script = (
        "import sys; from pathlib import Path;"
        "from orchestration.intake.limits import DEFAULT_LIMITS;"
        "from orchestration.intake.parsing import Source, parse;"
        "from tests.intake.forms import FACTORIES;"
        "store, raw = Path(sys.argv[1]) / 'store', Path(sys.argv[1]) / 'raw';"
        "parse(Source('abc', 'xlsx', None), {'factories': FACTORIES}, DEFAULT_LIMITS, store, raw);"
        "print(sorted({'pandas', 'pyarrow.compute'} & sys.modules.keys()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], cwd=PROJECT, check=True, capture_output=True, text=True
    )
    assert done.stdout == "[]\n"
