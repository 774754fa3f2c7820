"""A run that Dagster has started: brought down before its first step, brought up as its last; red where that fails."""

from pathlib import Path

import dagster as dg
import pytest

from orchestration.assets.storage import storage_assets
from orchestration.assets.workspace import WORKSPACE, workspace_resource
from orchestration.running.changes import inbox_digest
from orchestration.settings import PROJECT, Settings
from tests.storage.bucket import Bucket
from tests.storage.places import FIRST, SECOND, lay_out
from tests.storage.proxy import Fault, Proxy


@pytest.fixture
def settings(bucket: Bucket, s3: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("FUZHI_MIRRORS", str(tmp_path / "mirrors"))
    bucket.put("inbox/2024-01/a/form.csv", b"1")
    places = {place: f"s3://{bucket.name}/{place}" for place in ("inbox", "workspace", "published")}
    return Settings(PROJECT, tmp_path, tmp_path, tmp_path).placed(**places)


def run(settings: Settings, files: dict[str, bytes]) -> dg.ExecuteInProcessResult:
    """What stands for the pipeline publishes these files, provided that it finds the form."""

    @dg.asset(required_resource_keys=WORKSPACE)
    def pipeline() -> None:
        assert (settings.inbox / "2024-01/a/form.csv").read_bytes() == b"1"
        lay_out(settings.published, files)
        lay_out(settings.workspace / "state", {"run": files["index.html"]})

    resources = {"workspace": workspace_resource(settings)}
    return dg.materialize([pipeline, *storage_assets(settings)], resources=resources, raise_on_error=False)


def test_it_is_brought_up_as_the_last_step(settings: Settings, bucket: Bucket) -> None:
    assert run(settings, FIRST).success
    assert bucket.tree("published/") == FIRST
    assert "workspace/manifest.json" in bucket.keys("workspace/")


def test_a_run_that_cannot_bring_up_has_failed_and_the_next_makes_it_good(
    settings: Settings, bucket: Bucket, proxy: Proxy
) -> None:
    assert run(settings, FIRST).success
    proxy.faults = [Fault("PUT .*/published/mines", "403", times=99)]
    failed = run(settings, SECOND)
    assert not failed.success
    assert "AccessDenied)" in str(failed.all_events)
    # Nothing of what the server says: it may quote the request.
    assert "<Message>" not in str(failed.all_events)
    assert "botocore" not in str(failed.all_events)
    left = bucket.tree("published/")
    assert {key: left[key] for key in FIRST} == FIRST
    proxy.faults = []
    assert run(settings, SECOND).success
    assert bucket.tree("published/") == SECOND


def test_the_sensor_sees_what_a_run_will_see_from_a_listing_alone(settings: Settings, proxy: Proxy) -> None:
    before = inbox_digest(settings)
    assert [one.split(" ")[0] for one in proxy.asked] == ["GET"]
    assert "list-type=2" in proxy.asked[0]
    assert not settings.inbox.exists()
    seen = []

    @dg.asset(required_resource_keys=WORKSPACE)
    def looking() -> None:
        seen.append(inbox_digest(settings))

    assert dg.materialize([looking], resources={"workspace": workspace_resource(settings)}).success
    assert seen == [before]


def test_folders_have_nothing_to_bring_up(tmp_path: Path) -> None:
    assert list(storage_assets(Settings(tmp_path, tmp_path, tmp_path, tmp_path))) == []
