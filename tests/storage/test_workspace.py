"""The workspace in a bucket: another machine finds it as one run left it."""

import json
from pathlib import Path

import pytest

from orchestration.storage.errors import StorageError
from orchestration.storage.mirror import Mirror
from orchestration.storage.remote import Remote
from orchestration.storage.workspace import bring_down_workspace, bring_up_workspace, of_this_machine
from tests.storage.bucket import Bucket
from tests.storage.places import contents, lay_out
from tests.storage.proxy import Fault, Proxy

FIRST = {"state/run": b"1", "marts/a.parquet": b"one", "store/0f": b"form", "copy": b"form"}
SECOND = {"state/run": b"2", "marts/a.parquet": b"two", "store/0f": b"form", "store/1f": b"more"}
OWN = {
    "dagster/runs.db": b"x",
    "dbt/manifest.json": b"x",
    "fuzhi.duckdb": b"x",
    "raw/a.7.unfinished": b"x",
    "state/totals.json": b"x",
    "lock": b"",
}


def unchecked() -> None:
    pass


def run(remote: Remote, home: Path, files: dict[str, bytes]) -> None:
    mirror = Mirror(home, of_this_machine)
    tag = bring_down_workspace(remote, mirror)
    lay_out(mirror.files, files | OWN)
    bring_up_workspace(remote, mirror, tag, unchecked)


def found_by_another(remote: Remote, home: Path) -> dict[str, bytes]:
    mirror = Mirror(home, of_this_machine)
    bring_down_workspace(remote, mirror)
    return contents(mirror.files)


def test_another_machine_goes_on_with_it(remote: Remote, bucket: Bucket, tmp_path: Path) -> None:
    run(remote, tmp_path / "one", FIRST)
    assert found_by_another(remote, tmp_path / "two") == FIRST
    run(remote, tmp_path / "two", SECOND)
    assert found_by_another(remote, tmp_path / "one") == SECOND | OWN
    # Each content once, and nothing that is not named any more.
    assert len(bucket.keys("place/files/")) == 4


def test_where_nothing_has_changed_the_manifest_alone_is_read(remote: Remote, proxy: Proxy, tmp_path: Path) -> None:
    run(remote, tmp_path, FIRST)
    proxy.asked.clear()
    run(remote, tmp_path, FIRST)
    assert {one.split("/place/")[1] for one in proxy.asked} == {"manifest.json"}
    assert {one.split(" ")[0] for one in proxy.asked} == {"HEAD", "GET"}


def test_a_run_that_fails_halfway_leaves_the_workspace_as_it_was(
    remote: Remote, bucket: Bucket, proxy: Proxy, tmp_path: Path
) -> None:
    run(remote, tmp_path / "one", FIRST)
    for request in ("PUT .*/files/", "PUT .*/manifest.json"):
        proxy.faults = [Fault(request, "403", after=1 if "files" in request else 0)]
        with pytest.raises(StorageError):
            run(remote, tmp_path / "one", SECOND)
        assert found_by_another(remote, tmp_path / "two") == FIRST
    run(remote, tmp_path / "one", SECOND)
    assert found_by_another(remote, tmp_path / "two") == SECOND
    named = {f"place/files/{sha}" for sha, _ in json.loads(bucket.get("place/manifest.json"))["files"].values()}
    assert set(bucket.keys("place/files/")) == named


def test_two_that_write_at_once_do_not_mix(remote: Remote, bucket: Bucket, proxy: Proxy, tmp_path: Path) -> None:
    run(remote, tmp_path / "one", FIRST)

    def meanwhile() -> None:
        proxy.faults.clear()
        run(remote, tmp_path / "two", SECOND)

    proxy.faults = [Fault("PUT .*/manifest.json", do=meanwhile)]
    with pytest.raises(StorageError, match="another machine has changed the workspace"):
        run(remote, tmp_path / "one", FIRST | {"marts/a.parquet": b"other"})
    assert found_by_another(remote, tmp_path / "three") == SECOND


def test_a_log_that_grows_meanwhile_goes_up_as_it_is_read(remote: Remote, proxy: Proxy, tmp_path: Path) -> None:
    home = tmp_path / "one"
    log = home / "files" / "runs" / "log.jsonl"

    def grow() -> None:
        log.write_bytes(b"one\ntwo\n")

    mirror = Mirror(home, of_this_machine)
    tag = bring_down_workspace(remote, mirror)
    lay_out(mirror.files, {"runs/log.jsonl": b"one\n"})
    # Between the look at what has changed and the reading of it.
    tag = bring_up_workspace(remote, mirror, tag, grow)
    assert found_by_another(remote, tmp_path / "two") == {"runs/log.jsonl": b"one\ntwo\n"}
    log.write_bytes(b"one\ntwo\nthree\n")
    bring_up_workspace(remote, mirror, tag, unchecked)
    assert found_by_another(remote, tmp_path / "two") == {"runs/log.jsonl": b"one\ntwo\nthree\n"}
