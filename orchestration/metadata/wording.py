"""What the catalogue says beyond the datasets: `wording.yaml`, read once."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from orchestration.yaml_files import read_mapping


@cache
def wording() -> dict[str, Any]:
    """The wording as it stands in `wording.yaml`."""
    return read_mapping(Path(__file__).with_name("wording.yaml"), "wording")
