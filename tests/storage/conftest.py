"""A real S3 server, a bucket of its own for each test, and a proxy that can be told to fail."""

import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from orchestration.storage.patience import Patience
from orchestration.storage.remote import Remote, open_remote
from tests.storage.bucket import Bucket
from tests.storage.proxy import Proxy

_numbers = count(1)


@pytest.fixture(scope="session")
def s3_port() -> Iterator[int]:
    """The port of the server."""
    command = [sys.executable, str(Path(__file__).with_name("s3_server.py"))]
    # Listings in pages of a hundred, where others have a thousand.
    environment = {**os.environ, "MOTO_S3_DEFAULT_MAX_KEYS": "100"}
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env=environment, text=True, **streams) as server:
        assert server.stdout is not None
        yield int(server.stdout.readline())
        server.kill()


@pytest.fixture
def bucket(s3_port: int) -> Bucket:
    """A new, empty bucket."""
    return Bucket(s3_port, f"bucket-{next(_numbers)}").create()


@pytest.fixture
def proxy(s3_port: int) -> Iterator[Proxy]:
    """A proxy in front of the server."""
    one = Proxy(s3_port)
    yield one
    one.stop()


@pytest.fixture
def s3(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment in which `s3://` leads to the proxy."""
    for name, value in environment(proxy).items():
        monkeypatch.setenv(name, value)


def environment(proxy: Proxy) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{proxy.port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "made-up-secret",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


@pytest.fixture
def pauses() -> list[float]:
    """The pauses between attempts; none is really made."""
    return []


@pytest.fixture
def remote(bucket: Bucket, s3: None, pauses: list[float]) -> Remote:
    """The bucket as the product sees it, through the proxy, below the prefix `place`."""
    return opened(bucket, "place", pauses)


def opened(bucket: Bucket, prefix: str, pauses: list[float], silence: float = 30) -> Remote:
    return open_remote(f"s3://{bucket.name}/{prefix}", Patience(silence=silence, sleep=pauses.append))
