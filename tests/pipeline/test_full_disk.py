"""A disk that is full or cannot be written to: a clear error, and the last release whole."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pipeline.conftest import Installation, install
from tests.pipeline.forms import PRODUCTS

# A name space of its own for mounts: nobody else sees the small disk, and it goes with the process.
ALONE = ["unshare", "--map-root-user", "--mount"]
# Puts what is published on another disk, runs, and gives back what a reader finds there.
SCRIPT = """
set -e
mount -t tmpfs -o size=$SIZE tmpfs "$FUZHI_PUBLISHED"
cp -a "$BEFORE/." "$FUZHI_PUBLISHED"
mount -o remount,$AS "$FUZHI_PUBLISHED"
set +e
"$FUZHI" run
code=$?
mkdir "$AFTER" && cp -a "$FUZHI_PUBLISHED/." "$AFTER"
exit $code
"""


def can_mount() -> bool:
    if shutil.which("unshare") is None:
        return False
    done = subprocess.run([*ALONE, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, check=False)
    return done.returncode == 0


@pytest.fixture
def released(tmp_path: Path) -> Installation:
    """An installation that has published a round and has been sent another."""
    installation = install(tmp_path, ["new_products"])
    installation.submit("2024-01/济南市工业和信息化局/产品.csv", PRODUCTS)
    outcome = installation.fuzhi("run")
    assert outcome.exit_code == 0, outcome.err
    header, first, _ = PRODUCTS.splitlines()
    # Few rows, for which the gate has no shares; long texts that do not pack well.
    more = [f"{first.replace('样例一号', f'样例{number}型')},{noise(number)}" for number in range(150)]
    installation.submit("2024-02/济南市工业和信息化局/产品.csv", "\n".join([f"{header},主要技术指标", *more, ""]))
    return installation


def noise(number: int) -> str:
    """1,920 letters."""
    digests = (hashlib.sha256(f"{number} {part}".encode()).hexdigest() for part in range(30))
    return "".join(digests).translate(str.maketrans("0123456789", "ghijklmnop"))


def tree(folder: Path) -> dict[str, bytes]:
    """What a reader finds: every file but those of the staging folder."""
    files = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {str(path): (folder / path).read_bytes() for path in files if path.parts[0] != ".staging"}


def room_for(folder: Path) -> int:
    """The bytes that a disk of pages of 4 KiB needs for what is there."""
    pages = (-(-path.stat().st_size // 4096) if path.is_file() else 1 for path in folder.rglob("*"))
    return 4096 * sum(pages)


def run_on_a_disk(installation: Installation, size: str, how: str, to: Path) -> subprocess.CompletedProcess[str]:
    settings = installation.settings
    before, after = to / "before", to / "after"
    to.mkdir()
    settings.published.rename(before)
    settings.published.mkdir()
    environment = os.environ | {
        "FUZHI_PROJECT": str(settings.project), "FUZHI_INBOX": str(settings.inbox),
        "FUZHI_WORKSPACE": str(settings.workspace), "FUZHI_PUBLISHED": str(settings.published),
        "BEFORE": str(before), "AFTER": str(after), "SIZE": size, "AS": how, "COLUMNS": "160",
        "FUZHI": str(Path(sys.executable).with_name("fuzhi")),
    }  # fmt: skip
    return subprocess.run([*ALONE, "sh", "-c", SCRIPT], env=environment, capture_output=True, text=True, check=False)


@pytest.mark.skipif(not can_mount(), reason="this system does not let a test mount a disk of its own (unshare)")
def test_the_last_release_stands_and_the_next_run_publishes(released: Installation, tmp_path: Path) -> None:
    published = released.settings.published
    full = room_for(published) + 150_000
    for size, how, says in (
        ("50m", "ro", "The disk can only be read (EROFS)"),
        (str(full), f"size={full}", "The disk is full (ENOSPC)"),
    ):
        done = run_on_a_disk(released, size, how, tmp_path / how)
        assert done.returncode == 1, done.stderr + done.stdout
        assert says in done.stderr + done.stdout
        assert "What is published stands" in done.stderr + done.stdout
        assert tree(tmp_path / how / "after") == tree(tmp_path / how / "before")
        published.rmdir()
        (tmp_path / how / "before").rename(published)

    again = released.fuzhi("run")
    assert again.exit_code == 0, again.err
    assert again.dataset("new_products")["version"] == "1.1.0"
