"""Whether Spark can be started, and what becomes of its many files. What it computes: tests/pipeline/test_spark.py."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from orchestration.running import dbt, spark
from orchestration.settings import Settings

JOB = "0b7a1c1e-6f0c-4c55-9d1b-7a3f2c9d8e10"


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark, "find_spec", lambda name: name)
    monkeypatch.delenv("SPARK_REMOTE", raising=False)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    spark.check_installed.cache_clear()


def test_without_the_extra_it_is_named_before_anything_is_parsed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(spark, "find_spec", lambda name: None)
    spark.check_installed.cache_clear()
    settings = replace(Settings.from_environment(), workspace=tmp_path, engine="spark")
    with pytest.raises(spark.SparkError, match=r"needs the extra \[spark\]"):
        dbt.load_manifest(settings)


def test_without_java_it_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, installed: None) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(spark.SparkError, match="needs Java 17 or later, none was found: install openjdk-17"):
        spark.check_installed()
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(spark.SparkError, match="needs Java 17 or later, none was found: install openjdk-17"):
        spark.check_installed()


@pytest.mark.parametrize(
    ("version", "edition"), [("1.8.0_452", 8), ("11.0.27", 11), ("17.0.15", 17), ("24", 24), ("25-ea", 25)]
)
def test_a_java_that_is_too_old_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, installed: None, version: str, edition: int
) -> None:
    java = tmp_path / "Fu's Java" / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2025-04-15' >&2\n")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(java.parents[1]))
    if edition >= 17:
        spark.check_installed()
        return
    with pytest.raises(spark.SparkError, match=f"needs Java 17 or later, Java {edition} was found"):
        spark.check_installed()


def test_a_server_elsewhere_needs_no_java_here(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, installed: None
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("SPARK_REMOTE", "sc://127.0.0.1:15002")
    spark.check_installed()


def test_parts_become_one_file_in_the_order_of_their_names(tmp_path: Path) -> None:
    settings = Settings(tmp_path, tmp_path, tmp_path / "Fu's work=1", tmp_path)
    parts = settings.workspace / "spark" / "scene_items.parquet"
    parts.mkdir(parents=True)
    settings.marts.mkdir()
    for number, rows in (("00001", "range(3, 5)"), ("00000", "range(3)"), ("00010", "range(5, 5)")):
        path = parts / f"part-{number}-{JOB}-c000.zstd.parquet"
        duckdb.sql(f"select range as n, [range::varchar] as items from {rows}").write_parquet(str(path))
    (parts / "_SUCCESS").touch()
    (settings.marts / "scene_items.parquet").write_text("of an earlier run")

    spark.gather(settings, ["scene_items"])

    assert [path.name for path in settings.marts.iterdir()] == ["scene_items.parquet"]
    whole = tmp_path / "whole.parquet"
    duckdb.sql("select range as n, [range::varchar] as items from range(5)").write_parquet(
        str(whole), compression="zstd"
    )
    assert (settings.marts / "scene_items.parquet").read_bytes() == whole.read_bytes()


def test_what_two_runs_have_written_is_no_table(tmp_path: Path) -> None:
    """A Spark Connect server goes on for a run that was killed."""
    settings = Settings(tmp_path, tmp_path, tmp_path, tmp_path)
    parts = settings.workspace / "spark" / "scene_items.parquet"
    parts.mkdir(parents=True)
    settings.marts.mkdir()
    for job in (JOB, JOB.replace("0b7a", "c00a")):
        duckdb.sql("select 1 as n").write_parquet(str(parts / f"part-00000-{job}-c000.zstd.parquet"))

    with pytest.raises(spark.SparkError, match="scene_items: Spark has written it for two runs at once; run again"):
        spark.gather(settings, ["scene_items"])

    assert not any(settings.marts.iterdir())
