"""The scripts that the site gets: ours, what they import, and the licences of that."""

from __future__ import annotations

import json
import re
import shutil

import pytest

from orchestration.catalogue.modules import OWN, modules
from orchestration.errors import UserError
from orchestration.settings import PROJECT
from orchestration.yaml_files import read_mapping


@pytest.fixture(scope="module")
def scripts():
    return modules(PROJECT)


def test_every_module_of_ours_is_there_as_it_is_written(scripts):
    for path in OWN.glob("*.js"):
        assert scripts.files[path.name] == path.read_bytes()
    assert set(scripts.paths) == {path.name for path in OWN.glob("*.js")}
    assert scripts.paths["table.js"] == f"{scripts.folder}/table.js"
    assert re.fullmatch(r"assets/script-[0-9a-f]{10}", scripts.folder)


def test_the_packages_come_with_their_licences_and_nothing_that_is_not_imported(scripts):
    vendored = [name for name in scripts.files if name.startswith("vendor/")]
    assert {name.split("/")[1] for name in vendored} == {"fzstd", "hyparquet"}
    for package in ("fzstd", "hyparquet"):
        assert b"MIT License" in scripts.files[f"vendor/{package}/LICENSE"]
    assert "vendor/fzstd/index.js" in vendored
    assert not [name for name in vendored if "node.js" in name or name.endswith((".ts", ".map", ".json"))]


def test_the_packages_are_of_the_versions_that_the_lock_file_names():
    locked = json.loads((PROJECT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    asked = json.loads((PROJECT / "package.json").read_text(encoding="utf-8"))
    for name, version in {**asked["dependencies"], **asked["devDependencies"]}.items():
        assert locked[f"node_modules/{name}"]["version"] == version
    for name, entry in locked.items():
        if name:
            assert entry["integrity"].startswith("sha512-")
            assert "resolved" not in entry
    for name in asked["dependencies"]:
        installed = json.loads((PROJECT / "node_modules" / name / "package.json").read_text(encoding="utf-8"))
        assert installed["version"] == asked["dependencies"][name]


def test_a_table_page_loads_less_than_180_kb_of_scripts(scripts):
    loaded = sum(len(content) for name, content in scripts.files.items() if name.endswith(".js"))
    assert loaded - len(scripts.files["enterprises.js"]) < 180_000


def test_no_module_makes_markup_or_code_of_text():
    for path in OWN.glob("*.js"):
        found = re.findall(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|\.style\b", path.read_text()
        )
        assert found == [], path.name


def test_every_text_is_there_in_both_languages_and_is_used(scripts):
    texts = read_mapping(OWN / "texts.yaml", "texts of the scripts")
    said = {lang: json.loads(scripts.files[f"texts-{lang}.json"]) for lang in ("zh", "en")}
    assert list(said["zh"]) == list(said["en"]) == list(texts)
    code = "\n".join(path.read_text(encoding="utf-8") for path in OWN.glob("*.js"))
    # Those of a boolean are found by its value.
    assert [name for name in texts if f"texts.{name}" not in code and f").{name}" not in code] == ["true", "false"]
    assert set(re.findall(r"\btexts\.(\w+)", code)) - {"js", "yaml", "join"} <= set(texts)
    for name, text in texts.items():
        assert sorted(re.findall(r"{\w+}", text["zh"])) == sorted(re.findall(r"{\w+}", text["en"])), name


def test_the_folder_is_named_for_what_is_in_it(scripts, tmp_path):
    assert modules(PROJECT) == scripts
    shutil.copytree(PROJECT / "node_modules" / "fzstd", tmp_path / "node_modules" / "fzstd")
    shutil.copytree(PROJECT / "node_modules" / "hyparquet", tmp_path / "node_modules" / "hyparquet")
    assert modules(tmp_path).folder == scripts.folder
    with (tmp_path / "node_modules" / "hyparquet" / "src" / "thrift.js").open("a") as file:
        file.write("\n")
    assert modules(tmp_path).folder != scripts.folder


def test_packages_that_are_not_installed_are_told(tmp_path):
    with pytest.raises(UserError, match=r"is missing: install the packages of package\.json with npm ci"):
        modules(tmp_path)
