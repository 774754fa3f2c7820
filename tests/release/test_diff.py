"""fuzhi diff: any two released versions, by the comparison that releases are made with."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from orchestration.cli import app
from orchestration.release import ReleaseError, release
from orchestration.release.changes import Changes
from orchestration.release.diff import diff
from orchestration.release.versions import Reason, RowChanges
from tests.release.marts import CREATED, SCENES, VALIDATION, scene, scenes, write_mart

RENAMED = replace(
    SCENES, fields=tuple(replace(f, name="budget") if f.name == "investment" else f for f in SCENES.fields)
)


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """Four versions: five scenes; one corrected; two more; a column under another name."""
    folder = tmp_path_factory.mktemp("diff")
    corrected = [*scenes(4), scene(5, scene_name="\x1b[31m[bold]更正")]
    grown = [*corrected, scene(6), scene(7)]
    moved = [{**{k: v for k, v in row.items() if k != "investment"}, "budget": row["investment"]} for row in grown]
    for contract, rows in ((SCENES, scenes(5)), (SCENES, corrected), (SCENES, grown), (RENAMED, moved)):
        mart = write_mart(folder / "mart.parquet", contract, rows)
        release(contract, mart, VALIDATION, folder / "published", created=CREATED)
    return folder / "published"


def fuzhi(published, *arguments):
    return CliRunner().invoke(app, ["diff", "scene_items", *arguments, "--published", str(published)])


def test_versions_that_follow_each_other_differ_as_their_release_says(published, tmp_path):
    for before, after in (("1.0.0", "1.0.1"), ("1.0.1", "1.1.0"), ("1.1.0", "2.0.0")):
        folder = published / "scene_items" / after
        difference = diff(published, "scene_items", before, after, tmp_path / "changes.csv")
        assert (tmp_path / "changes.csv").read_bytes() == (folder / "changes.csv").read_bytes()
        told = json.loads((folder / "datapackage.json").read_text("utf-8"))["change"]
        said = json.loads(difference.to_json())
        assert {**told, **said} == {**said, **{name: told[name] for name in ("previous", "accepted")}}
        assert (said["before"], said["after"], said["same"]) == (before, after, False)


def test_any_two_versions_can_be_compared_in_either_direction(published, tmp_path):
    there = diff(published, "scene_items", "1.0.0", "1.1.0", tmp_path / "changes.csv")
    back = diff(published, "scene_items", "1.1.0", "1.0.0", tmp_path / "changes.csv")
    assert there.changes == Changes(RowChanges(added=2, changed=1), (("scene_name", 1),))
    assert back.changes == Changes(RowChanges(removed=2, changed=1), (("scene_name", 1),))
    assert back.reasons == (Reason("patch", "rows_removed", "2"), Reason("patch", "values_changed", "1"))


def test_latest_is_what_the_pointer_names_and_the_same_version_is_the_same(published, tmp_path):
    difference = diff(published, "scene_items", "2.0.0", "latest", tmp_path / "changes.csv")
    assert (difference.before, difference.after, difference.same) == ("2.0.0", "2.0.0", True)
    assert (tmp_path / "changes.csv").read_text("utf-8") == "key,kind,column,old,new\n"


def test_a_version_or_dataset_that_is_not_there_is_named(published, tmp_path):
    with pytest.raises(
        ReleaseError, match=r"^scene_items: there is no version 3.0.0; released are 1.0.0, 1.0.1, 1.1.0, "
    ):
        diff(published, "scene_items", "latest", "3.0.0", tmp_path / "changes.csv")
    with pytest.raises(ReleaseError, match=r"^robots: nothing of that name is released in "):
        diff(published, "robots", "latest", "1.0.0", tmp_path / "changes.csv")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["1.0.0", "1.0.0"], 0),
        (["1.0.0", "1.0.1"], 1),
        (["1.0.0", "1.0.1", "--csv"], 1),
        (["1.0.0", "latest", "--json"], 1),
        (["latest", "2.0.0", "--json"], 0),
        (["1.0.0", "7.0.0"], 2),
        (["1.0.0", "1.0"], 2),
        (["1.0.0", "1.0.1", "--csv", "--json"], 2),
    ],
)
def test_the_exit_code_says_whether_anything_differs(published, arguments, code):
    assert fuzhi(published, *arguments).exit_code == code


def test_the_table_shows_reasons_counts_and_lines_without_steering_the_terminal(published):
    zh, en = (fuzhi(published, "1.0.0", "1.1.0", "--lang", lang).stdout for lang in ("zh", "en"))
    for line in ("scene_items 1.0.0 → 1.1.0", "新增2行（次版本）", "更正1行中的值（修订）", "`scene_name`（场景名称）"):
        assert line in zh
    for line in ("Rows added: 2 (minor)", "Rows with corrected values: 1 (patch)", "`scene_name` (Scene name)"):
        assert line in en
    assert "␛[31m[bold]更正" in zh and "\x1b[31m" not in zh
    assert "--csv" not in zh, "all lines are shown"


def test_a_renamed_column_is_told(published):
    out = fuzhi(published, "1.1.0", "2.0.0", "--lang", "en").stdout
    assert "`investment` (Investment) looks renamed to `budget` (Investment): their values agree." in out


def test_the_csv_is_the_changes_csv_of_the_release(published):
    out = fuzhi(published, "1.0.1", "1.1.0", "--csv").stdout_bytes
    assert out == (published / "scene_items" / "1.1.0" / "changes.csv").read_bytes()
