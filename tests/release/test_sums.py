"""SHA256SUMS of a release: complete, in order, and as sha256sum itself accepts them."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess

import pytest

from orchestration.release import release
from orchestration.release.sums import SumsError, read_sums, write_sums
from tests.release.marts import CREATED, SCENES, VALIDATION, scenes, write_mart

SHA256SUM = shutil.which("sha256sum")


def made(tmp_path, **options):
    mart = write_mart(tmp_path / "mart.parquet", SCENES, scenes(3))
    return release(SCENES, mart, VALIDATION, tmp_path / "published", created=CREATED, **options).folder


def test_the_sums_are_over_every_other_file_by_name(tmp_path):
    folder = made(tmp_path)
    names = sorted(path.name for path in folder.iterdir() if path.name != "SHA256SUMS")
    lines = (folder / "SHA256SUMS").read_text("utf-8").splitlines()
    assert lines == [f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}" for name in names]
    latest = json.loads((folder.parent / "latest.json").read_text("utf-8"))
    listed = {file["name"]: file["sha256"] for file in latest["files"]}
    assert listed.pop("SHA256SUMS") == hashlib.sha256((folder / "SHA256SUMS").read_bytes()).hexdigest()
    assert listed == read_sums((folder / "SHA256SUMS").read_bytes())


@pytest.mark.skipif(SHA256SUM is None, reason="sha256sum (coreutils) is not installed")
def test_sha256sum_accepts_them_and_finds_a_changed_byte(tmp_path):
    folder = made(tmp_path)
    command = [SHA256SUM, "--check", "--strict", "SHA256SUMS"]
    said = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    assert "README.md: OK" in said.stdout.splitlines()
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    copy.chmod(0o755)
    (copy / "README.md").chmod(0o644)
    (copy / "README.md").write_bytes((copy / "README.md").read_bytes() + b"x")
    said = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
    assert said.returncode == 1 and "README.md: FAILED" in said.stdout


@pytest.mark.parametrize("name", ["数据.csv", "a b", ".hidden", "a\nb", "a\\b"])
def test_a_name_that_the_sums_could_not_hold_is_refused(tmp_path, name):
    (tmp_path / name).write_text("x", "utf-8")
    with pytest.raises(SumsError):
        write_sums(tmp_path, {})


def test_the_line_that_is_wrong_is_named():
    good = f"{'0' * 64}  a\n".encode()
    for content, line in ((good + b"x\n", 2), (good + good, 2), (b"", 0), (good[:-1], 0), (b"x\n", 1)):
        with pytest.raises(SumsError) as caught:
            read_sums(content)
        assert caught.value.line == line
