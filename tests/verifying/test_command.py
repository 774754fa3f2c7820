"""`fuzhi verify` and `fuzhi keygen` as a user runs them: what they print and their exit codes."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from orchestration.cli import app
from tests.verifying.publications import KEY, copied, publish


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    return publish(tmp_path_factory.mktemp("original"))


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_exit_code_0_where_all_is_well(original):
    said = run("verify", original, "--key", KEY.public.text, "--lang", "en", "--json")
    assert said.exit_code == 0
    content = json.loads(said.stdout)
    assert (content["ok"], content["kind"], content["key"], content["findings"]) == (
        True,
        "published",
        "0706050403020100",
        [],
    )


def test_exit_code_1_where_something_is_wrong(original, tmp_path):
    published = copied(original, tmp_path / "published")
    (published / "scene_items" / "1.1.0" / "README.md").unlink()
    assert run("verify", published).exit_code == 1
    assert json.loads(run("verify", published, "--json").stdout)["ok"] is False


def test_exit_code_2_where_there_is_nothing_to_verify(tmp_path, original):
    assert run("verify", tmp_path).exit_code == 2
    assert run("verify", tmp_path / "none").exit_code == 2
    assert run("verify", "ftp://example.org/").exit_code == 2
    assert run("verify", original, "--key", "nonsense").exit_code == 2


def test_keygen_writes_a_key_once(tmp_path, monkeypatch):
    monkeypatch.delenv("FUZHI_SIGNING_PASSWORD", raising=False)
    assert run("keygen", tmp_path / "keys").exit_code == 0
    assert sorted(path.name for path in (tmp_path / "keys").iterdir()) == ["fuzhi.key", "fuzhi.pub"]
    assert run("keygen", tmp_path / "keys").exit_code == 2
