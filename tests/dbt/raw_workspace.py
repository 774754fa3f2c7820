"""Raw tables as intake leaves them (docs/architecture.md), written row by row for tests of the models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.contracts import Contract
from orchestration.running.day import write_data_day

Row = Mapping[str, str | None]

SUBMISSIONS = pa.schema(
    [
        ("submission", pa.string()),
        ("round", pa.string()),
        ("submitter", pa.string()),
        ("file", pa.string()),
        ("dataset", pa.string()),
        ("rows_read", pa.int64()),
        ("status", pa.string()),
        ("city", pa.string()),
        ("replaced_by", pa.string()),
    ]
)
COLUMNS = pa.schema(
    [
        ("file", pa.string()),
        ("dataset", pa.string()),
        ("table", pa.int32()),
        ("sheet", pa.string()),
        ("field", pa.string()),
        ("heading", pa.string()),
        ("letter", pa.string()),
    ]
)


@dataclass
class RawWorkspace:
    """A workspace with raw tables and the records of intake."""

    path: Path
    contracts: Mapping[str, Contract]
    submissions: list[dict[str, object]] = field(default_factory=list)
    columns: list[dict[str, object]] = field(default_factory=list)

    def table(
        self,
        dataset: str,
        content: str,
        rows: Sequence[Row],
        *,
        number: int = 1,
        sheet: str = "Sheet1",
        first_row: int = 2,
        units: Mapping[str, str] | None = None,
        headings: Mapping[str, str] | None = None,
    ) -> str:
        """Write one table of the file with this content; returns the file's hash.

        A row gives the text of its fields and, under `_ignored`, why it is no data. The letters of the columns are
        A, B, … in the order of the contract, for the fields that any row gives.
        """
        contract = self.contracts[dataset]
        digest = sha256(content.encode()).hexdigest()
        names = [f.name for f in contract.fields]
        units = {f"{f.name}__unit": (units or {}).get(f.name) for f in contract.fields if f.kind == "money"}
        place = {"_file": digest, "_table": number, "_sheet": sheet, "_first_row": first_row}
        records = [
            {**place, "_ignored": row.get("_ignored"), **{name: row.get(name) for name in names}, **units}
            for row in rows
        ]
        folder = self.path / "raw" / dataset
        folder.mkdir(parents=True, exist_ok=True)
        schema = pa.schema(
            [
                ("_file", pa.string()),
                ("_table", pa.int32()),
                ("_sheet", pa.string()),
                ("_first_row", pa.int32()),
                ("_ignored", pa.string()),
                *((name, pa.string()) for name in [*names, *units]),
            ]
        )
        pq.write_table(schema.empty_table(), folder / "none.parquet")
        if records:
            pq.write_table(pa.Table.from_pylist(records, schema), folder / f"{digest}.{number}.parquet")
        given = [f for f in contract.fields if any(f.name in row for row in rows)]
        self.columns += [
            {
                "file": digest,
                "dataset": dataset,
                "table": number,
                "sheet": sheet,
                "field": one.name,
                "heading": (headings or {}).get(one.name, one.title),
                "letter": chr(ord("A") + place_in_form),
            }
            for place_in_form, one in enumerate(given)
        ]
        return digest

    def submit(
        self,
        submission: str,
        dataset: str | None,
        file: str,
        *,
        rows_read: int = 0,
        status: str = "read",
        city: str | None = None,
        replaced_by: str | None = None,
    ) -> None:
        """Record that the file came in under this path, `<round>/<submitter>/…`; `city` is its submitter's scope."""
        round_, submitter = submission.split("/")[:2]
        self.submissions.append(
            {
                "submission": submission,
                "round": round_,
                "submitter": submitter,
                "file": file,
                "dataset": dataset,
                "rows_read": rows_read,
                "status": status,
                "city": city,
                "replaced_by": replaced_by,
            }
        )

    def write_intake(self) -> None:
        """Write the records of intake."""
        folder = self.path / "intake"
        folder.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pylist(self.submissions, SUBMISSIONS), folder / "submissions.parquet")
        pq.write_table(pa.Table.from_pylist(self.columns, COLUMNS), folder / "columns.parquet")
        write_data_day(self.path, None)
