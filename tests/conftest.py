"""The order of the tests: with several workers, what takes longest begins first, so that no worker ends alone."""

import pytest

# Files whose tests share one long run, the longest first.
LONG = (
    "tests/pipeline/test_sample.py",
    "tests/release/test_sigkill.py",
    "tests/pipeline/test_replay.py",
    "tests/pipeline/test_runs.py",
    "tests/checking/test_checking.py",
    "tests/contracts/test_add_a_dataset.py",
    "tests/browser/test_site.py",
    "tests/pipeline/test_accepting.py",
    "tests/pipeline/test_full_disk.py",
    "tests/pipeline/test_same_bytes.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long files first; within a file, and among the others, the order stays."""
    places = {path: place for place, path in enumerate(LONG)}
    items.sort(key=lambda item: places.get(item.nodeid.partition("::")[0], len(LONG)))
