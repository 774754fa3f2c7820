"""Tables for the tests: a small register with awkward values, and a large one."""

from __future__ import annotations

import datetime
import math

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

CITIES = {"370100": "济南市", "370200": "青岛市", "370300": "淄博市"}
COLUMNS = [
    {"name": "id", "title": "条目标识", "type": "string", "kind": "id", "hidden": True},
    {"name": "side", "title": "方向", "type": "string", "kind": "choice", "categories": ["需求", "供给"]},
    {"name": "name", "title": "名称", "type": "string", "kind": "text"},
    {"name": "city_code", "title": "市", "type": "string", "kind": "city", "codes": CITIES},
    {"name": "amount", "title": "投资额", "type": "number", "kind": "amount", "unit": "万元"},
    {"name": "number", "title": "数量", "type": "integer", "kind": "count"},
    {"name": "big", "title": "大数", "type": "integer", "kind": "count"},
    {"name": "day", "title": "日期", "type": "date", "kind": "date"},
    {"name": "open", "title": "开放", "type": "boolean", "kind": "yes"},
]
NAUGHTY = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    "javascript:alert(3)",
    "\"><svg onload=alert(4)>'",
    "</table></section><script src=//evil.example/x.js></script>",
    "{{constructor.constructor('alert(5)')()}} ${alert(6)}",
    "&lt;b&gt; &amp; %3Cscript%3E",
    '换\n行,逗号"引号"\r\t制表',
    "𠮷野家 👩‍👩‍👧 e\u0301 ﷽ \u202eabc",
    "",
    "=1+1",
    "  两端空格 ",
    ".*+?^$()|[]\\/-",
    "\ufeffBOM \u2028 \u00a0",
]
DOUBLES = [0.0, -0.0, 1.0, 100.0, 325.45, 0.1, 1e15, 123456789012345680.0, 1e16, 1e21, 1.5e300, 5e-324, 0.0001, 1e-5]
DOUBLES += [1.25e-7, -2.5, 1 / 3, 9007199254740993.0, math.inf, -math.inf, 99999999999999.98, -0.00012345]


def write_small(path, rows=230):
    """Rows in which values of every kind are missing somewhere; sorted by id as all that is published."""
    columns = {
        "id": [f"{i:016x}" for i in range(rows)],
        "side": [("需求", "供给", None)[i % 3] for i in range(rows)],
        "name": [
            NAUGHTY[i] if i < len(NAUGHTY) else None if i % 17 == 0 else f"{'AI质检' if i % 5 else '机器人'}平台{i}号"
            for i in range(rows)
        ],
        "city_code": [(*CITIES, None)[i % 4] for i in range(rows)],
        "amount": [
            DOUBLES[i] if i < len(DOUBLES) else None if i % 11 == 0 else i * 7 % 101 + i / 8 for i in range(rows)
        ],
        "number": [None if i % 13 == 0 else i * 31 % 97 - 40 for i in range(rows)],
        "big": [None if i % 19 == 0 else 9007199254740993 + i * 37 % 53 for i in range(rows)],
        "day": [None if i % 7 == 0 else datetime.date(1969, 12, 1) + datetime.timedelta(i * 97) for i in range(rows)],
        "open": [(True, False, None)[i % 3] for i in range(rows)],
    }
    types = [pa.string()] * 4 + [pa.float64(), pa.int32(), pa.int64(), pa.date32(), pa.bool_()]
    table = pa.table([pa.array(values, type) for values, type in zip(columns.values(), types, strict=True)], [*columns])
    with duckdb.connect() as connection:
        connection.register("rows", table)
        connection.execute(f"COPY (SELECT * FROM rows) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")
    return pq.read_table(path)


def write_large(path, rows=1_000_000):
    """A million rows, most texts different, in several row groups."""
    with duckdb.connect() as connection:
        connection.execute(
            f"""
            COPY (
                SELECT
                    printf('%016x', i) AS id,
                    ['需求', '供给'][1 + i % 2] AS side,
                    '面向' || ['码头', '化工园区', '硫化车间'][1 + i % 3] || '的智能预警平台' || (i * 7919 % 1000003)
                    AS name,
                    ['370100', '370200', '370300'][1 + i % 3] AS city_code,
                    (i * 31 % 100000) / 4.0 AS amount,
                    (i % 1000)::INT AS number,
                    i AS big,
                    DATE '2024-01-01' + (i % 366)::INT AS day,
                    i % 5 = 0 AS open
                FROM range({rows}) AS numbers (i)
            ) TO '{path}' (FORMAT parquet, COMPRESSION zstd)
            """
        )
