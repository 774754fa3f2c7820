"""The inbox in a bucket: brought down as it is, and only what has changed."""

from pathlib import Path

import pytest

from orchestration.intake.inbox import scan
from orchestration.storage.errors import StorageError
from orchestration.storage.inbox import bring_down_inbox, bring_up_inbox, listed
from orchestration.storage.mirror import Mirror
from orchestration.storage.remote import Remote, open_remote
from tests.storage.bucket import Bucket
from tests.storage.places import contents
from tests.storage.proxy import Fault, Proxy

FORMS = {
    "2024-01/济南市工业和信息化局/工厂.csv": "一".encode(),
    "2024-01/济南市工业和信息化局/scene_items/场景 1+2.csv": b"2",
    "2024-01/round.yaml": b"closed_on: 2024-03-31",
}


@pytest.fixture
def inbox(bucket: Bucket) -> dict[str, bytes]:
    for key, content in FORMS.items():
        bucket.put(f"place/{key}", content)
    return dict(FORMS)


def downloads(proxy: Proxy) -> int:
    count = len([one for one in proxy.asked if one.startswith("GET") and "list-type" not in one])
    proxy.asked.clear()
    return count


def test_what_has_changed_comes_down_and_what_has_gone_goes(
    remote: Remote, inbox: dict[str, bytes], bucket: Bucket, proxy: Proxy, tmp_path: Path
) -> None:
    mirror = Mirror(tmp_path)
    bring_down_inbox(remote, mirror)
    assert contents(mirror.files) == inbox
    assert downloads(proxy) == 3
    bring_down_inbox(remote, mirror)
    assert proxy.asked == [one for one in proxy.asked if "list-type" in one] != []
    bucket.put("place/2024-01/济南市工业和信息化局/工厂.csv", "二".encode())
    bucket.remove("place/2024-01/济南市工业和信息化局/scene_items/场景 1+2.csv")
    proxy.asked.clear()
    bring_down_inbox(remote, mirror)
    assert contents(mirror.files) == {
        "2024-01/济南市工业和信息化局/工厂.csv": "二".encode(),
        "2024-01/round.yaml": FORMS["2024-01/round.yaml"],
    }
    assert not (mirror.files / "2024-01/济南市工业和信息化局/scene_items").exists()
    assert downloads(proxy) == 1


def test_every_machine_sees_the_same_times_and_so_does_a_mere_listing(
    remote: Remote, inbox: dict[str, bytes], tmp_path: Path
) -> None:
    """What was read on one machine is not read again on another, and a sensor need not bring anything down."""
    seen = []
    for name in ("one", "two"):
        mirror = Mirror(tmp_path / name)
        bring_down_inbox(remote, mirror)
        there = mirror.there()
        seen.append(sorted(f"{key}\t{stat.st_size}\t{stat.st_mtime_ns}" for key, stat in there.items()))
    assert seen[0] == seen[1] == sorted(f"{path}\t{written}" for path, _, written in listed(remote))


def test_what_a_killed_run_has_left_is_made_good(
    remote: Remote, inbox: dict[str, bytes], proxy: Proxy, tmp_path: Path
) -> None:
    mirror = Mirror(tmp_path)
    proxy.faults = [Fault("GET .*round.yaml", "403")]
    with pytest.raises(StorageError):
        bring_down_inbox(remote, mirror)
    bring_down_inbox(remote, mirror)
    (mirror.files / "2024-01/round.yaml").write_bytes(b"torn")
    (mirror.files / "2024-01/stray.csv").write_bytes(b"1")
    bring_down_inbox(remote, mirror)
    assert contents(mirror.files) == inbox


def test_keys_that_can_be_no_files_are_refused_by_name_and_stop_nothing(
    remote: Remote, inbox: dict[str, bytes], bucket: Bucket, tmp_path: Path
) -> None:
    strange = ["2024-01//double.csv", "2024-01/x", "2024-01/x/below.csv", "2024-01/" + "n" * 300]
    for key in strange:
        bucket.put(f"place/{key}", b"1")
    mirror = Mirror(tmp_path)
    bring_down_inbox(remote, mirror)
    refused = {one.submission: one.refusal.code for one in scan(mirror.files, {"scene_items"}) if one.refusal}
    assert refused == {
        "2024-01%2F%2Fdouble.csv-aa7feb43": "round_unknown",
        "2024-01%2Fx-abfd7d79": "round_unknown",
        f"2024-01%2F{'n' * 190}-3d92ab5c": "round_unknown",
    }
    assert {key: contents(mirror.files)[key] for key in inbox} == inbox


def test_an_address_with_nothing_at_it_is_rather_wrong(remote: Remote, inbox: dict[str, bytes], tmp_path: Path) -> None:
    mirror = Mirror(tmp_path)
    bring_down_inbox(remote, mirror)
    nowhere = open_remote(f"{remote.url}-typing-slip")
    with pytest.raises(StorageError, match=r"收件箱中没有任何文件.*check the address"):
        bring_down_inbox(nowhere, mirror)
    assert contents(mirror.files) == inbox


def test_an_inbox_may_lie_on_another_kind_of_storage(tmp_path: Path) -> None:
    remote = open_remote("memory://inbox")
    for key, content in FORMS.items():
        remote.fs.pipe_file(f"/inbox/{key}", content)
    mirror = Mirror(tmp_path)
    bring_down_inbox(remote, mirror)
    assert contents(mirror.files) == FORMS


def test_what_a_pull_has_put_there_is_brought_up_and_overwrites_nothing(
    remote: Remote, inbox: dict[str, bytes], bucket: Bucket, proxy: Proxy, tmp_path: Path
) -> None:
    mirror = Mirror(tmp_path)
    bring_down_inbox(remote, mirror)
    (mirror.files / "2024-01/pulled-000001.parquet").write_bytes(b"1")
    bring_up_inbox(remote, mirror)
    assert bucket.get("place/2024-01/pulled-000001.parquet") == b"1"
    bring_down_inbox(remote, mirror)
    downloads(proxy)
    bring_down_inbox(remote, mirror)
    bring_up_inbox(remote, mirror)
    assert len(proxy.asked) == 1
    (mirror.files / "2024-01/pulled-000002.parquet").write_bytes(b"2")
    bucket.put("place/2024-01/pulled-000002.parquet", b"theirs")
    with pytest.raises(StorageError, match="was not overwritten: pull again"):
        bring_up_inbox(remote, mirror)
