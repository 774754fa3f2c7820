"""What is published in a bucket: never half of it, whatever happens to the run that brings it up."""

import multiprocessing
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.storage.errors import StorageError
from orchestration.storage.mirror import Mirror
from orchestration.storage.published import bring_down_published, bring_up_published, hidden
from orchestration.storage.remote import Remote
from tests.storage.bucket import Bucket
from tests.storage.conftest import environment, opened
from tests.storage.places import FIRST, SECOND, THIRD, contents, lay_out, wrong_for_a_reader
from tests.storage.proxy import Fault, Proxy

WRITES = "^(PUT|DELETE|POST) "
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["s3fs", "orchestration.storage.published"])


def unchecked() -> None:
    pass


def run(remote: Remote, home: Path, files: dict[str, bytes]) -> None:
    """One run: bring down, publish, bring up."""
    mirror = Mirror(home, hidden)
    bring_down_published(remote, mirror)
    lay_out(mirror.files, files)
    bring_up_published(remote, mirror, unchecked)


def asked(proxy: Proxy, pattern: str = "PUT") -> list[str]:
    """The keys below the place that were written."""
    return [one.split("/place/")[1] for one in proxy.asked if one.startswith(pattern)]


def test_what_is_published_is_what_the_run_left(remote: Remote, bucket: Bucket, tmp_path: Path) -> None:
    for files in (FIRST, SECOND, THIRD):
        run(remote, tmp_path / "home", files)
        assert bucket.tree("place/") == files


def test_a_new_machine_begins_with_what_is_published(remote: Remote, bucket: Bucket, tmp_path: Path) -> None:
    run(remote, tmp_path / "one", SECOND)
    mirror = Mirror(tmp_path / "two", hidden)
    bring_down_published(remote, mirror)
    assert contents(mirror.files) == SECOND
    run(remote, tmp_path / "two", THIRD)
    assert bucket.tree("place/") == THIRD


def test_versions_come_before_pointers_and_pointers_before_pages(remote: Remote, proxy: Proxy, tmp_path: Path) -> None:
    run(remote, tmp_path / "home", FIRST)
    proxy.asked.clear()
    run(remote, tmp_path / "home", THIRD)
    written = asked(proxy)
    step = {name: number for number, name in enumerate(written)}
    versions = [name for name in written if name.startswith(("mines/2.0.0/", "wells/1.0.0/"))]
    pointers = ["mines/latest.json", "mines/removed.json", "wells/latest.json"]
    assert len(versions) == 6
    assert max(step[name] for name in versions) < min(step[name] for name in pointers)
    assert max(step[name] for name in pointers) < step["index.json"]
    assert step["index.json"] < step["assets/site-third.css"] < step["zh/index.html"] < step["index.html"]
    removed = asked(proxy, "DELETE")
    assert set(removed[:2]) == {"mines/1.0.0/SHA256SUMS", "mines/1.0.0/datapackage.json"}
    assert set(removed[2:]) == {"mines/1.0.0/mines.csv", "assets/site-first.css"}


def test_where_nothing_has_changed_a_listing_is_all(remote: Remote, proxy: Proxy, tmp_path: Path) -> None:
    run(remote, tmp_path / "home", FIRST)
    proxy.asked.clear()
    mirror = Mirror(tmp_path / "home", hidden)
    run(remote, tmp_path / "home", FIRST)
    # Written anew with the same bytes, as every run does.
    (mirror.files / "index.json").write_bytes(FIRST["index.json"])
    os.utime(mirror.files / "index.json", ns=(1, 1))
    bring_up_published(remote, mirror, unchecked)
    assert [one.split(" ")[0] for one in proxy.asked] == ["GET"]
    assert "list-type=2" in proxy.asked[0]


def test_readers_caches_may_keep_versions_for_good_and_ask_for_pointers(
    remote: Remote, bucket: Bucket, tmp_path: Path
) -> None:
    run(remote, tmp_path / "home", FIRST)
    told = {key: bucket.headers(f"place/{key}") for key in ("mines/1.0.0/mines.csv", "mines/latest.json", "index.html")}
    assert {key: (one["content-type"], one["cache-control"]) for key, one in told.items()} == {
        "mines/1.0.0/mines.csv": ("text/csv; charset=utf-8", "public, max-age=31536000, immutable"),
        "mines/latest.json": ("application/json", "no-cache"),
        "index.html": ("text/html; charset=utf-8", "no-cache"),
    }


def test_a_version_that_is_there_with_other_bytes_is_never_overwritten(
    remote: Remote, bucket: Bucket, proxy: Proxy, tmp_path: Path
) -> None:
    run(remote, tmp_path / "home", FIRST)
    before = bucket.tree("place/")
    meanwhile = Fault("PUT .*1.1.0/mines.csv", do=lambda: bucket.put("place/mines/1.1.0/mines.csv", b"other"))
    proxy.faults = [meanwhile]
    with pytest.raises(StorageError, match=r"mines.csv：已发布且内容不同.*a released version never changes"):
        run(remote, tmp_path / "home", SECOND)
    assert bucket.get("place/mines/1.1.0/mines.csv") == b"other"
    assert bucket.get("place/mines/latest.json") == before["mines/latest.json"]


def test_a_pointer_that_somebody_else_has_moved_is_left_to_them(
    remote: Remote, bucket: Bucket, proxy: Proxy, tmp_path: Path
) -> None:
    run(remote, tmp_path / "home", FIRST)
    theirs = b'{"name": "mines", "version": "1.0.0", "path": "1.0.0", "files": [], "by": "them"}'
    proxy.faults = [Fault("PUT .*/mines/latest.json", do=lambda: bucket.put("place/mines/latest.json", theirs))]
    with pytest.raises(StorageError, match=r"mines/latest.json：运行期间被他人改动.*was not overwritten"):
        run(remote, tmp_path / "home", SECOND)
    assert bucket.get("place/mines/latest.json") == theirs
    run(remote, tmp_path / "home", SECOND)
    assert bucket.tree("place/") == SECOND


def test_what_a_killed_run_has_brought_up_goes_when_the_next_publishes_something_else(
    remote: Remote, bucket: Bucket, tmp_path: Path
) -> None:
    run(remote, tmp_path / "home", FIRST)
    bucket.put("place/mines/1.1.0/mines.csv", b"of another day")
    run(remote, tmp_path / "home", FIRST)
    assert bucket.tree("place/") == FIRST


def test_several_versions_beyond_a_pointer_are_left_for_the_operator(
    remote: Remote, bucket: Bucket, tmp_path: Path
) -> None:
    """No killed run leaves that: the pointer was set back. The release of the dataset says so (release/writing.py)."""
    run(remote, tmp_path / "home", FIRST)
    for number in ("1.1.0", "1.2.0"):
        bucket.put(f"place/mines/{number}/mines.csv", b"x")
    run(remote, tmp_path / "other", FIRST | {f"mines/{n}/mines.csv": b"x" for n in ("1.1.0", "1.2.0")})
    assert bucket.keys("place/mines/1.1.0") == ["place/mines/1.1.0/mines.csv"]


def die_bringing_up(url: str, home: Path, files: dict[str, bytes], variables: dict[str, str]) -> None:
    os.environ.update(variables)
    from orchestration.storage import remote as module

    module.AT_ONCE = 1
    run(module.open_remote(url), home, files)


@pytest.fixture
def killing(proxy: Proxy) -> Iterator[Fault]:
    """Kills the process at one of its writes."""
    fault = Fault(WRITES, "reset")
    proxy.faults = [fault]
    yield fault


def test_killed_before_any_of_its_writes_the_next_run_ends_with_the_same(
    remote: Remote, bucket: Bucket, proxy: Proxy, killing: Fault, tmp_path: Path, pauses: list[float]
) -> None:
    """And no reader ever sees a pointer to what is not there."""
    counted = opened(bucket, "counted", pauses)
    run(counted, tmp_path / "counted", SECOND)
    proxy.asked.clear()
    run(counted, tmp_path / "counted", THIRD)
    writes = len([one for one in proxy.asked if one.startswith(("PUT", "DELETE"))])
    assert writes == 14
    for before in range(0, writes, 2):
        place = opened(bucket, f"killed-{before}", pauses)
        for key, content in SECOND.items():
            bucket.put(f"killed-{before}/{key}", content)
        home = tmp_path / f"home-{before}"
        process = PROCESSES.Process(target=die_bringing_up, args=(place.url, home, THIRD, environment(proxy)))
        process.start()
        victim = process.pid
        assert victim is not None
        killing.after, killing.times = before, 1
        killing.do = lambda pid=victim: os.kill(pid, signal.SIGKILL)
        process.join()
        assert process.exitcode == -signal.SIGKILL, before
        assert wrong_for_a_reader(bucket, f"killed-{before}/") == [], before
        # On the same machine, or on another.
        run(place, home if before % 4 else tmp_path / f"other-{before}", THIRD)
        assert bucket.tree(f"killed-{before}/") == THIRD, before
