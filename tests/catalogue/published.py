"""A small `published/` made by real releases, and the counts of the workspace beside it."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.release import release, write_catalogs, write_index
from orchestration.release.source import submissions_source
from orchestration.settings import PROJECT, Settings
from tests.release.marts import CODE_LISTS, CONTRACTS, write_mart

NAMES = ("enterprises", "new_products", "target_progress", "targets")
HERE = {name: CONTRACTS[name] for name in NAMES}
USCC = "91370100MA3C4YQ88K"
FIRST, SECOND = datetime.date(2024, 6, 30), datetime.date(2024, 12, 31)
# Texts that would act, break out of where they stand, or turn the order of writing round.
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "</td></tr></table><h1>x</h1>",
    "</script><script>alert(1)</script>",
    "{{ 7 * 7 }}{% for x in y %}",
    "&lt;b&gt; & &amp; &#60;",
    "مرحبا ‮abc",
    "<!-- --><![CDATA[ ]]>",
    "\x00 and \x1b[31m",
]
VALIDATION = {
    "accepted": [],
    "results": [
        {"status": "passed", "sentence": "“<b>”的列应齐全。", "sentence_en": "The columns of “<b>” must be there."},
        {"status": "skipped", "sentence": "与上一版本相比。", "sentence_en": "Compared with the last version."},
    ],
    "success": True,
    "summary": {"accepted": 0, "failed": 0, "passed": 1, "raised": 0, "skipped": 1},
}


def product(number: int, **values: Any) -> dict[str, Any]:
    return {
        "id": f"product-{number:04d}",
        "product_name": f"产品{number}",
        "kind": "新产品",
        "org_name": f"山东样例{number}有限公司",
        "uscc": USCC,
        "city_code": "370200" if number % 3 else "370100",
        "county_code": {0: "370102", 1: "370103", 2: "370402"}.get(number % 12, "370102"),
        "chain": "C01" if number % 2 else "C02",
        "round": "2024-01" if number % 4 else "2024-02",
        **values,
    }


def products() -> list[dict[str, Any]]:
    """33 rows; the first ones hostile."""
    return [
        product(number, **({"product_name": HOSTILE[number]} if number < len(HOSTILE) else {})) for number in range(33)
    ]


def target(name: str, number: float | None, comparison: str, unit: str, unit_en: str) -> dict[str, Any]:
    return {
        "id": f"target-{name}",
        "target_id": name,
        "clause": "三" if name == "K08" else "总",
        "wording": f"方案中的{name}",
        "indicator": f"指标{name}",
        "indicator_en": f"Indicator {name}",
        "target": number,
        "unit": unit,
        "unit_en": unit_en,
        "comparison": comparison,
        "recurrence": "plan",
        "dataset": "new_products",
        "counts": "count(*)",
        "valid_from": datetime.date(2023, 1, 1),
    }


def progress(name: str, period: str, number: float, status: str = "无指标", **values: Any) -> dict[str, Any]:
    code = values.get("city_code", "370000")
    return {
        "id": f"{name}-{period}-{code}",
        "target_id": name,
        "clause": "总",
        "indicator": f"指标{name}",
        "indicator_en": f"Indicator {name}",
        "period": period,
        "period_from": datetime.date(2023, 1, 1),
        "period_to": datetime.date(2025, 12, 31),
        "scope": "市" if "city_code" in values else "全省",
        "scope_code": code,
        "number": number,
        "unit": "项",
        "status": status,
        "data_date": SECOND,
        "dataset": "new_products",
        "dataset_version": "1.1.0",
        **values,
    }


ROWS = {
    "new_products": products(),
    "enterprises": [],
    "targets": [
        target("K01", 2000, "at_least", "项", "items"),
        target("K08", 5, "about", "亿元", "100 million yuan"),
        target("M1", None, "none", "家", "factories"),
    ],
    "target_progress": [
        progress("K01", "2023", 400),
        progress("K01", "2024", 800),
        progress("K01", "2023-2025", 1200, "滞后", target=2000, share=60, expected=1333.9, target_text="2,000项以上"),
        progress("K01", "2023-2025", 700, city_code="370100"),
        progress("K01", "2023-2025", 500, city_code="370200"),
        progress("K08", "2023", 1, "滞后", target=5, share=20, expected=5, target_text="约5亿元"),
        progress("K08", "2024", 9, "已达成", target=5, share=180, expected=5, target_text="约5亿元"),
        progress("M1", "2023-2025", 157),
    ],
}


def publish(settings: Settings, name: str, rows: list[dict[str, Any]], created: datetime.date) -> None:
    contract = CONTRACTS[name]
    mart = write_mart(settings.workspace / f"{name}.parquet", contract, rows)
    rounds = [] if contract.derived else ["2024-01", "2024-02"]
    release(
        contract,
        mart,
        json.dumps(VALIDATION).encode(),
        settings.published,
        created=created,
        sample=True,
        sources=[submissions_source(rounds)] if rounds else [],
        code_lists=CODE_LISTS,
    )
    write_index(settings.published)
    write_catalogs(settings.published)


def make_published(folder: Path) -> Settings:
    """Four datasets; new_products in two versions, of which the second has one row more."""
    settings = Settings(PROJECT, folder / "inbox", folder / "workspace", folder / "published")
    settings.marts.mkdir(parents=True)
    publish(settings, "new_products", ROWS["new_products"][:-1], FIRST)
    for name, rows in ROWS.items():
        publish(settings, name, rows, SECOND)
    write_counts(settings)
    return settings


def write_counts(settings: Settings) -> None:
    """Three rows held back: one with two issues, one warned of, and an issue of a whole file."""
    found = [
        ("a.xlsx", 5, "required_missing", "error"),
        ("a.xlsx", 5, "digits_lost", "error"),
        ("a.xlsx", 6, "digits_lost", "error"),
        ("a.xlsx", 6, "digits_lost", "error"),
        ("b.xlsx", 5, "rule_broken", "error"),
        ("b.xlsx", 9, "code_retired", "warning"),
        ("b.xlsx", None, "column_unclaimed", "info"),
    ]
    issues = [
        {"submission": one, "sheet": "表1", "row_no": row, "code": code, "severity": severity, "value": "机密"}
        for one, row, code, severity in found
    ]
    schema = pa.schema(
        [(name, pa.int64() if name == "row_no" else pa.string()) for name in issues[0]],
    )
    pq.write_table(pa.Table.from_pylist(issues, schema=schema), settings.marts / "new_products__issues.parquet")
    accounts = [
        {"submission": "a.xlsx", "published": 20, "superseded": 2, "quarantined": 2, "ignored": 1},
        {"submission": "b.xlsx", "published": 13, "superseded": 0, "quarantined": 1, "ignored": 4},
    ]
    pq.write_table(pa.Table.from_pylist(accounts), settings.marts / "new_products__accounts.parquet")
