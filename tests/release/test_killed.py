"""A run that dies at any of its file operations: readers see whole releases, and the next run makes it good."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from orchestration.release import release, write_index
from tests.release.marts import CREATED, FILES, SCENES, VALIDATION, scenes, write_mart

EVENTS = {"open", "os.rename", "os.chmod", "os.mkdir", "shutil.copyfile"}
# Folders are removed by names relative to them, so these are counted wherever they are.
REMOVALS = {"os.remove", "os.rmdir"}
# Reading changes nothing: to die before it is to die after the last change.
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


# Operations that a run begins with when a release of six files has to go: more than it takes to clear up.
CLEARING = 20


class Killed(BaseException):
    """Stands for SIGKILL: nothing in the pipeline handles it."""


class Killer:
    """Counts the file operations below a folder, and stops the run before one of them."""

    def __init__(self) -> None:
        self.folder, self.left, self.seen = "", None, 0
        # An audit hook cannot be taken off again: one for all tests, idle but for the time of `run`.
        sys.addaudithook(self)

    def __call__(self, event, args):
        if self.folder and (event in REMOVALS or (event in EVENTS and self.is_below(args))):
            if event == "open" and not args[2] & WRITING:
                return
            self.seen += 1
            if self.left is not None:
                self.left -= 1
                if self.left < 0:
                    raise Killed

    def is_below(self, paths):
        return any(str(path).startswith(self.folder) for path in paths[:2])

    def run(self, folder: Path, call, before=None):
        """Call, stopping before file operation number `before`; whether it was stopped, and the operations seen."""
        self.folder, self.left, self.seen = str(folder), before, 0
        try:
            call()
        except Killed:
            return True, self.seen
        finally:
            self.folder, self.left = "", None
        return False, self.seen


@pytest.fixture(scope="module")
def killer():
    return Killer()


def tree(folder):
    return {
        p.relative_to(folder).as_posix(): (p.read_bytes() if p.is_file() else "folder", p.stat().st_mode)
        for p in sorted(folder.rglob("*"))
    }


def check_what_a_reader_sees(published):
    """Every version that a pointer names is whole, and so is every version folder in sight."""
    for pointer in published.glob("*/latest.json"):
        latest = json.loads(pointer.read_text("utf-8"))
        folder = pointer.parent / latest["path"]
        assert sorted(p.name for p in folder.iterdir()) == [file["name"] for file in latest["files"]]
        for file in latest["files"]:
            assert hashlib.sha256((folder / file["name"]).read_bytes()).hexdigest() == file["sha256"]
    for folder in published.glob("*/*/"):
        if folder.parent.name != ".staging":
            assert len(list(folder.iterdir())) == len(FILES)


@pytest.mark.parametrize("second", [False, True], ids=["first release", "later release"])
def test_killed_anywhere_the_next_run_ends_with_the_same_bytes(tmp_path, killer, second):
    one = write_mart(tmp_path / "one.parquet", SCENES, scenes(3))
    two = write_mart(tmp_path / "two.parquet", SCENES, scenes(5))

    def run(published):
        release(SCENES, two if second else one, VALIDATION, published, created=CREATED)
        write_index(published)

    prepared, undisturbed = tmp_path / "prepared", tmp_path / "undisturbed"
    prepared.mkdir()
    if second:
        release(SCENES, one, VALIDATION, prepared, created=CREATED)
        write_index(prepared)
    shutil.copytree(prepared, undisturbed)
    stopped, operations = killer.run(undisturbed, lambda: run(undisturbed))
    assert not stopped and operations > 30
    for before in range(operations):
        published = shutil.copytree(prepared, tmp_path / f"killed-{before}")
        stopped, _ = killer.run(published, lambda p=published: run(p), before)
        assert stopped
        check_what_a_reader_sees(published)
        run(published)
        check_what_a_reader_sees(published)
        assert tree(published) == tree(undisturbed), before


def test_killed_while_it_clears_up_the_next_run_does_it_again(tmp_path, killer):
    one = write_mart(tmp_path / "one.parquet", SCENES, scenes(3))
    two = write_mart(tmp_path / "two.parquet", SCENES, scenes(5))
    three = write_mart(tmp_path / "three.parquet", SCENES, scenes(4))

    def run(published, mart):
        release(SCENES, mart, VALIDATION, published, created=CREATED)

    def unannounced(published):
        """Release one, then two without its pointer, as a run that was killed just before the swap leaves it."""
        run(published, one)
        pointer = (published / "scene_items" / "latest.json").read_bytes()
        run(published, two)
        (published / "scene_items" / "latest.json").write_bytes(pointer)

    prepared, undisturbed, counted = (tmp_path / name for name in ("prepared", "undisturbed", "counted"))
    unannounced(prepared)
    run(undisturbed, one)
    run(undisturbed, three)
    shutil.copytree(prepared, counted)
    killer.run(counted, lambda: run(counted, three))
    assert tree(counted) == tree(undisturbed)
    for before in range(CLEARING):
        published = shutil.copytree(prepared, tmp_path / f"killed-{before}")
        stopped, _ = killer.run(published, lambda p=published: run(p, three), before)
        assert stopped
        check_what_a_reader_sees(published)
        run(published, three)
        assert tree(published) == tree(undisturbed), before


def test_an_unannounced_release_goes_even_when_nothing_is_new(tmp_path):
    one = write_mart(tmp_path / "one.parquet", SCENES, scenes(3))
    two = write_mart(tmp_path / "two.parquet", SCENES, scenes(5))
    published = tmp_path / "published"
    release(SCENES, one, VALIDATION, published, created=CREATED)
    before, pointer = tree(published), (published / "scene_items" / "latest.json").read_bytes()
    release(SCENES, two, VALIDATION, published, created=CREATED)
    (published / "scene_items" / "latest.json").write_bytes(pointer)
    assert not release(SCENES, one, VALIDATION, published, created=CREATED).new
    assert tree(published) == before
