"""dbt in this process: its manifest is whole for whoever loads it, also while another process parses."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from orchestration.running.dbt import load_manifest
from orchestration.settings import PROJECT, Settings

LOAD = """
import sys
from pathlib import Path
from orchestration.running.dbt import load_manifest
from orchestration.settings import PROJECT, Settings
workspace = Path(sys.argv[1])
print("loading", flush=True)
print(len(load_manifest(Settings(PROJECT, workspace / "inbox", workspace, workspace / "published"))["nodes"]))
"""


def test_who_loads_the_manifest_waits_for_the_process_that_parses(tmp_path: Path) -> None:
    settings = Settings(PROJECT, tmp_path / "inbox", tmp_path, tmp_path / "published")
    nodes = len(load_manifest(settings)["nodes"])
    manifest = tmp_path / "dbt" / "manifest.json"
    whole = manifest.read_bytes()
    with (tmp_path / "dbt" / "manifest.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        manifest.write_bytes(whole[: len(whole) // 2])
        command = [sys.executable, "-c", LOAD, str(tmp_path)]
        other = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert other.stdout is not None
        assert other.stdout.readline() == "loading\n"
        time.sleep(0.5)
        manifest.write_bytes(whole)
    assert other.communicate() == (f"{nodes}\n", "")


def test_a_manifest_that_was_left_half_written_is_not_read(tmp_path: Path) -> None:
    settings = Settings(PROJECT, tmp_path / "inbox", tmp_path, tmp_path / "published")
    nodes = load_manifest(settings)["nodes"].keys()
    # What a killed parse leaves: half a manifest, and nothing that vouches for it.
    (tmp_path / "dbt" / "manifest.source").unlink()
    (tmp_path / "dbt" / "manifest.json").write_text('{"nodes": {', "utf-8")
    assert load_manifest(settings)["nodes"].keys() == nodes


def test_a_new_workspace_begins_with_what_was_prepared(tmp_path: Path) -> None:
    project = tmp_path / "project"
    for name in ("dbt_project", "schemas"):
        shutil.copytree(PROJECT / name, project / name, ignore=shutil.ignore_patterns("target", "logs"))
    fuzhi = Path(sys.executable).with_name("fuzhi")
    environment = {**os.environ, "FUZHI_PROJECT": str(project)}
    subprocess.run([fuzhi, "prepare"], env=environment, timeout=120, check=True)
    for name in ("one", "an other's {folder}"):
        settings = Settings(project, tmp_path / "inbox", tmp_path / name, tmp_path / "published")
        assert "model.fuzhi.new_products" in load_manifest(settings)["nodes"]
        assert json.loads((settings.workspace / "dbt" / "perf_info.json").read_bytes())["parsed_path_count"] == 0
