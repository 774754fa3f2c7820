"""A file that breaks its child process costs that file and no other."""

import sys
from multiprocessing import active_children

import pytest

from orchestration.intake.children import Provisional, in_children, kept_children
from orchestration.intake.issues import Refusal
from orchestration.intake.limits import MEBIBYTE, Limits
from tests.intake.child_work import do

LIMITS = Limits(memory=512 * MEBIBYTE, cpu_seconds=1, wall_seconds=30)


def outcomes(*tasks: str, limits: Limits = LIMITS) -> list[str | tuple[str, str | None]]:
    results = in_children(do, tasks, limits)
    return [(each.code, each.detail) if isinstance(each, Refusal) else each for each in results]


def test_results_come_in_the_order_of_the_tasks() -> None:
    tasks = [str(number) for number in range(50)]
    assert outcomes(*tasks) == tasks
    assert outcomes() == []


def test_refusals_and_errors_of_the_work_come_without_the_errors_words() -> None:
    assert outcomes("a", "refuse", "fail", "b") == ["a", ("file_no_table", "x"), ("file_unreadable", "KeyError"), "b"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the address space")
def test_memory_is_limited() -> None:
    assert outcomes("a", "exhaust", "b") == ["a", ("file_too_large", "> 512 MiB of memory"), "b"]


def test_crashes_name_the_signal_and_the_others_go_on() -> None:
    assert outcomes("a", "abort", "b", "die", "c", "leave", "d") == [
        "a",
        ("file_too_large", "> 512 MiB of memory"),
        "b",
        ("file_unreadable", "SIGKILL"),
        "c",
        ("file_unreadable", "exit code 3"),
        "d",
    ]


def test_cpu_time_is_limited_for_each_task() -> None:
    assert outcomes("spin", "a", "spin", "b") == [
        ("file_too_large", "> 1 s CPU"),
        "a",
        ("file_too_large", "> 1 s CPU"),
        "b",
    ]


def test_a_task_that_takes_too_long_by_the_clock_is_refused_for_this_time() -> None:
    slow, quick = in_children(do, ["sleep", "a"], Limits(wall_seconds=2))
    assert isinstance(slow, Provisional)
    assert (slow.code, slow.detail, quick) == ("file_too_large", "> 2 s", "a")


def test_many_crashes_in_a_row() -> None:
    tasks = ["die", "a"] * 6
    assert outcomes(*tasks) == [("file_unreadable", "SIGKILL"), "a"] * 6


def test_children_are_kept_for_more_of_the_same_work_and_gone_after_it() -> None:
    def alive() -> set[int | None]:
        return {child.pid for child in active_children() if child.name == "pebble_pool_worker"}

    with kept_children():
        assert outcomes("a", "b") == ["a", "b"]
        first = alive()
        assert len(first) == 2
        assert outcomes("c", "die", "d") == ["c", ("file_unreadable", "SIGKILL"), "d"]
        assert len(alive() & first) == 1
        results = in_children(do, ["a", "sleep"], LIMITS)
        assert next(results) == "a"
        results.close()
        assert alive() == set(), "work left over is not kept"
        assert outcomes("e") == ["e"]
    assert alive() == set()


def test_no_more_children_are_started_than_there_is_work_for() -> None:
    def alive() -> int:
        return sum(child.name == "pebble_pool_worker" for child in active_children())

    with kept_children():
        assert outcomes("a") == ["a"]
        assert alive() == 1
        assert outcomes("b", "c", "d") == ["b", "c", "d"]
        assert alive() == 2
        assert outcomes("e") == ["e"]
        assert alive() == 2


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the address space")
def test_what_files_leave_behind_does_not_count_against_those_that_come_after_them() -> None:
    assert outcomes(*["litter"] * 60) == ["litter"] * 60


def test_a_caller_that_stops_early_leaves_no_child_behind() -> None:
    results = in_children(do, ["a", "sleep"], LIMITS)
    assert next(results) == "a"
    results.close()
    assert [child for child in active_children() if child.name == "pebble_pool_worker"] == []
