"""A run that is killed at any of its file operations: a reader sees whole releases, the next run makes it good."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import shutil
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.release.dying import run, run_and_die, run_and_tell
from tests.release.marts import SCENES, scenes, write_mart

# Each killed run is a process of its own, forked from one that has imported everything.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.release.dying", "duckdb", "xlsxwriter", "pyarrow.parquet"])


def in_a_process(target: Any, *arguments: Any) -> int | None:
    process = PROCESSES.Process(target=target, args=arguments)
    process.start()
    process.join()
    return process.exitcode


def tree(folder: Path) -> dict[str, tuple[bytes | str, int]]:
    return {
        p.relative_to(folder).as_posix(): (p.read_bytes() if p.is_file() else "folder", p.stat().st_mode)
        for p in sorted(folder.rglob("*"))
    }


def wrong_for_a_reader(published: Path, names: list[str]) -> list[str]:
    """What a reader finds wrong: a pointer to files that are missing or other than it says, a version half there."""
    wrong = []
    for pointer in published.glob("*/latest.json"):
        latest = json.loads(pointer.read_text("utf-8"))
        folder = pointer.parent / latest["path"]
        if sorted(file["name"] for file in latest["files"]) != names:
            wrong.append(f"{latest['version']}: the pointer does not name all files")
        for file in latest["files"]:
            path = folder / file["name"]
            if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != file["sha256"]:
                wrong.append(f"{latest['version']}: {file['name']} is not what the pointer says")
    folders = [folder for folder in published.glob("*/*.*.*/") if folder.parent.name != ".staging"]
    wrong += [f"{f.name}: half a version" for f in folders if sorted(path.name for path in f.iterdir()) != names]
    index = published / "index.json"
    indexed = json.loads(index.read_text("utf-8"))["datasets"] if index.exists() else []
    return wrong + [f"index.json: no {one['path']}" for one in indexed if not (published / one["path"]).is_dir()]


@contextmanager
def reader(published: Path, names: list[str]) -> Iterator[list[str]]:
    """Poll as fast as can be for as long as the block lasts; gives all that was wrong."""
    found: list[str] = []
    over = threading.Event()

    def poll() -> None:
        while not over.wait(0.01):
            try:
                found.extend(wrong_for_a_reader(published, names))
            except FileNotFoundError as error:
                # A folder that no pointer names may go while it is looked at; nothing else may.
                if ".staging" not in str(error.filename) and "latest.json" in str(error.filename):
                    found.append(f"{error.filename} went away")

    thread = threading.Thread(target=poll)
    thread.start()
    try:
        yield found
    finally:
        over.set()
        thread.join()


@pytest.fixture
def marts(tmp_path: Path) -> list[Path]:
    return [write_mart(tmp_path / f"{count}.parquet", SCENES, scenes(count)) for count in (3, 5, 4)]


def names_of(published: Path) -> list[str]:
    return sorted(path.name for path in next(published.glob("*/1.0.0")).iterdir())


def points(prepared: Path, mart: Path, step: int) -> list[int]:
    """Before which operations to be killed, the last of them being none.

    What is written one file after the other into the staging folder no reader looks at and the next run removes:
    there every third operation will do.
    """
    published = shutil.copytree(prepared, prepared.with_name("told"))
    assert in_a_process(run_and_tell, published, mart, prepared.with_name("operations")) == 0
    operations = prepared.with_name("operations").read_text("utf-8")
    shutil.rmtree(published)
    assert operations.count("s") > 40 and operations.count("o") >= 10
    chosen = [n for n, where in enumerate(operations) if n % (3 if where == "s" else step) == 0]
    return [*chosen, len(operations)]


# A first release has no operation that a later one lacks: every third of them will do.
@pytest.mark.parametrize(("second", "step"), [(False, 3), (True, 1)], ids=["first release", "later release"])
def test_killed_anywhere_the_next_run_ends_with_the_same_bytes(
    tmp_path: Path, marts: list[Path], second: bool, step: int
) -> None:
    prepared, undisturbed = tmp_path / "prepared", tmp_path / "undisturbed"
    prepared.mkdir()
    if second:
        run(prepared, marts[0])
    shutil.copytree(prepared, undisturbed)
    mart = marts[1] if second else marts[0]
    run(undisturbed, mart)
    names, expected = names_of(undisturbed), tree(undisturbed)
    *killed, none = points(prepared, mart, step)
    for before in (*killed, none):
        published = shutil.copytree(prepared, tmp_path / f"killed-{before}")
        with reader(published, names) as wrong:
            died = in_a_process(run_and_die, published, mart, before)
            run(published, mart)
        assert wrong == [], before
        assert tree(published) == expected, before
        assert died == (0 if before == none else -signal.SIGKILL), before
        shutil.rmtree(published, ignore_errors=True)


def test_killed_while_it_clears_up_the_next_run_does_it_again(tmp_path: Path, marts: list[Path]) -> None:
    """Released without its pointer, as a run that was killed just before the swap leaves it: that has to go first."""
    one, two, three = marts
    prepared, undisturbed = tmp_path / "prepared", tmp_path / "undisturbed"
    run(prepared, one)
    names = names_of(prepared)
    pointers = {path: path.read_bytes() for path in (prepared / "index.json", prepared / "scene_items" / "latest.json")}
    run(prepared, two)
    for path, content in pointers.items():
        path.write_bytes(content)
    run(undisturbed, one)
    run(undisturbed, three)
    expected = tree(undisturbed)
    for before in range(len(names) + 8):
        published = shutil.copytree(prepared, tmp_path / f"killed-{before}")
        with reader(published, names) as wrong:
            assert in_a_process(run_and_die, published, three, before) == -signal.SIGKILL
            run(published, three)
        assert wrong == [], before
        assert tree(published) == expected, before
        shutil.rmtree(published, ignore_errors=True)


def test_an_unannounced_release_goes_even_when_nothing_is_new(tmp_path: Path, marts: list[Path]) -> None:
    published = tmp_path / "published"
    run(published, marts[0])
    before, pointer = tree(published), (published / "scene_items" / "latest.json").read_bytes()
    run(published, marts[1])
    (published / "scene_items" / "latest.json").write_bytes(pointer)
    run(published, marts[0])
    assert tree(published) == before
