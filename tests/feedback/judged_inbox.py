"""A small inbox taken in for good, with what dbt would have found in it written down by hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.contracts import load_contracts
from orchestration.feedback.judged import OUTCOMES
from orchestration.intake import take_in
from orchestration.settings import PROJECT, Settings

DATASET = "morning_star_factories"
HEADER = ["企业名称", "统一社会信用代码", "市", "工厂名称", "认定年度"]
ROWS = [
    HEADER,
    ["济南样例甲有限公司", "91370100MA3C0000", "济南市", '=HYPERLINK("http://a.invalid")', "2024"],
    ["济南样例甲有限公司", "91370100MA3C00001H", "济南市", "+样例工厂", "2024"],
    ["济南样例甲有限公司", "91370100MA3C00001H", "济南市", "+样例工厂", "2024"],
]
# sheet is set by what intake calls it; place: cell or row.
FAULTS = [
    {"cell": "B2", "row_no": 2, "heading": "统一社会信用代码", "code": "uscc_malformed", "severity": "error",
     "value": "91370100MA3C0000"},
    {"cell": "B2", "row_no": 2, "heading": "统一社会信用代码", "code": "code_retired", "severity": "warning",
     "value": "91370100MA3C0000"},
    {"cell": None, "row_no": 3, "heading": None, "code": "repeated_in_submission", "severity": "warning",
     "value": None},
]  # fmt: skip
ISSUES = pa.schema(
    [
        (name, pa.int64() if name == "row_no" else pa.string())
        for name in (
            "submission", "file", "sheet", "row_no", "cell", "field", "heading", "code", "severity", "value", "detail",
        )
    ]
)  # fmt: skip


def settings_in(folder: Path) -> Settings:
    """Folders of a test, with the project's own contracts."""
    return Settings(PROJECT, folder / "inbox", folder / "workspace", folder / "published")


def place_of(settings: Settings, name: str, submitter: str = "样例市工信局") -> Path:
    """Where a submitter puts a form."""
    folder = settings.inbox / "2024-01" / submitter / DATASET
    folder.mkdir(parents=True, exist_ok=True)
    return folder / name


def judge(settings: Settings, faults: Sequence[dict[str, Any]] = FAULTS) -> None:
    """Take the inbox in, and find the same faults in every form that was read."""
    contracts = load_contracts(settings.schemas)
    take_in(settings.inbox, settings.workspace, contracts)
    columns = pq.read_table(settings.workspace / "intake" / "columns.parquet").to_pylist()
    sheets = {row["file"]: row["sheet"] for row in reversed(columns)}
    issues, accounts = [], []
    for row in pq.read_table(settings.workspace / "intake" / "submissions.parquet").to_pylist():
        if row["status"] == "read":
            own = {"submission": row["submission"], "file": row["file"]}
            issues += [{"detail": None, **own, "sheet": sheets[row["file"]], **fault} for fault in faults]
            accounts.append({**own, **dict(zip(OUTCOMES, (1, 1, 1, row["rows_read"] - 3), strict=True))})
    settings.marts.mkdir(exist_ok=True)
    pq.write_table(pa.Table.from_pylist(issues, ISSUES), settings.marts / f"{DATASET}__issues.parquet")
    if accounts:
        pq.write_table(pa.Table.from_pylist(accounts), settings.marts / f"{DATASET}__accounts.parquet")
