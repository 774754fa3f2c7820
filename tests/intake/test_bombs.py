"""Bombs cost their own file alone: each is a named refusal, and the parent's memory does not follow."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.settings import PROJECT
from tests.intake.bombs import write_bombs

REFUSED = {
    "dimension.xlsx": ["file_too_large", "16,384 > 1,000 columns"],
    "entities.ods": ["file_unreadable", "DOCTYPE"],
    "entities.xlsx": ["file_unreadable", "DOCTYPE"],
    "long cell.csv": ["file_too_large", "> 2,048 MiB of memory"],
    "long cell.xlsx": ["file_too_large", "1,028 > 300 times its packed size"],
    "rows.ods": ["file_too_large", "100,000,000 > 1,048,576 rows"],
    "sheets.xlsx": ["file_too_large", "10,000 > 256 sheets"],
}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the address space and tells the peak")
def test_each_bomb_is_refused_by_name_and_the_parent_stays_small(tmp_path: Path) -> None:
    write_bombs(tmp_path / "inbox" / "2024-01" / "a")
    run = [sys.executable, "-m", "tests.intake.bombs", str(tmp_path / "inbox"), str(tmp_path / "workspace")]
    told = json.loads(subprocess.run(run, cwd=PROJECT, check=True, capture_output=True, text=True).stdout)
    assert told["refused"] == REFUSED
    assert told["mebibytes"] < 300
