"""Where the inbox is given as a URL, a source goes on only when its file lies there."""

from pathlib import Path

import pytest

pytest.importorskip("s3fs", reason="the extra [store] is not installed")

from orchestration.pulling import pull
from orchestration.settings import Settings
from orchestration.storage.errors import StorageError
from tests.pulling.conftest import AT_ONCE, SUBMITTER, Declare
from tests.pulling.service import Service, json_of
from tests.storage.bucket import Bucket
from tests.storage.conftest import bucket, proxy, s3, s3_port
from tests.storage.proxy import Fault, Proxy

__all__ = ["bucket", "proxy", "s3", "s3_port"]

FOLDER = f"2024-02/{SUBMITTER}/new_products"


@pytest.mark.usefixtures("s3")
def test_a_file_that_does_not_get_there_is_pulled_again(
    service: Service,
    settings: Settings,
    declare: Declare,
    bucket: Bucket,
    proxy: Proxy,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bucket.put("inbox/2024-02/round.yaml", b"closed_on: 2024-12-31\n")
    monkeypatch.setenv("FUZHI_MIRRORS", str(tmp_path / "mirrors"))
    settings = settings.placed(inbox=f"s3://{bucket.name}/inbox")
    declare(products={"kind": "rest", "address": service.address, "cursor": {"field": "at", "parameter": "since"}})
    records = [{"产品名称": "样例一号", "at": 1}, {"产品名称": "样例二号", "at": 2}]
    service.in_turn(json_of(records[:1]))
    proxy.faults.append(Fault("^PUT .*products", "403", times=100))
    with pytest.raises(StorageError):
        pull(settings, patience=AT_ONCE)
    assert bucket.keys("inbox") == ["inbox/2024-02/round.yaml"]
    proxy.faults.clear()
    service.in_turn(json_of(records))
    assert [(one.records, one.submission, one.error) for one in pull(settings, patience=AT_ONCE)] == [
        (2, f"{FOLDER}/products-000001.parquet", None)
    ]
    assert (
        bucket.get(f"inbox/{FOLDER}/products-000001.parquet")
        == (settings.inbox / FOLDER / "products-000001.parquet").read_bytes()
    )
    assert [one.submission for one in pull(settings, patience=AT_ONCE)] == [None]
    # Lost is the answer, not the file.
    service.in_turn(json_of([*records, {"产品名称": "样例三号", "at": 3}]))
    proxy.faults.append(Fault("^PUT .*products", "lost"))
    assert [one.submission for one in pull(settings, patience=AT_ONCE)] == [f"{FOLDER}/products-000002.parquet"]
    assert bucket.keys("inbox")[-2:] == [f"inbox/{FOLDER}/products-00000{n}.parquet" for n in (1, 2)]
