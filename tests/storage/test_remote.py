"""Reading and writing on condition, on a server that fails in every way a server can."""

import datetime
import errno
from collections import defaultdict
from pathlib import Path

import pytest

from orchestration.errors import UserError
from orchestration.storage import remote as remote_module
from orchestration.storage.errors import ChangedError, ExistsError, StorageError
from orchestration.storage.patience import Patience, passes
from orchestration.storage.remote import Remote, open_remote, refuse_unconditional
from tests.storage.bucket import Bucket
from tests.storage.conftest import opened
from tests.storage.proxy import Fault, Proxy

PASSING = ["500", "503", "reset", "silent", "lost"]
# How long the client waits, in seconds, for a server that never answers; for any other, long enough.
SILENCE = defaultdict(lambda: 30.0, silent=0.3)


def test_a_key_is_created_once(remote: Remote, bucket: Bucket) -> None:
    remote.create("a/一.csv", b"one", ContentType="text/csv")
    with pytest.raises(ExistsError):
        remote.create("a/一.csv", b"two")
    assert bucket.get("place/a/一.csv") == b"one"
    assert bucket.headers("place/a/一.csv")["content-type"] == "text/csv"


def test_a_key_that_is_there_with_the_same_bytes_is_done(remote: Remote) -> None:
    first = remote.create("a", b"one")
    assert remote.create("a", b"one") == first == remote.listing()["a"].tag


def test_a_key_is_replaced_only_while_it_is_what_it_was(remote: Remote, bucket: Bucket) -> None:
    tag = remote.create("a", b"one")
    second = remote.replace("a", b"two", tag)
    with pytest.raises(ChangedError):
        remote.replace("a", b"three", tag)
    assert bucket.get("place/a") == b"two"
    assert remote.replace("a", b"three", second) == remote.head("a").tag


def test_a_key_that_was_to_be_there_and_is_gone_is_changed(remote: Remote, bucket: Bucket) -> None:
    tag = remote.create("a", b"one")
    bucket.remove("place/a")
    with pytest.raises(ChangedError):
        remote.replace("a", b"two", tag)
    assert bucket.keys() == []


@pytest.mark.parametrize("kind", PASSING)
def test_a_write_outlasts_what_passes(kind: str, s3: None, bucket: Bucket, proxy: Proxy) -> None:
    """Also one whose answer was lost: the server has done it, and refuses it the second time."""
    remote = opened(bucket, "place", [], SILENCE[kind])
    proxy.faults = [Fault("PUT .*/a$", kind, times=2)]
    tag = remote.create("a", b"one")
    assert bucket.get("place/a") == b"one"
    proxy.faults = [Fault("PUT .*/a$", kind, times=2)]
    remote.replace("a", b"two", tag)
    assert bucket.get("place/a") == b"two"


@pytest.mark.parametrize("kind", [*PASSING, "cut"])
def test_a_read_outlasts_what_passes(kind: str, s3: None, bucket: Bucket, proxy: Proxy, tmp_path: Path) -> None:
    remote = opened(bucket, "place", [], SILENCE[kind])
    content = bytes(range(256)) * 800
    bucket.put("place/a", content)
    proxy.faults = [Fault("GET .*/a$", kind, times=2)]
    remote.fetch("a", tmp_path / "a", len(content))
    assert (tmp_path / "a").read_bytes() == content
    assert len(proxy.asked) >= 3


def test_a_listing_outlasts_what_passes_and_has_every_page(remote: Remote, bucket: Bucket, proxy: Proxy) -> None:
    names = [f"{number:04}" for number in range(101)]
    remote.each(lambda name: bucket.put(f"place/{name}", b""), names)
    proxy.faults = [Fault("continuation-token", "500"), Fault("list-type", "reset")]
    assert list(remote.listing()) == names


def test_pauses_grow_and_end(remote: Remote, proxy: Proxy, pauses: list[float]) -> None:
    proxy.faults = [Fault("PUT", "503", times=99)]
    with pytest.raises(StorageError) as caught:
        remote.create("a", b"one")
    assert len([one for one in proxy.asked if one.startswith("PUT")]) == 7
    assert [0.5 * 0.25 * 2**n <= pause <= 0.25 * 2**n for n, pause in enumerate(pauses)] == [True] * 6
    assert str(caught.value) == (
        f"{remote.url}：多次尝试后仍无法访问（503 SlowDown），已发布的数据不受影响，请稍后重新运行。 "
        f"{remote.url}: cannot be reached after several tries (503 SlowDown); what is published stands: run again later"
    )


def test_what_does_not_pass_is_said_at_once(remote: Remote, bucket: Bucket, proxy: Proxy, pauses: list[float]) -> None:
    proxy.faults = [Fault("PUT", "403")]
    with pytest.raises(StorageError, match=r"无权访问（AccessDenied），请检查密钥和授权。 .*access is denied"):
        remote.create("a", b"one")
    with pytest.raises(StorageError, match=r"没有这个存储桶。 .*there is no such bucket"):
        open_remote("s3://no-such-bucket/x").listing()
    assert pauses == []


def test_no_credentials_are_said(bucket: Bucket, s3: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    with pytest.raises(StorageError, match="set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"):
        opened(bucket, "place", []).listing()


def test_no_secret_is_in_a_representation(remote: Remote) -> None:
    assert "made-up-secret" not in repr(remote)


def test_a_large_file_goes_up_in_parts_and_is_as_much_on_condition(
    remote: Remote, bucket: Bucket, proxy: Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote_module, "PARTS_ABOVE", 1000)
    monkeypatch.setattr(remote.fs, "put_file", _in_parts(remote))
    path = tmp_path / "large"
    path.write_bytes(b"x" * (11 << 20))
    tag = remote.create("large", path)
    assert len([one for one in proxy.asked if "partNumber" in one]) == 3
    assert remote.create("large", path) == tag == remote.listing()["large"].tag
    path.write_bytes(b"y" * (11 << 20))
    with pytest.raises(ExistsError):
        remote.create("large", path)
    assert bucket.get("place/large") == b"x" * (11 << 20)


def _in_parts(remote: Remote):
    put = remote.fs.put_file
    return lambda *arguments, **more: put(*arguments, chunksize=5 << 20, **more)


def test_keys_are_listed_as_they_are_and_folders_of_consoles_are_not(remote: Remote, bucket: Bucket) -> None:
    for key in ("place/b/c d+é?.csv", "place/b/", "place/a", "elsewhere/a", "places"):
        bucket.put(key, b"1")
    assert list(remote.listing()) == ["a", "b/c d+é?.csv"]
    assert list(remote.listing("b")) == ["b/c d+é?.csv"]


def test_only_storage_with_conditions_is_written_to() -> None:
    memory = open_remote("memory://x")
    with pytest.raises(StorageError, match=r"条件写入的存储（s3://）.* conditional writes \(s3://\)"):
        refuse_unconditional(memory)
    with pytest.raises(StorageError, match="there is no such kind of storage"):
        open_remote("nonsense://x")


def test_an_inbox_may_be_on_any_file_system_that_tells_times(tmp_path: Path) -> None:
    memory = open_remote("memory://any")
    memory.fs.pipe_file("/any/a/b.csv", b"12")
    (one,) = memory.listing().values()
    assert one.size == 2
    now = datetime.datetime.now(datetime.UTC).timestamp() * 1e9
    assert abs(one.mtime - now) < 60e9
    memory.fetch("a/b.csv", tmp_path / "b", 2)
    assert (tmp_path / "b").read_bytes() == b"12"


def test_a_full_disk_is_no_fault_of_the_server() -> None:
    assert not passes(OSError(errno.ENOSPC, "full"))
    with pytest.raises(OSError, match="full"):
        Patience(sleep=pytest.fail).until_done(_full)


def _full() -> None:
    raise OSError(errno.ENOSPC, "full")


def test_a_password_in_an_address_is_refused_and_not_quoted() -> None:
    from orchestration.settings import Settings

    with pytest.raises(UserError, match="password") as caught:
        Settings.from_environment().placed(inbox="sftp://me:hunter2@host/x")
    assert "hunter2" not in str(caught.value)
