"""What became of the submissions of each dataset whose release stands: counts alone, for the model that publishes them.

They are kept when a dataset is released, or found to say what its last release says. So a dataset that is red goes on
with the counts of what is published, and one that was never released has none. Models find them in `latest/`, as they
find published tables there; nothing lies there that may not be published:

- no name of a file, and of submitters only those that may be named (`contracts/named_submitters.py`);
- no count of faults in a private column: how well a telephone number is formed is as private as the number.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.contracts import Contract, submitted
from orchestration.contracts.derived_files import ACCOUNTS, FAULTS
from orchestration.contracts.named_submitters import OTHERS, load_named_submitters
from orchestration.engine import connect
from orchestration.quality.registry import issue_types
from orchestration.release.latest import latest_version
from orchestration.settings import Settings

# The dataset of a refused file that neither its header nor its folder tells.
UNIDENTIFIED = "未识别"
COUNTS = ("rows_read", "rows_published", "rows_superseded", "rows_quarantined", "rows_ignored", "rows_with_faults")
_TEXT = pa.string()
_ACCOUNTS = pa.schema(
    [
        ("dataset", _TEXT), ("dataset_version", _TEXT), ("submission_round", _TEXT), ("submitter_name", _TEXT),
        ("refused", pa.bool_()), ("replaced", pa.bool_()), *((name, pa.int64()) for name in COUNTS),
    ]
)  # fmt: skip
_FAULTS = pa.schema(
    [
        ("dataset", _TEXT), ("submission_round", _TEXT), ("submitter_name", _TEXT), ("code", _TEXT),
        ("faults", pa.int64()),
    ]
)  # fmt: skip

# A row is known by its place; of faults those of the row as a whole count, and those in columns that are published.
_COUNTED = """
    with counted as (
        select submission, round, submitter, code, sheet, row_no from read_parquet($issues)
        where field is null or list_contains($public, field)
    )
"""
_KEEP_ACCOUNTS = """
    select
        submission.round as submission_round, submission.submitter as submitter_name,
        submission.replaced_by is not null as replaced,
        submission.rows_read, account.published as rows_published, account.superseded as rows_superseded,
        account.quarantined as rows_quarantined, account.ignored as rows_ignored,
        coalesce(faulty.number_of_rows, 0) as rows_with_faults
    from read_parquet($accounts) as account
    join read_parquet($submissions) as submission using (submission)
    left join (
        select submission, count(distinct (sheet, row_no)) as number_of_rows from counted group by submission
    ) as faulty using (submission)
    order by submission.submission
"""
_KEEP_FAULTS = """
    select round as submission_round, submitter as submitter_name, code, count(*) as faults
    from counted group by all order by all
"""


def keep_accounts(settings: Settings, contract: Contract) -> None:
    """Keep the counts of what is released of a dataset that forms are sent for: `accounts/` of the workspace."""
    folder = _kept_in(settings)
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, Any] = {
        "issues": str(settings.marts / f"{contract.name}__issues.parquet"),
        "accounts": str(settings.marts / f"{contract.name}__accounts.parquet"),
        "submissions": str(settings.workspace / "intake" / "submissions.parquet"),
        "public": [field.name for field in contract.public_fields],
    }
    with connect() as connection:
        for kind, query in ((FAULTS, _KEEP_FAULTS), (ACCOUNTS, _KEEP_ACCOUNTS)):
            sql = _COUNTED + query
            named = {name: value for name, value in files.items() if f"${name}" in sql}
            table = connection.execute(sql, named).to_arrow_table()
            place = folder / f"{contract.name}.{kind}.parquet"
            pq.write_table(table, place.with_suffix(".new"))
            place.with_suffix(".new").replace(place)


def lay_out_accounts(settings: Settings, contracts: Mapping[str, Contract]) -> None:
    """Write `latest/accounts.parquet`, a row per submission, and `latest/faults.parquet`, by code of the fault.

    Files that were refused stand in the former too, under the dataset that their folder names, or `UNIDENTIFIED`.
    """
    named = load_named_submitters(settings.schemas)
    accounts, faults = [], []
    versions = {name: latest_version(settings.published, name) for name in submitted(contracts)}
    for name, version in versions.items():
        if version is not None:
            accounts += [{"dataset": name, "refused": False, **row} for row in _kept(settings, name, ACCOUNTS)]
            faults += [{"dataset": name, **row} for row in _kept(settings, name, FAULTS)]
    accounts += _refused(settings, versions.keys())
    for row in accounts:
        row["dataset_version"] = versions.get(row["dataset"])
    for row in (*accounts, *faults):
        row["submitter_name"] = row["submitter_name"] if row["submitter_name"] in named else OTHERS
    for kind, rows, schema in ((ACCOUNTS, accounts, _ACCOUNTS), (FAULTS, faults, _FAULTS)):
        # In an order that does not betray that of the names of files.
        table = pa.Table.from_pylist(rows, schema=schema).sort_by([(name, "ascending") for name in schema.names])
        pq.write_table(table, settings.latest / f"{kind}.parquet")


def counted_datasets(settings: Settings) -> list[str]:
    """The datasets whose counts are kept, in the order of their names."""
    return sorted(path.name.split(".")[0] for path in _kept_in(settings).glob(f"*.{ACCOUNTS}.parquet"))


def _kept_in(settings: Settings) -> Path:
    return settings.workspace / "accounts"


def _kept(settings: Settings, dataset: str, kind: str) -> list[dict[str, Any]]:
    path = _kept_in(settings) / f"{dataset}.{kind}.parquet"
    rows: list[dict[str, Any]] = pq.read_table(path).to_pylist() if path.exists() else []
    return rows


def _refused(settings: Settings, datasets: Collection[str]) -> Iterator[dict[str, Any]]:
    """The files that were not taken in and whose submitter is known, also those whose earlier version stands."""
    intake = settings.workspace / "intake"
    if not (intake / "issues.parquet").exists():
        return
    types = issue_types(settings.schemas)
    refusing = {code for code, kind in types.items() if kind.scope == "file" and kind.severity == "error"}
    issues = pq.read_table(intake / "issues.parquet", columns=["submission", "code"]).to_pylist()
    refused = {issue["submission"] for issue in issues if issue["code"] in refusing}
    columns = ["submission", "round", "submitter", "dataset"]
    for row in pq.read_table(intake / "submissions.parquet", columns=columns).to_pylist():
        if row["submission"] in refused and row["submitter"] is not None:
            yield {
                "dataset": row["dataset"] or _named_by_its_folder(row["submission"], datasets) or UNIDENTIFIED,
                "submission_round": row["round"],
                "submitter_name": row["submitter"],
                "refused": True,
                "replaced": False,
                **dict.fromkeys(COUNTS, 0),
            }


def _named_by_its_folder(submission: str, datasets: Collection[str]) -> str | None:
    folders = PurePosixPath(submission).parts[:-1]
    return folders[2] if len(folders) == 3 and folders[2] in datasets else None
