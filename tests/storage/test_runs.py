"""The whole pipeline with inbox, workspace and published in a bucket, on two machines that share nothing else."""

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from orchestration.storage.lease import KEY
from tests.pipeline.conftest import Installation, Outcome, _warm, install
from tests.pipeline.forms import FACTORIES
from tests.storage.bucket import Bucket
from tests.storage.conftest import environment
from tests.storage.places import contents
from tests.storage.proxy import Fault, Proxy

FORM = "2024-01/济南市工业和信息化局/工厂.csv"
LATER = "2024-02/济南市工业和信息化局/工厂.csv"
HELD = b'{"holder": "another", "count": 3, "held": true}'


@dataclass(frozen=True)
class Machine:
    """A machine of its own: what it keeps lies in `mirrors`."""

    installation: Installation
    bucket: Bucket
    proxy: Proxy
    mirrors: Path

    def fuzhi(self, *arguments: str) -> Outcome:
        self.proxy.asked.clear()
        os.environ["FUZHI_MIRRORS"] = str(self.mirrors)
        return self.installation.fuzhi(*arguments)

    def run(self) -> Outcome:
        places = ("inbox", "workspace", "published")
        options = [text for place in places for text in (f"--{place}", f"s3://{self.bucket.name}/{place}/")]
        return self.fuzhi("run", *options)

    def elsewhere(self) -> "Machine":
        return replace(self, mirrors=self.mirrors.with_name("elsewhere"))


@pytest.fixture(scope="module")
def machine(s3_port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine that has published one round from a bucket."""
    folder = tmp_path_factory.mktemp("machine")
    proxy = Proxy(s3_port)
    bucket = Bucket(s3_port, "runs").create()
    bucket.put(f"inbox/{FORM}", FACTORIES.encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FUZHI_MIRRORS", "")
        for name, value in environment(proxy).items():
            patch.setenv(name, value)
        one = Machine(install(folder, ("morning_star_factories",)), bucket, proxy, folder / "mirrors")
        first = one.run()
        assert first.exit_code == 0, first.err + first.out
        yield one
    proxy.stop()


@pytest.fixture(scope="module")
def in_folders(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The same round, published from folders."""
    installation = install(tmp_path_factory.mktemp("folders"), ("morning_star_factories",))
    installation.submit(FORM, FACTORIES)
    assert installation.fuzhi("run").exit_code == 0
    return installation


def test_what_is_published_is_what_it_is_from_folders(machine: Machine, in_folders: Installation) -> None:
    expected = contents(in_folders.settings.published)
    assert machine.bucket.tree("published/") == expected
    assert len(expected) > 30


def test_a_run_without_news_lists_and_downloads_nothing(machine: Machine) -> None:
    outcome = machine.run()
    assert outcome.exit_code == 0
    assert "nothing has changed" in outcome.out
    asked = [one.replace("/runs/", "/") for one in machine.proxy.asked if "list-type" not in one]
    leases = [f"{one} /{place}/{KEY}" for place in ("workspace", "published") for one in ("HEAD", "GET", "PUT", "PUT")]
    manifest = [f"{one} /workspace/manifest.json" for one in ("HEAD", "GET")]
    assert sorted(asked) == sorted(leases + manifest)


def test_another_machine_finds_nothing_to_do_either(machine: Machine) -> None:
    outcome = machine.elsewhere().run()
    assert outcome.exit_code == 0
    assert "nothing has changed" in outcome.out
    assert outcome.dataset("morning_star_factories")["published"] == 1


def test_two_machines_do_not_run_at_once(machine: Machine) -> None:
    machine.bucket.put(f"published/{KEY}", HELD)
    before = machine.bucket.tree("published/")
    outcome = machine.run()
    assert outcome.exit_code == 2
    assert "s3://runs/published: another machine is running on it" in outcome.err
    assert machine.bucket.tree("published/") == before
    machine.bucket.remove(f"published/{KEY}")


def test_access_denied_is_said_and_no_secret(machine: Machine) -> None:
    machine.proxy.faults = [Fault("list-type", "403", times=9)]
    outcome = machine.run()
    machine.proxy.faults = []
    assert outcome.exit_code == 2
    assert "access is denied (AccessDenied): check the credentials" in outcome.err
    assert "made-up-secret" not in outcome.err + outcome.out


def test_killed_as_it_publishes_the_next_run_publishes_the_same(machine: Machine, in_folders: Installation) -> None:
    """Killed when its versions are up and their pointer is not; a run on the same machine goes on at once."""
    later = FACTORIES.replace("样例", "新样例")
    machine.bucket.put(f"inbox/{LATER}", later.encode())
    in_folders.submit(LATER, later)
    before = machine.bucket.tree("published/")
    machine.proxy.faults = [Fault("PUT .*/latest.json", "reset", do=_kill_the_run)]
    assert machine.run().exit_code == -signal.SIGKILL
    left = machine.bucket.tree("published/")
    assert {key: left[key] for key in before} == before
    assert len(left) > len(before)
    outcome = machine.run()
    assert outcome.exit_code == 0, outcome.err
    assert in_folders.fuzhi("run").exit_code == 0
    assert machine.bucket.tree("published/") == contents(in_folders.settings.published)
    machine.bucket.public()
    verified = machine.fuzhi("verify", f"http://127.0.0.1:{machine.proxy.port}/runs/published/", "--lang", "en")
    assert verified.exit_code == 0, verified.out + verified.err


def _kill_the_run() -> None:
    """The run is the one child of the process that runs are forked from."""
    warm = _warm().pid
    (child,) = Path(f"/proc/{warm}/task/{warm}/children").read_text("utf-8").split()
    os.kill(int(child), signal.SIGKILL)
