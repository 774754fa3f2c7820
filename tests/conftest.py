"""What holds for all tests: in which order they come, and how often Python looks for cycles."""

import gc
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
# They take longest, so they come first: else one core would wait at the end for the other.
LONGEST = (
    "pipeline/test_spark.py",
    "pipeline/test_sample.py",
    "assets",
    "contracts/test_add_a_dataset.py",
    "pipeline",
    "feedback/test_template.py",
    "dbt",
    "checking",
    "storage",
    "release",
)


def pytest_configure() -> None:
    """As a run does (`orchestration/cli.py`): a tenth of the CPU time goes to looking for cycles that are not there."""
    gc.set_threshold(100_000, 50, 100)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests that take longest first; the others stay in their order."""
    items.sort(key=lambda item: _place(item.path.relative_to(TESTS)))


def _place(path: Path) -> int:
    return next((place for place, longest in enumerate(LONGEST) if path.is_relative_to(longest)), len(LONGEST))
