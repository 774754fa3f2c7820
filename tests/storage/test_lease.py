"""One machine at a time, told by the server's clock alone."""

import json

import pytest

from orchestration.storage.errors import InUseError, StorageError
from orchestration.storage.lease import KEY, leased, prove_conditions
from orchestration.storage.remote import Remote
from tests.storage.bucket import Bucket
from tests.storage.conftest import opened
from tests.storage.proxy import Fault, Proxy


def test_two_machines_do_not_hold_a_place_at_once(remote: Remote, bucket: Bucket) -> None:
    other = opened(bucket, "place", [])
    with leased(remote, "one") as lease:
        lease.check()
        with pytest.raises(InUseError, match=r"另一台机器正在运行.*its hold ends in \d+ s"), leased(other, "two"):
            pass
    with leased(other, "two"):
        pass
    assert json.loads(bucket.get(f"place/{KEY}")) == {"holder": "two", "count": 4, "held": False}


def test_of_two_that_find_it_free_at_the_same_moment_one_gets_it(remote: Remote, bucket: Bucket, proxy: Proxy) -> None:
    """The other has taken it between the look and the write."""
    other = opened(bucket, "place", [])

    def meanwhile() -> None:
        other.create(KEY, b'{"holder": "two", "count": 1, "held": true}')

    proxy.faults = [Fault(f"PUT .*{KEY}", do=meanwhile)]
    with pytest.raises(InUseError), leased(remote, "one"):
        pass
    assert json.loads(bucket.get(f"place/{KEY}"))["holder"] == "two"


def test_a_dead_holder_is_followed_when_its_time_is_up(remote: Remote, bucket: Bucket) -> None:
    bucket.put(f"place/{KEY}", b'{"holder": "dead", "count": 7, "held": true}')
    with pytest.raises(InUseError), leased(remote, "one", period=120):
        pass
    with leased(remote, "one", period=0):
        assert json.loads(bucket.get(f"place/{KEY}"))["holder"] == "one"


def test_the_machine_that_died_goes_on_at_once(remote: Remote, bucket: Bucket) -> None:
    bucket.put(f"place/{KEY}", b'{"holder": "one", "count": 7, "held": true}')
    with leased(remote, "one") as lease:
        lease.check()


def test_a_holder_that_another_has_followed_finds_out_and_writes_nothing(remote: Remote, bucket: Bucket) -> None:
    with leased(remote, "one") as lease:
        bucket.put(f"place/{KEY}", b'{"holder": "two", "count": 9, "held": true}')
        lease.check()
        lease.renew_or_lose()
        with pytest.raises(StorageError, match=r"失去联系过久.*nothing more was written"):
            lease.check()
    assert json.loads(bucket.get(f"place/{KEY}")) == {"holder": "two", "count": 9, "held": True}


def test_a_machine_that_slept_does_not_trust_its_lease(remote: Remote) -> None:
    with leased(remote, "one") as lease:
        lease.sure -= 121
        with pytest.raises(StorageError):
            lease.check()


def test_renewing_outlasts_an_answer_that_was_lost(remote: Remote, proxy: Proxy) -> None:
    with leased(remote, "one") as lease:
        proxy.faults = [Fault(f"PUT .*{KEY}", "lost")]
        lease.renew()
        lease.renew()
        assert lease.count == 3


def test_a_server_that_honours_no_condition_is_found_out(
    remote: Remote, proxy: Proxy, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    with leased(remote, "one") as lease:
        prove_conditions(lease)
        call = remote.fs.call_s3
        for ignored in ("IfNoneMatch", "IfMatch"):

            def careless(method: str, ignored: str = ignored, **request: object) -> object:
                request.pop(ignored, None)
                return call(method, **request)

            monkeypatch.setattr(remote.fs, "call_s3", careless)
            with pytest.raises(StorageError, match=r"不支持条件写入.*does not honour conditional writes"):
                prove_conditions(lease)
