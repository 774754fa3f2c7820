"""Retention: everything is kept unless a number is set; what is cited and what is latest never goes."""

from __future__ import annotations

import hashlib
import json
import shutil

import pytest

from orchestration.errors import UserError
from orchestration.release import ReleaseError, release, write_index
from orchestration.release.retention import Retention, read_retention, retain
from tests.release.marts import CREATED, FILES, PROJECT, SCENES, VALIDATION, scenes, write_mart


@pytest.fixture(scope="module")
def five_versions(tmp_path_factory):
    """A folder with 1.0.0 to 1.4.0 of scene_items."""
    folder = tmp_path_factory.mktemp("five")
    for count in range(1, 6):
        mart = write_mart(folder / "mart.parquet", SCENES, scenes(count))
        release(SCENES, mart, VALIDATION, folder / "published", created=CREATED)
    return folder / "published"


@pytest.fixture
def published(five_versions, tmp_path):
    return shutil.copytree(five_versions, tmp_path / "published")


def versions(published):
    return sorted(path.name for path in (published / "scene_items").iterdir() if path.is_dir())


def test_by_default_everything_is_kept(published):
    assert read_retention(PROJECT / "schemas") == Retention(None, {})
    assert retain(published, "scene_items", Retention()) == []
    assert versions(published) == ["1.0.0", "1.1.0", "1.2.0", "1.3.0", "1.4.0"]
    assert not (published / "scene_items" / "removed.json").exists()


def test_older_versions_go_but_for_the_cited_ones_and_the_index_remembers_them(published):
    folder = published / "scene_items" / "1.2.0"
    hashes = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    gone = retain(published, "scene_items", Retention(2, {"scene_items": ["1.1.0"], "new_products": ["9.9.9"]}))
    assert (gone, versions(published)) == (["1.0.0", "1.2.0"], ["1.1.0", "1.3.0", "1.4.0"])
    write_index(published)
    (entry,) = json.loads((published / "index.json").read_text("utf-8"))["datasets"]
    assert (entry["version"], [one["version"] for one in entry["removed"]]) == ("1.4.0", ["1.0.0", "1.2.0"])
    told = entry["removed"][1]
    assert (told["created"], told["removed"]) == ("2024-03-05", True)
    assert [file["name"] for file in told["files"]] == FILES
    assert {file["name"]: file["sha256"] for file in told["files"]} == hashes
    assert list((published / ".staging").rglob("1.*")) == []


def test_what_was_removed_earlier_stays_in_the_list(published):
    retain(published, "scene_items", Retention(4))
    retain(published, "scene_items", Retention(3))
    assert retain(published, "scene_items", Retention(3)) == []
    told = json.loads((published / "scene_items" / "removed.json").read_text("utf-8"))
    assert [one["version"] for one in told] == ["1.0.0", "1.1.0"]


def test_the_latest_stays_even_where_the_pointer_was_set_back(published):
    pointer = json.loads((published / "scene_items" / "latest.json").read_text("utf-8"))
    (published / "scene_items" / "latest.json").write_text(json.dumps({**pointer, "version": "1.0.0"}), "utf-8")
    assert retain(published, "scene_items", Retention(1)) == ["1.1.0", "1.2.0", "1.3.0"]


def test_a_cited_version_that_is_not_there_stops_the_removal(published):
    with pytest.raises(
        ReleaseError, match=r"^scene_items: release.yaml says that 1.9.0 is cited, but there is no such"
    ):
        retain(published, "scene_items", Retention(1, {"scene_items": ["1.9.0"]}))
    assert len(versions(published)) == 5


def test_the_next_release_after_a_removal_goes_on_from_the_last(published, tmp_path):
    retain(published, "scene_items", Retention(1))
    mart = write_mart(tmp_path / "mart.parquet", SCENES, scenes(6))
    assert release(SCENES, mart, VALIDATION, published, created=CREATED).version == "1.5.0"


@pytest.mark.parametrize("stop_at", ["record", "rename", "discard"])
def test_killed_while_it_removes_the_next_run_ends_the_same(published, tmp_path, monkeypatch, stop_at):
    from orchestration.release import retention, writing

    undisturbed = shutil.copytree(published, tmp_path / "undisturbed")
    retain(undisturbed, "scene_items", Retention(2))
    names = {"record": ("swap_json", writing), "rename": ("remove_release", writing), "discard": ("discard", writing)}
    name, module = names[stop_at]

    def die(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(module, name, die)
        with pytest.raises(KeyboardInterrupt):
            retention.retain(published, "scene_items", Retention(2))
    for folder in (published / "scene_items").glob("*/"):
        assert len(list(folder.iterdir())) == len(FILES), "no half of a version is in sight"
    writing.settle(published, "scene_items")
    retain(published, "scene_items", Retention(2))
    assert tree(published) == tree(undisturbed)


def tree(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("keep: 0", "keep is 0, which is neither all nor a whole number above 0"),
        ("keep: true", "keep is True, which is neither"),
        ("keep: some", "keep is 'some', which is neither"),
        ("kept: 3", "unknown setting kept; the settings are keep, cited"),
        ("cited: [1.0.0]", "cited is no mapping of datasets to versions"),
        ("cited: {scene_items: 1.0.0}", "cited, scene_items: '1.0.0' is no list of versions"),
        ("cited: {scene_items: [1.0]}", "cited, scene_items: 1.0 is no list of versions"),
        ("- keep", "is not a mapping of settings"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_refused(tmp_path, text, reason):
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "release.yaml").write_text(text, "utf-8")
    with pytest.raises(UserError, match=rf"^release.yaml: {reason}"):
        read_retention(tmp_path)


def test_a_number_and_cited_versions_are_read(tmp_path):
    assert read_retention(tmp_path) == Retention()
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "release.yaml").write_text("keep: 12\ncited: {new_products: [1.0.0, 2.3.0]}\n", "utf-8")
    assert read_retention(tmp_path) == Retention(12, {"new_products": ["1.0.0", "2.3.0"]})
