"""Making intake read files again that it has read before: what it remembers of them is forgotten, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path

import pyarrow.parquet as pq

from orchestration.intake.kept import parses_of
from orchestration.intake.whole_files import write_if_changed


def forget(workspace: Path, round_: str, datasets: Collection[str]) -> int:
    """Forget what was read from the files of a round that are of these datasets, or were refused; how many files.

    Their hashes go too, so that the files themselves are opened. Killed at any moment, the next intake reads at least
    what was forgotten by then.
    """
    intake = workspace / "intake"
    if not (intake / "submissions.parquet").exists():
        return 0
    columns = ["submission", "round", "file", "dataset"]
    rows = pq.read_table(intake / "submissions.parquet", columns=columns).to_pylist()
    own = [row for row in rows if row["round"] == round_ and row["dataset"] in {None, *datasets}]
    ledger = intake / "ledger.json"
    if ledger.exists():
        hashes = json.loads(ledger.read_bytes())
        for row in own:
            hashes.pop(row["submission"], None)
        write_if_changed(ledger, json.dumps(hashes, indent=0, sort_keys=True).encode())
    files = {row["file"] for row in own}
    for log in (intake / "parsed").glob("*/files.jsonl"):
        parses = parses_of(log.parent.parent, log.parent.name)
        parses.keep_only([source for source in parses.known if source.file not in files])
    return len(own)
