"""The latest published tables, laid out for the models that are made of them: `latest/` of the workspace.

Derived models read what the public reads: the Parquet of the latest release, whatever became of this run's tables. So
whoever has the packages can compute the same.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.contracts import Contract, submitted
from orchestration.contracts.derived_files import VERSIONS
from orchestration.release.columns import published_columns
from orchestration.release.standing_accounts import lay_out_accounts
from orchestration.release.writing import pointer
from orchestration.settings import Settings

_VERSIONS = pa.schema([("dataset", pa.string()), ("version", pa.string()), ("created", pa.date32())])
# Table Schema type → the type of a column of a table without rows.
_TYPES = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "date": pa.date32(),
    "boolean": pa.bool_(),
}


def lay_out_latest_tables(settings: Settings, contracts: Mapping[str, Contract]) -> None:
    """Link `latest/<dataset>.parquet` to the table last published; write one without rows where there is none.

    `latest/versions.parquet` has a row for each dataset ever published: dataset, version, created (date).
    What became of the submissions that they are made of lies there too, in counts.
    """
    folder = settings.latest
    folder.mkdir(parents=True, exist_ok=True)
    versions = []
    for name, contract in submitted(contracts).items():
        last = pointer(settings.published, name)
        place = folder / f"{name}.parquet"
        if last is None:
            _write_empty(contract, place)
        else:
            created = datetime.date.fromisoformat(last["created"])
            versions.append({"dataset": name, "version": last["version"], "created": created})
            _link(settings.published / name / last["path"] / f"{name}.parquet", place)
    pq.write_table(pa.Table.from_pylist(versions, schema=_VERSIONS), folder / f"{VERSIONS}.parquet")
    lay_out_accounts(settings, contracts)


def _link(table: Path, place: Path) -> None:
    beside = place.with_suffix(".new")
    beside.unlink(missing_ok=True)
    beside.symlink_to(table)
    beside.replace(place)


def _write_empty(contract: Contract, place: Path) -> None:
    # Not through a link that an earlier run left: it would lead into what is published.
    place.unlink(missing_ok=True)
    schema = pa.schema([(column.name, _TYPES[column.type]) for column in published_columns(contract)])
    pq.write_table(schema.empty_table(), place)
