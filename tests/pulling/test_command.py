"""`fuzhi pull`: what it tells, what it returns, and what it leaves alone."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from orchestration.cli import app
from orchestration.errors import UserError
from orchestration.pulling import pull
from orchestration.pulling.errors import PullError, _wording
from orchestration.running.alone import WorkspaceInUseError, alone
from orchestration.settings import PROJECT, Settings
from tests.pulling.conftest import SUBMITTER, Declare, pull_one
from tests.pulling.service import Answer, Service, json_of

RECORDS = [{"产品名称": "样例一号"}]


def fuzhi_pull(settings: Settings, *names: str) -> tuple[int, list[str]]:
    places = [
        "--sources",
        str(settings.sources),
        "--inbox",
        str(settings.inbox),
        "--workspace",
        str(settings.workspace),
    ]
    result = CliRunner().invoke(app, ["pull", *names, *places])
    return result.exit_code, result.output.splitlines()


def test_a_source_that_fails_leaves_the_others_alone(service: Service, settings: Settings, declare: Declare) -> None:
    service.reply = lambda asked: json_of(RECORDS) if asked.path == "/good" else Answer(status=404)
    good = {"kind": "rest", "address": f"{service.address}/good"}
    declare(a_bad=good | {"address": f"{service.address}/bad"}, good=good)
    code, lines = fuzhi_pull(settings)
    assert code == 1
    assert lines == [
        "✗ a_bad: 服务没有这个地址（状态码404）。请核对address。 "
        "The service has no such address (status 404): check it.",
        f"✓ good: 1 → 2024-02/{SUBMITTER}/new_products/good.parquet",
    ]
    assert fuzhi_pull(settings, "good") == (0, ["✓ good: 没有新记录 nothing new"])
    code, lines = fuzhi_pull(settings, "gone")
    assert code == 2
    assert "there is no source gone: choose of a_bad, good" in "".join(lines)


def test_only_one_pulls_at_a_time_but_a_run_may_go_on(service: Service, settings: Settings, declare: Declare) -> None:
    service.in_turn(json_of(RECORDS))
    declare(good={"kind": "rest", "address": service.address})
    (settings.workspace / "pull").mkdir(parents=True)
    program = "import fcntl, sys; f = open(sys.argv[1], 'w'); fcntl.flock(f, fcntl.LOCK_EX); print(flush=True); input()"
    held = subprocess.Popen(
        [sys.executable, "-c", program, str(settings.workspace / "pull" / "lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert held.stdout is not None
    held.stdout.readline()
    with pytest.raises(WorkspaceInUseError):
        pull(settings)
    held.communicate(b"\n")
    with alone(settings.workspace):
        assert pull_one(settings).records == 1


def test_without_the_extra_it_is_told_what_to_install(
    settings: Settings, declare: Declare, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orchestration.pulling.extra.find_spec", lambda name: None)
    declare(rest={"kind": "rest", "address": "http://127.0.0.1:9/"})
    error = pull_one(settings).error
    assert type(error) is UserError
    assert "pip install --require-hashes -r requirements-team.txt" in str(error)


def test_nothing_is_written_but_into_inbox_and_workspace_and_nobody_else_is_asked(
    service: Service, settings: Settings, declare: Declare, tmp_path: Path
) -> None:
    """dlt would tell its makers of every run, and keeps settings in the home folder, unless it is kept from both."""
    service.in_turn(json_of(RECORDS))
    declare(good={"kind": "rest", "address": service.address})
    home, here = tmp_path / "home", tmp_path / "here"
    # A configuration of dlt's own must not be taken for ours.
    for folder in (home, here / ".dlt"):
        folder.mkdir(parents=True)
    (here / ".dlt" / "config.toml").write_text('[runtime]\nlog_level = "DEBUG"\nhttp_show_error_body = true\n')
    program = """
import json, sys
asked = []
sys.addaudithook(lambda event, args: asked.append(args[1]) if event == "socket.connect" else None)
from orchestration.cli import app
try:
    app(["pull"])
except SystemExit as ended:
    print(json.dumps({"code": ended.code, "asked": asked}))
"""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(PROJECT),
        "HOME": str(home),
        "FUZHI_SOURCES": str(settings.sources),
        "FUZHI_INBOX": str(settings.inbox),
        "FUZHI_WORKSPACE": str(settings.workspace),
        "FUZHI_PROJECT": str(settings.project),
    }
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=here, env=environment, capture_output=True, text=True, check=True
    )
    *_, last = ended.stdout.splitlines()
    told: dict[str, Any] = json.loads(last)
    port = int(service.address.rpartition(":")[2])
    assert told["code"] == 0
    assert {tuple(address) for address in told["asked"]} == {("127.0.0.1", port)}
    assert ended.stderr == ""
    assert list(home.rglob("*")) == []
    assert [path.name for path in here.rglob("*")] == [".dlt", "config.toml"]


@pytest.mark.parametrize("reason", _wording())
def test_every_reason_is_told_in_both_languages(reason: str) -> None:
    wording = _wording()[reason]
    assert set(wording) == {"zh", "en"}
    facts = ("attempts", "seconds", "status", "variable", "kind", "path", "most", "columns", "column", "number")
    told = str(PullError(reason, **dict.fromkeys((*facts, "field", "table", "state"), "\x1b[2Jx")))
    assert "\x1b" not in told
    assert "{" not in told
