"""The address of what is published and the engine: taken as they are, refused where there is none such."""

from __future__ import annotations

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
