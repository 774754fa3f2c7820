"""RO-Crate 1.1: rocrate-validator accepts each package without the network, and finds what is wrong in a copy."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.standards.validators import PROGRAMS, change, copy_of, run, standard

CONTEXT = "https://w3id.org/ro/crate/1.1/context"
# The validator fetches the context; here it finds it in its cache, to which an adapter of ours gives a local file.
FILL = """
import sys
from io import BytesIO
from pathlib import Path
from requests.adapters import HTTPAdapter
from requests_cache import CachedSession
from urllib3 import HTTPResponse

class Local(HTTPAdapter):
    def send(self, request, **options):
        content = BytesIO(Path(sys.argv[2]).read_bytes())
        headers = {"Content-Type": "application/ld+json"}
        return self.build_response(request, HTTPResponse(content, headers, 200, preload_content=False))

session = CachedSession(sys.argv[1], expire_after=-1)
session.mount("https://", Local())
session.get(sys.argv[3]).raise_for_status()
"""


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    context = standard("ro-crate-1.1") / "context.jsonld"
    path = tmp_path_factory.mktemp("cache") / "http"
    if not (PROGRAMS / "python").exists():
        pytest.skip(".venv-validators is missing: make test makes it")
    subprocess.run([str(PROGRAMS / "python"), "-c", FILL, str(path), str(context), CONTEXT], check=True)
    return path


def issues(folder, cache, severity="required"):
    report = cache.parent / "report.json"
    options = ("--offline", "--cache-path", cache, "-p", "ro-crate-1.1", "-l", severity, "-f", "json", "-o", report)
    done = run("rocrate-validator", "-y", "--disable-color", "validate", *options, folder)
    found = json.loads(report.read_bytes())
    report.unlink()
    assert (done.returncode == 0) is found["passed"]
    return [one["message"] for one in found["issues"]]


def test_the_validator_accepts_every_package(package, cache):
    # The contract has no web address of its owner.
    assert issues(package, cache, "recommended") == ["The organization SHOULD have a URL."]


def test_the_validator_finds_a_missing_file_and_a_missing_licence(published, tmp_path, cache):
    folder = copy_of(published / "scene_items" / "1.0.0", tmp_path / "copy")
    (folder / "codes-cities.csv").unlink()
    change(folder / "ro-crate-metadata.json", lambda content: content["@graph"][1].pop("datePublished"))
    found = " ".join(issues(folder, cache))
    assert "does not include the Data Entity 'codes-cities.csv'" in found
    assert "datePublished" in found


def test_it_lists_every_file_that_it_can_know_of(package):
    graph = json.loads((package / "ro-crate-metadata.json").read_bytes())["@graph"]
    listed = {one["@id"] for one in graph if one["@type"] == "File"}
    present = {path.name for path in package.iterdir()}
    assert present - listed == {"ro-crate-metadata.json", "SHA256SUMS"}
    assert graph[1]["name"].endswith("（样例数据）")
    assert graph[1]["temporalCoverage"] == "2023/2024"
