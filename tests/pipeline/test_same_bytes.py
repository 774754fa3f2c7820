"""Same forms, same bytes: two installations of two rounds, one of them on a single processor, publish the same."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.pipeline.conftest import Installation, install
from tests.pipeline.forms import PRODUCTS

FIRST = {
    "2024-01/济南市工业和信息化局/产品.csv": PRODUCTS,
}
SECOND = {
    "2024-02/济南市工业和信息化局/产品.csv": PRODUCTS.replace("新产品", "新技术").replace("样例二号", "样例三号"),
}


def publish_two_rounds(installation: Installation, backwards: bool) -> None:
    for forms in (FIRST, SECOND):
        for place, text in sorted(forms.items(), reverse=backwards):
            installation.submit(place, text)
        outcome = installation.fuzhi("run")
        assert outcome.exit_code == 0, outcome.err + outcome.out


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="processors are given to a process on Linux alone")
def test_two_runs_in_two_folders_publish_the_same_bytes(tmp_path: Path) -> None:
    one, two = (install(folder, ["new_products"]) for folder in (tmp_path / "one", tmp_path / "elsewhere" / "two"))
    publish_two_rounds(one, backwards=False)
    processors = os.sched_getaffinity(0)
    # DuckDB takes as many threads as it may use processors; children inherit what their parent may use.
    os.sched_setaffinity(0, {min(processors)})
    try:
        publish_two_rounds(two, backwards=True)
    finally:
        os.sched_setaffinity(0, processors)
    assert sorted(p.name for p in (one.settings.published / "new_products").iterdir()) == [
        "1.0.0", "1.1.0", "latest.json",
    ]  # fmt: skip
    command = ["diff", "-r", str(one.settings.published), str(two.settings.published)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
