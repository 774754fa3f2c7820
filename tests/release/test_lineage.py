"""Lineage: what made a release, the same wherever it is made, without names, and no reason for a release."""

from __future__ import annotations

import json
import shutil
import subprocess
from importlib.metadata import version

import pytest

from orchestration.release import publish
from orchestration.release.lineage import _code, _commit, lineage
from orchestration.running.project_files import CODE
from tests.release.marts import CONTRACTS, PROJECT, SCENES
from tests.release.test_publishing import SUBMISSIONS, settings

GIT = shutil.which("git")
needs_git = pytest.mark.skipif(GIT is None, reason="git is not installed")


def git(folder, *arguments):
    identity = ("-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false")
    command = [GIT, *identity, "-C", str(folder), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def checkout(tmp_path):
    folder = tmp_path / "checkout"
    (folder / "orchestration").mkdir(parents=True)
    (folder / "orchestration" / "a.py").write_text("x = 1\n", "utf-8")
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "first")
    return folder


def test_a_release_says_what_made_it(tmp_path):
    found = settings(tmp_path, SUBMISSIONS)
    said = json.loads((publish(found, SCENES, CONTRACTS).folder / "lineage.json").read_text("utf-8"))
    assert [said[name] for name in ("dataset", "version", "created")] == ["scene_items", "1.0.0", "2024-09-30"]
    assert said["rounds"] == ["2024-01", "2024-02"]
    # Three files were read, two of them the same.
    assert said["inputs"] == [f"{0:064x}", f"{1:064x}"]
    assert said["rows"] == {"read": 3, "published": 3, "superseded": 0, "quarantined": 0, "ignored": 0}
    assert said["code"]["version"] == version("fuzhi") and len(said["code"]["sha256"]) == 64
    assert said["packages"]["duckdb"] == version("duckdb")
    assert set(said["packages"]) == {
        "python", "dbt-core", "dbt-duckdb", "duckdb", "frictionless", "great-expectations", "pandas", "pyarrow",
        "xlsxwriter",
    }  # fmt: skip


def test_lineage_alone_is_no_reason_for_a_release(tmp_path):
    found = settings(tmp_path, SUBMISSIONS)
    folder = publish(found, SCENES, CONTRACTS).folder
    before = (folder / "lineage.json").read_bytes()
    # The same rows from other files.
    path = found.workspace / "intake" / "submissions.parquet"
    shutil.copy(settings(tmp_path / "other", SUBMISSIONS[:2]).workspace / "intake" / "submissions.parquet", path)
    table = found.marts / "scene_items__accounts.parquet"
    shutil.copy(tmp_path / "other" / "workspace" / "marts" / "scene_items__accounts.parquet", table)
    assert lineage(found, SCENES)["rows"]["read"] == 2
    assert not publish(found, SCENES, CONTRACTS).new
    assert (folder / "lineage.json").read_bytes() == before


def test_a_change_of_the_contract_the_models_or_the_codes_of_the_dataset_changes_just_that(tmp_path):
    found = settings(tmp_path, SUBMISSIONS)
    for name in ("schemas", "dbt_project", "expectations"):
        shutil.copytree(PROJECT / name, tmp_path / name, ignore=shutil.ignore_patterns("target", "logs"))
    found = type(found)(tmp_path, found.inbox, found.workspace, found.published)
    before = lineage(found, SCENES)
    for part, path in (
        ("contract", "schemas/scene_items.yaml"),
        ("models", "dbt_project/models/marts/scene_items.sql"),
        ("models", "dbt_project/macros/uscc.sql"),
        ("code_lists", "dbt_project/seeds/cities.csv"),
        ("expectations", "expectations/scene_items.yaml"),
        (None, "schemas/new_products.yaml"),
        (None, "dbt_project/models/marts/new_products.sql"),
        (None, "expectations/new_products.yaml"),
    ):
        content = (tmp_path / path).read_bytes()
        (tmp_path / path).write_bytes(content + b"\n")
        now = lineage(found, SCENES)
        assert {name for name in now if now[name] != before[name]} == ({part} if part else set())
        (tmp_path / path).write_bytes(content)
    assert lineage(found, SCENES) == before


def test_the_same_code_in_another_folder_has_the_same_digest(tmp_path):
    copy = shutil.copytree(CODE, tmp_path / "orchestration", ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "__pycache__").mkdir()
    (copy / "__pycache__" / "x.pyc").write_bytes(b"x")
    other = shutil.copytree(copy, tmp_path / "other" / "orchestration")
    assert _code(copy) == _code(other)
    (other / "cli.py").write_text("", "utf-8")
    _code.cache_clear()
    assert _code(copy) != _code(other)


@needs_git
def test_two_checkouts_of_a_commit_name_the_same_commit(tmp_path, checkout):
    commit = git(checkout, "rev-parse", "HEAD")
    git(tmp_path, "clone", "--quiet", str(checkout), "second")
    assert _commit(checkout) == _commit(tmp_path / "second") == commit


@needs_git
@pytest.mark.parametrize("name", ["a.py", "new.py"])
def test_code_that_is_not_as_committed_names_no_commit(checkout, name):
    (checkout / "orchestration" / name).write_text("x = 2\n", "utf-8")
    assert _commit(checkout) is None


@needs_git
def test_files_that_do_not_decide_are_left_out_of_that(checkout):
    (checkout / "notes.txt").write_text("x", "utf-8")
    assert _commit(checkout) == git(checkout, "rev-parse", "HEAD")


@needs_git
def test_a_package_inside_of_another_checkout_names_no_commit(tmp_path, checkout, monkeypatch):
    inside = checkout / "site-packages"
    inside.mkdir()
    assert _commit(inside) is None
    assert _commit(tmp_path) is None
    # Whatever repository a hook of git's runs for.
    monkeypatch.setenv("GIT_DIR", str(checkout / ".git"))
    assert _commit(tmp_path) is None


def test_without_git_no_commit_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert _commit(tmp_path) is None
