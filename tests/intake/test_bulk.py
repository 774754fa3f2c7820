"""What is read in bulk is what would have been read cell by cell."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings

from orchestration.intake import parsing
from orchestration.intake.issues import Issue, Refusal
from orchestration.intake.limits import DEFAULT_LIMITS, Limits
from orchestration.intake.parsing import Parsed, parse, source_of
from orchestration.sample.layouts import CSV, CSV_BOM, CSV_GB18030, Format
from orchestration.sample.writers import write
from tests.intake.any_form import AnyForm, any_form
from tests.intake.forms import FACTORIES

REPEATABLE = settings(derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
HEADER = "序号,企业名称,统一社会信用代码,产品名称,销售收入（万元）,联系电话\n"
ROW = "1,山东样例有限公司,91370100000000001X,减速机,12,0531-1\n"
OUTCOME = tuple[Parsed | str, list[dict[str, Any]]]


def outcome(content: bytes, least: int, name: str = "表.csv", limits: Limits = DEFAULT_LIMITS) -> OUTCOME:
    """What came of a file, or the code of its refusal, and its raw rows; it is read in bulk from `least` bytes on."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(parsing, "LEAST_IN_BULK", least)
        file = hashlib.sha256(content).hexdigest()
        Path(folder, file).write_bytes(content)
        try:
            parsed: Parsed | str = parse(
                source_of(file, name, None), {"factories": FACTORIES}, limits, Path(folder), Path(folder, "raw")
            )
        except Refusal as refusal:
            parsed = refusal.code
        assert [path.name for path in Path(folder).iterdir() if path.is_file()] == [file]
        paths = sorted(Path(folder).glob("raw/factories/*"))
        return parsed, [row for path in paths for row in pq.read_table(path).to_pylist()]


def both(content: bytes, limits: Limits = DEFAULT_LIMITS) -> OUTCOME:
    in_bulk = outcome(content, 0, limits=limits)
    assert in_bulk == outcome(content, 10**9, limits=limits)
    return in_bulk


@pytest.mark.parametrize("encoding", [CSV, CSV_BOM, CSV_GB18030], ids=lambda each: each.encoding)
@settings(REPEATABLE, max_examples=80)
@given(any_form())
def test_any_form_is_read_as_it_is_cell_by_cell(encoding: Format, form: AnyForm) -> None:
    both(write([form.sheet(as_text=True)], encoding))


@pytest.mark.parametrize(
    "rows",
    {
        "plain": ROW * 3,
        "without a last line break": ROW * 2 + ROW.rstrip(),
        "empty lines": ROW + "\n" + ROW + "\n\n" + ROW,
        "empty lines inside a cell": '2,"山东\n\n样例",91370100000000001X,"减速\r\n机",12,\n' + ROW,
        "rows that lack cells": "2,山东样例有限公司\n" + ROW + "3\n",
        "rows with cells too many": ROW + "2,山东样例有限公司,91370100000000001X,减速机,12,0531-1,多,余\n",
        "blank cells": "2, ,\u3000,减速机,\u00a0 \t,0531\n" + ROW,
        "quotes inside a cell": '2,山东"样例"有限公司,91370100000000001X,"""减""速机",12,\n' + ROW,
        "text behind a quote": '2,"山东"样例,91370100000000001X,减速机,12,\n' + ROW,
        "a quote that is never closed": ROW + '2,"山东样例有限公司,91370100000000001X,减速机,12,\n' + ROW,
        "a null character": ROW + "2,山东\0,91370100000000001X,减速机,12,\n",
        "one cell too long": ROW + f"2,山东,91370100000000001X,{'长' * 40_000},12,\n",
        "one cell just short enough": ROW + f"2,山东,91370100000000001X,{'长' * 32_767},12,\n",
        "Mac line ends": (ROW * 3).replace("\n", "\r"),
        "both line ends": ROW + ROW.replace("\n", "\r\n") + ROW,
        "sections and totals": "一、济南市,,,,,\n" + ROW + "小计,,,,12,\n青岛市,2家,,,,\n" + ROW + ",总计,,,24,\n",
        "a company whose name begins like a note": "1,日照样例有限公司,91370100000000001X,减速机,,\n" + ROW,
        "the header again": ROW + HEADER + ROW,
        "another table below": ROW + "产品名称,信用代码,单位名称,,,\n减速机,91370100000000001X,山东样例有限公司,,,\n",
        "notes below": ROW + "注：金额按万元填写,,,,,\n填表人：甲,,审核人,乙,,\n2024年3月5日,,,,,\n,,,,,\n",
        "signatures that nearly fill their row": ROW + "填表人,甲,审核人,乙,日期,\n",
        "blank rows at the end": ROW + ",,,,,\n" * 400,
        "nothing but blank rows": ",,,,,\n" * 3,
        "only a serial number": "2,,,,,\n" + ROW,
    }.items(),
    ids=lambda pair: pair[0],
)  # fmt: skip
def test_rows_of_every_kind_come_out_as_cell_by_cell(rows: tuple[str, str]) -> None:
    both((HEADER + rows[1]).encode())
    both((f"新产品汇总表,,,,,\n单位：元,,,,,\n{HEADER}{rows[1]}").encode())


def test_a_title_alone_in_its_line_is_no_hindrance() -> None:
    parsed, rows = both(f"新产品汇总表\n{HEADER}{ROW * 2}".encode())
    assert isinstance(parsed, Parsed)
    assert parsed.rows_read == 2
    assert [row["_first_row"] for row in rows] == [3, 3]


def test_columns_without_a_heading_are_noticed_where_they_hold_data() -> None:
    header, row = HEADER.replace("\n", ",,\n"), ROW.replace("\n", ",x,\n")
    for content in (header + row * 3, header + ROW.replace("\n", ",,\n") * 3 + "小计,,,,,,x,\n" + row):
        parsed, _ = both(content.encode())
        assert isinstance(parsed, Parsed)
        assert parsed.issues == (Issue("column_unclaimed", None, "csv", "G"),)
    parsed, _ = both((header + ROW.replace("\n", ",,\n") + "小计,,,,,,x,\n").encode())
    assert isinstance(parsed, Parsed)
    assert parsed.issues == ()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "gb18030"])
def test_any_encoding_is_read(encoding: str) -> None:
    parsed, rows = both((HEADER + ROW * 40).encode(encoding))
    assert isinstance(parsed, Parsed)
    assert {row["org_name"] for row in rows} == {"山东样例有限公司"}


def test_what_is_not_text_of_a_known_encoding_is_refused() -> None:
    assert both((HEADER + ROW * 40).encode() + b"\xe5\xb1\xff\xff" + ROW.encode())[0] == "file_encoding_unknown"
    assert both((HEADER + ROW).encode()[:-1] + "甲".encode()[:2])[0] == "file_truncated"


def test_bulk_has_limits_of_its_own() -> None:
    content = (HEADER + ROW * 9).encode()
    assert outcome(content, 0, limits=replace(DEFAULT_LIMITS, rows=5))[0] != "file_too_large"
    assert outcome(content, 0, limits=replace(DEFAULT_LIMITS, bulk_rows=8))[0] == "file_too_large"
    assert outcome(content, 0, limits=replace(DEFAULT_LIMITS, bulk_bytes=50))[0] == "file_too_large"
    assert outcome(b"\n" + content, 0, limits=replace(DEFAULT_LIMITS, bulk_rows=8))[0] == "file_too_large"


def test_a_wide_table_is_left_to_the_other_reader() -> None:
    wide = ",".join(f"列{number}" for number in range(300))
    parsed, rows = both((f"{HEADER.strip()},{wide}\n" + ROW * 2).encode())
    assert isinstance(parsed, Parsed)
    assert len(rows) == 2


def parquet(folder: Path, columns: str) -> bytes:
    path = folder / "form.parquet"
    path.unlink(missing_ok=True)
    duckdb.execute(f"COPY ({columns}) TO '{path}' (FORMAT parquet)")
    return path.read_bytes()


def test_a_parquet_file_is_a_form_whose_column_names_are_the_headings(tmp_path: Path) -> None:
    content = parquet(
        tmp_path,
        """SELECT 'x' AS "其他", '山东' || range AS "企业名称", '91370100000000001X' AS "统一社会信用代码",
        '减速机' AS "产品名称", range * 1.5 AS "销售收入（万元）" FROM range(3)""",
    )
    parsed, rows = outcome(content, 10**9, "form.parquet")
    assert isinstance(parsed, Parsed)
    assert [(origin.field, origin.heading, origin.letter) for origin in parsed.tables[0].columns] == [
        ("org_name", "企业名称", "B"),
        ("uscc", "统一社会信用代码", "C"),
        ("product", "产品名称", "D"),
        ("sales", "销售收入（万元）", "E"),
    ]
    assert [(row["org_name"], row["sales"], row["sales__unit"], row["phone"]) for row in rows] == [
        ("山东0", "0", "万元", None),
        ("山东1", "1.5", "万元", None),
        ("山东2", "3", "万元", None),
    ]
    assert {(row["_sheet"], row["_table"], row["_first_row"], row["_ignored"]) for row in rows} == {
        ("parquet", 1, 2, None)
    }


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("true", "TRUE"),
        ("12::TINYINT", "12"),
        ("4111010001.0::DOUBLE", "4111010001"),
        ("0.1::DOUBLE + 0.2::DOUBLE", "0.3"),
        ("0.00001234::DOUBLE", "0.00001234"),
        ("913701000000000000::DOUBLE", "9.13701E+17"),
        ("'nan'::DOUBLE", None),
        ("12.50::DECIMAL(9, 2)", "12.5"),
        ("12.00::DECIMAL(9, 2)", "12"),
        ("DATE '2024-03-05'", "2024-03-05"),
        ("TIMESTAMP '2024-03-05 00:00:00'", "2024-03-05"),
        ("TIMESTAMP '2024-03-05 08:30:00'", "2024-03-05 08:30:00"),
        ("TIME '08:30:00'", "08:30:00"),
        ("' \u3000'", None),
        ("NULL::VARCHAR", None),
    ],
)
def test_a_value_of_any_type_is_the_text_of_a_cell(tmp_path: Path, value: str, text: str | None) -> None:
    content = parquet(
        tmp_path,
        f"""SELECT '山东' AS "企业名称", '9' AS "信用代码", '甲' AS "产品名称", {value} AS "销售收入（元）" """,
    )
    _, rows = outcome(content, 10**9, "form.parquet")
    assert [row["sales"] for row in rows] == [text]


def test_a_column_that_no_cell_could_hold_is_refused(tmp_path: Path) -> None:
    content = parquet(tmp_path, """SELECT '甲' AS "产品名称", '9' AS "信用代码", [1, 2] AS "联系电话" """)
    assert outcome(content, 0, "form.parquet") == ("file_unreadable", [])


@pytest.mark.parametrize(
    ("content", "code"), [(b"PAR1" + b"\0" * 90 + b"PAR1", "file_unreadable"), (b"PAR1abc", "file_truncated")]
)
def test_a_broken_parquet_file_is_refused(content: bytes, code: str) -> None:
    assert outcome(content, 0, "form.parquet")[0] == code
