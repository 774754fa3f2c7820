"""Work on strangers' files in child processes, so that a file that breaks its reader breaks nothing else."""

from __future__ import annotations

import gc
import multiprocessing
import os
import pickle
import resource
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import TimeoutError
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from pebble import ProcessExpired, ProcessPool

from orchestration.intake.issues import Refusal
from orchestration.intake.limits import MEBIBYTE, Limits

Task = TypeVar("Task")
Result = TypeVar("Result")

WORKERS = 2
# A child is replaced after so many files: what libraries leak does not add up.
TASKS_PER_CHILD = 2_000
# Objects left behind, most of them by cycles, at which a child collects them between two files.
GARBAGE = 100_000

# What a child does with each task; given once, when it starts.
_work: Callable[[Any], Any]
_limits: Limits
# The pools that `kept_children` keeps, by what their children do, each with their number.
_kept: dict[bytes, tuple[int, ProcessPool]] | None = None


class Provisional(Refusal):
    """A refusal that another try may not repeat: the file took too long by the clock, or something killed its child.

    The machine may have been busy or out of memory, which says nothing of the file.
    """


@contextmanager
def kept_children() -> Iterator[None]:
    """Keep the children of each kind of work until the block ends: to start one costs more than most files do."""
    global _kept
    if _kept is not None:
        yield
        return
    _kept = {}
    try:
        yield
    finally:
        for _, pool in _kept.values():
            _stop(pool)
        _kept = None


def in_children(
    work: Callable[[Task], Result], tasks: Sequence[Task], limits: Limits, workers: int = WORKERS
) -> Iterator[Result | Refusal]:
    """Do the work on every task in a few child processes; yields results in the order of the tasks.

    A task yields a Refusal where the work raises one (or any error: its class is the detail), and where it crashes
    its child or goes beyond the limits of memory, CPU or time. The children import the main module again, so it
    should import little.
    """
    done = 0
    while done < len(tasks):
        before = done
        try:
            for result in _one_pool(work, tasks[done:], limits, workers):
                yield result
                done += 1
        except BrokenProcessPool:
            # A child that dies in the very moment it takes a task breaks the pool; once, not at the same task again.
            if done == before:
                raise


def _one_pool(
    work: Callable[[Task], Result], tasks: Sequence[Task], limits: Limits, workers: int
) -> Iterator[Result | Refusal]:
    kind = pickle.dumps((work, limits))
    size, pool = (_kept or {}).pop(kind, (0, None))
    wanted = min(workers, len(tasks))
    if pool is None or size < wanted:
        if pool is not None:
            _stop(pool)
        size = wanted
        pool = ProcessPool(
            max_workers=size,
            max_tasks=TASKS_PER_CHILD,
            initializer=_start,
            initargs=(work, limits),
            context=multiprocessing.get_context("spawn"),
        )
    finished = False
    try:
        futures = [pool.schedule(_guarded, (task,), timeout=limits.wall_seconds) for task in tasks]
        for future in futures:
            try:
                yield future.result()
            except TimeoutError:
                yield Provisional("file_too_large", f"> {limits.wall_seconds:,} s")
            except ProcessExpired as error:
                yield _crash(error.exitcode, limits)
        finished = True
    finally:
        # One with work left over, or broken, is of no use to anybody.
        if finished and _kept is not None:
            _kept[kind] = size, pool
        else:
            _stop(pool)


def _stop(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]
    pool.join()


def _crash(exit_code: int, limits: Limits) -> Refusal:
    killed_by = -exit_code if exit_code < 0 else None
    if killed_by == signal.SIGXCPU:
        return Refusal("file_too_large", f"> {limits.cpu_seconds:,} s CPU")
    if killed_by == signal.SIGABRT:
        # Rust aborts where it gets no memory; its other panics arrive as exceptions.
        return _out_of_memory(limits)
    if killed_by == signal.SIGKILL:
        return Provisional("file_unreadable", "SIGKILL")
    return Refusal("file_unreadable", signal.Signals(killed_by).name if killed_by else f"exit code {exit_code}")


def _out_of_memory(limits: Limits) -> Refusal:
    return Refusal("file_too_large", f"> {limits.memory // MEBIBYTE:,} MiB of memory")


def _start(work: Callable[[Any], Any], limits: Limits) -> None:
    """Prepare a child: its limits, and the imports that belong to what it has when it starts."""
    global _work, _limits
    import pyarrow as pa

    # Readers in Rust report a panic on the standard error, and may quote a cell.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    # Arrow reserves a gigabyte of addresses at its first allocation.
    pa.allocate_buffer(1)
    pa.set_cpu_count(1)
    # Millions of cells make the collector walk them over and over: it has its turn between files.
    gc.disable()
    gc.freeze()
    _work, _limits = work, limits
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    addresses = Path("/proc/self/statm")
    if addresses.exists():
        used = int(addresses.read_text("ascii").split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + limits.memory, resource.RLIM_INFINITY))


def _guarded(task: Any) -> Any:
    if gc.get_count()[0] > GARBAGE:
        gc.collect()
    _allow_cpu(_limits.cpu_seconds)
    try:
        return _work(task)
    except Refusal as refusal:
        return refusal
    except MemoryError:
        return _out_of_memory(_limits)
    except Exception as error:  # noqa: BLE001 - a library may raise anything over a stranger's file
        return Refusal("file_unreadable", type(error).__name__)
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        return Refusal("file_unreadable", "panic")


def _allow_cpu(seconds: int) -> None:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(usage.ru_utime + usage.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))
