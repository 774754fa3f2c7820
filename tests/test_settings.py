"""The address of what is published and the engine: taken as they are, refused where there is none such."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.errors import UserError
from orchestration.settings import Settings


@pytest.mark.parametrize("address", ["", "https://data.example.org/fuzhi/", "http://10.0.0.1:8000"])
def test_an_address_on_the_web_or_none_is_taken(monkeypatch, address):
    monkeypatch.setenv("FUZHI_BASE_URL", address)
    assert Settings.from_environment().base_url == address


@pytest.mark.parametrize("address", ["data.example.org", "ftp://data.example.org/", "https://", "https://a.org/?x=1"])
def test_what_is_no_address_is_refused(monkeypatch, address):
    monkeypatch.setenv("FUZHI_BASE_URL", address)
    with pytest.raises(UserError, match="FUZHI_BASE_URL is no address"):
        Settings.from_environment()


def test_the_engine_is_duckdb_unless_it_is_named(monkeypatch):
    monkeypatch.delenv("FUZHI_ENGINE", raising=False)
    assert Settings.from_environment().engine == "duckdb"
    monkeypatch.setenv("FUZHI_ENGINE", "spark")
    assert Settings.from_environment().engine == "spark"
    monkeypatch.setenv("FUZHI_ENGINE", "Spark")
    with pytest.raises(UserError, match="FUZHI_ENGINE is none of duckdb, spark"):
        Settings.from_environment()


def test_a_place_on_object_storage_has_a_mirror_and_children_are_told_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FUZHI_PROJECT", str(tmp_path))
    monkeypatch.setenv("FUZHI_MIRRORS", str(tmp_path / "mirrors"))
    monkeypatch.setenv("FUZHI_INBOX", f"file://{tmp_path}/forms")
    monkeypatch.setenv("FUZHI_WORKSPACE", "S3://bucket/work/")
    for name in ("FUZHI_PUBLISHED", "FUZHI_INBOX_URL", "FUZHI_WORKSPACE_URL", "FUZHI_PUBLISHED_URL"):
        monkeypatch.setenv(name, "")
    settings = Settings.from_environment()
    assert settings.urls == {"workspace": "s3://bucket/work"}
    assert settings.inbox == tmp_path / "forms"
    assert settings.published == tmp_path / "published"
    assert settings.workspace.parent.parent == tmp_path / "mirrors"
    settings.to_environment()
    assert Settings.from_environment() == settings
    assert Settings.from_environment().placed(workspace=str(tmp_path / "here")).urls == {}
