"""Parquet and CSV: what is taken over, what is refused, and that every value survives."""

from __future__ import annotations

import datetime

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.release.columns import published_columns
from orchestration.release.tables import MartError, display_widths, take_over, write_csv
from tests.release.marts import AWKWARD, SCENES, arrow_schema, awkward_scenes, scene, scenes, write_mart

COLUMNS = published_columns(SCENES)


def test_columns_are_id_then_public_fields_then_round():
    names = [column.name for column in COLUMNS]
    assert names == [
        "id", "side", "scene_name", "org_name", "uscc", "city_code", "county_code", "field", "chain", "description",
        "investment", "published_on", "valid_until", "matching_status", "round",
    ]  # fmt: skip


def test_a_sorted_mart_is_copied_byte_for_byte(tmp_path):
    mart = write_mart(tmp_path / "mart.parquet", SCENES, scenes(50))
    assert take_over(mart, COLUMNS, tmp_path / "out.parquet") == 50
    assert (tmp_path / "out.parquet").read_bytes() == mart.read_bytes()


def test_a_sorted_mart_of_several_batches_is_copied(tmp_path):
    # pyarrow reads 65,536 rows at a time: the order must hold from one batch to the next too.
    rows = [{"id": f"{n:08d}", "round": "2024-01"} for n in range(70_000)]
    mart = write_mart(tmp_path / "mart.parquet", SCENES, rows)
    assert take_over(mart, COLUMNS, tmp_path / "out.parquet") == 70_000
    assert (tmp_path / "out.parquet").read_bytes() == mart.read_bytes()
    swapped = write_mart(tmp_path / "swapped.parquet", SCENES, [*rows[35_000:], *rows[:35_000]])
    take_over(swapped, COLUMNS, tmp_path / "out.parquet")
    assert pq.read_table(tmp_path / "out.parquet")["id"].to_pylist() == [row["id"] for row in rows]


def test_an_unsorted_mart_with_columns_in_another_order_is_put_in_order(tmp_path):
    mart = write_mart(tmp_path / "mart.parquet", SCENES, list(reversed(scenes(50))))
    table = pq.read_table(mart)
    pq.write_table(table.select(list(reversed(table.schema.names))), mart)
    take_over(mart, COLUMNS, tmp_path / "out.parquet")
    out = pq.read_table(tmp_path / "out.parquet")
    assert out.schema.names == [column.name for column in COLUMNS]
    assert out.to_pylist() == pq.read_table(write_mart(tmp_path / "sorted.parquet", SCENES, scenes(50))).to_pylist()


def test_a_column_that_the_contract_does_not_publish_is_refused(tmp_path):
    table = pq.read_table(write_mart(tmp_path / "mart.parquet", SCENES, scenes(3)))
    pq.write_table(table.append_column("contact_phone", pa.array(["13900000000"] * 3)), tmp_path / "mart.parquet")
    with pytest.raises(MartError, match="columns that the contract does not publish: contact_phone"):
        take_over(tmp_path / "mart.parquet", COLUMNS, tmp_path / "out.parquet")


def test_a_missing_column_is_refused(tmp_path):
    table = pq.read_table(write_mart(tmp_path / "mart.parquet", SCENES, scenes(3)))
    pq.write_table(table.drop_columns(["round"]), tmp_path / "mart.parquet")
    with pytest.raises(MartError, match="columns missing: round"):
        take_over(tmp_path / "mart.parquet", COLUMNS, tmp_path / "out.parquet")


def test_a_column_of_another_type_is_refused(tmp_path):
    table = pq.read_table(write_mart(tmp_path / "mart.parquet", SCENES, scenes(3)))
    index = table.schema.get_field_index("published_on")
    dates = table["published_on"].cast(pa.timestamp("us"))
    pq.write_table(table.set_column(index, "published_on", dates), tmp_path / "mart.parquet")
    with pytest.raises(MartError, match=r"column published_on is timestamp\[us\], the contract says date"):
        take_over(tmp_path / "mart.parquet", COLUMNS, tmp_path / "out.parquet")


def test_ids_that_are_missing_or_repeated_are_refused_without_naming_them(tmp_path):
    twice = write_mart(tmp_path / "twice.parquet", SCENES, [scene(1), scene(2), scene(2)])
    none = write_mart(tmp_path / "none.parquet", SCENES, [scene(1), scene(2, id=None)])
    with pytest.raises(MartError, match=r"^twice\.parquet: two rows have the same id$"):
        take_over(twice, COLUMNS, tmp_path / "out.parquet")
    with pytest.raises(MartError, match=r"^none\.parquet: a row has no id$"):
        take_over(none, COLUMNS, tmp_path / "out.parquet")


def test_the_csv_is_utf8_without_a_mark_with_lf_and_exact_values(tmp_path):
    rows = [
        scene(1, scene_name='a "b", c', investment=0.1, county_code=None, field="", chain=None, description="x\ny"),
        scene(2, investment=1e22, valid_until=None, description=None, field="0012"),
    ]
    take_over(write_mart(tmp_path / "mart.parquet", SCENES, rows), COLUMNS, tmp_path / "t.parquet")
    write_csv(tmp_path / "t.parquet", tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_bytes().decode("utf-8") == (
        "id,side,scene_name,org_name,uscc,city_code,county_code,field,chain,description,investment,published_on,"
        "valid_until,matching_status,round\n"
        'scene-000001,需求,"a ""b"", c",山东某某科技有限公司1,91370100MA3C4YQ88K,370100,,"",,"x\ny",0.1,2024-01-02,'
        "2026-12-31,待对接,2024-01\n"
        "scene-000002,供给,场景2,山东某某科技有限公司2,91370100MA3C4YQ88K,370100,,0012,,,1e+22,2024-01-03,"
        ",待对接,2024-01\n"
    )


@pytest.mark.parametrize("threads", [1, 4])
def test_the_csv_read_back_equals_the_parquet_for_awkward_texts(tmp_path, threads):
    take_over(write_mart(tmp_path / "m.parquet", SCENES, awkward_scenes()), COLUMNS, tmp_path / "t.parquet")
    write_csv(tmp_path / "t.parquet", tmp_path / "t.csv")
    sql = {"string": "varchar", "number": "double", "date": "date"}
    types = ", ".join(f"'{column.name}': '{sql[column.type]}'" for column in COLUMNS)
    with duckdb.connect(config={"threads": threads}) as connection:
        back = connection.execute(
            f"SELECT * FROM read_csv('{tmp_path}/t.csv', header=true, delim=',', quote='\"', escape='\"', "
            f"allow_quoted_nulls=false, columns={{{types}}})"
        ).fetchall()
        there = connection.execute(f"SELECT * FROM read_parquet('{tmp_path}/t.parquet')").fetchall()
    assert back == there
    assert [row[7] for row in back] == AWKWARD


def test_a_path_with_quotes_and_wildcards_is_a_path(tmp_path):
    folder = tmp_path / "it's [1]*"
    folder.mkdir()
    mart = write_mart(folder / "m.parquet", SCENES, list(reversed(scenes(5))))
    assert take_over(mart, COLUMNS, folder / "t.parquet") == 5
    write_csv(folder / "t.parquet", folder / "t.csv")
    assert len((folder / "t.csv").read_text("utf-8").splitlines()) == 6


def test_no_rows_give_a_header_and_nothing_else(tmp_path):
    assert take_over(write_mart(tmp_path / "m.parquet", SCENES, []), COLUMNS, tmp_path / "t.parquet") == 0
    write_csv(tmp_path / "t.parquet", tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_text("utf-8") == ",".join(column.name for column in COLUMNS) + "\n"
    assert display_widths(tmp_path / "t.parquet", COLUMNS) == [0] * len(COLUMNS)


def test_pandas_duckdb_and_pyarrow_read_the_types_of_the_contract(tmp_path):
    path = tmp_path / "t.parquet"
    take_over(write_mart(tmp_path / "m.parquet", SCENES, scenes(10)), COLUMNS, path)
    arrow = pq.read_table(path)
    assert arrow.schema.equals(arrow_schema(SCENES))
    with duckdb.connect() as connection:
        described = connection.execute(f"DESCRIBE SELECT * FROM '{path}'").fetchall()
    words = {"string": "VARCHAR", "number": "DOUBLE", "date": "DATE"}
    assert {row[0]: row[1] for row in described} == {column.name: words[column.type] for column in COLUMNS}
    frame = pd.read_parquet(path, dtype_backend="pyarrow")
    assert {name: dtype.pyarrow_dtype for name, dtype in frame.dtypes.items()} == {
        column.name: arrow_schema(SCENES).field(column.name).type for column in COLUMNS
    }
    assert frame["published_on"].iloc[0] == datetime.date(2024, 1, 2)
    assert pd.read_parquet(path)["investment"].dtype == "float64"


def test_widths_count_chinese_characters_twice(tmp_path):
    rows = [scene(1, scene_name="质量检测", field="quality"), scene(2, scene_name="abc", field=None, investment=12.5)]
    widths = display_widths(write_mart(tmp_path / "m.parquet", SCENES, rows), COLUMNS)
    named = dict(zip([column.name for column in COLUMNS], widths, strict=True))
    assert (named["scene_name"], named["field"], named["county_code"]) == (8, 7, 0)
    assert (named["investment"], named["published_on"]) == (4, 10)
