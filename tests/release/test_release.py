"""A release from end to end: what lies where, when there is a new version, and that bytes repeat."""

from __future__ import annotations

import datetime
import filecmp
import hashlib
import json
from dataclasses import replace

import pyarrow.parquet as pq
import pytest

from orchestration.release import MartError, ReleaseError, release, write_catalogs, write_index
from orchestration.release.source import submissions_source
from orchestration.release.versions import Reason
from tests.release.marts import (
    CONTRACTS,
    CREATED,
    FILES,
    SCENES,
    VALIDATION,
    awkward_scenes,
    factory,
    scene,
    scenes,
    with_threads,
    write_mart,
)

LATER = datetime.date(2024, 9, 30)


def publish(tmp_path, rows, contract=SCENES, into="published", **options):
    mart = write_mart(tmp_path / "mart.parquet", contract, rows)
    return release(contract, mart, VALIDATION, tmp_path / into, **{"created": CREATED, **options})


def tree(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_a_first_release_is_1_0_0_with_all_its_files(tmp_path):
    outcome = publish(tmp_path, scenes(7))
    assert (outcome.dataset, outcome.version, outcome.rows, outcome.new) == ("scene_items", "1.0.0", 7, True)
    assert outcome.folder == tmp_path / "published" / "scene_items" / "1.0.0"
    assert sorted(path.name for path in outcome.folder.iterdir()) == FILES
    assert (outcome.folder / "validation.json").read_bytes() == VALIDATION
    assert list((tmp_path / "published" / ".staging").iterdir()) == []


def test_latest_json_names_the_version_and_the_hash_of_every_file(tmp_path):
    folder = publish(tmp_path, scenes(7), sample=True).folder
    latest = json.loads((folder.parent / "latest.json").read_text("utf-8"))
    files = latest.pop("files")
    assert latest == {
        "name": "scene_items",
        "title": "场景供需项目（样例数据）",
        "title_en": "Scene supply and demand items (sample data)",
        "version": "1.0.0",
        "created": "2024-03-05",
        "rows": 7,
        "sample": True,
        "path": "1.0.0",
    }
    assert [file["name"] for file in files] == FILES
    for file in files:
        content = (folder / file["name"]).read_bytes()
        assert (file["bytes"], file["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())


def test_datapackage_json_has_size_and_hash_of_its_resources(tmp_path):
    folder = publish(tmp_path, scenes(7)).folder
    for resource in json.loads((folder / "datapackage.json").read_text("utf-8"))["resources"]:
        content = (folder / resource["path"]).read_bytes()
        assert resource["hash"] == "sha256:" + hashlib.sha256(content).hexdigest()
        assert resource.get("bytes") == (None if resource["format"] == "parquet" else len(content))


def test_released_files_and_folders_are_read_only(tmp_path):
    folder = publish(tmp_path, scenes(3)).folder
    assert folder.stat().st_mode & 0o777 == 0o555
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o444}


def test_nothing_changed_is_no_release(tmp_path):
    first = publish(tmp_path, scenes(7))
    before = tree(tmp_path / "published")
    again = publish(tmp_path, scenes(7), created=LATER)
    assert (again.new, again.version, again.folder, again.rows) == (False, "1.0.0", first.folder, 7)
    assert tree(tmp_path / "published") == before


def test_another_verdict_of_the_gate_alone_is_no_release(tmp_path):
    publish(tmp_path, scenes(7))
    mart = tmp_path / "mart.parquet"
    assert not release(SCENES, mart, b'{"success": true, "n": 2}\n', tmp_path / "published", created=LATER).new


def test_each_kind_of_change_gives_its_version(tmp_path):
    rows = scenes(5)
    corrected = [*rows[:2], scene(3, scene_name="更正的名称"), *rows[3:]]
    grown = [*corrected, scene(6), scene(7)]
    shrunk = grown[1:]
    contract = replace(SCENES, title="场景供需项目清单")
    given = [(rows, SCENES), (corrected, SCENES), (grown, SCENES), (shrunk, SCENES), (shrunk, contract)]
    outcomes = [publish(tmp_path, each, contract=one) for each, one in given]
    assert [(o.version, o.reasons) for o in outcomes] == [
        ("1.0.0", ()),
        ("1.0.1", (Reason("patch", "values_changed", "1"),)),
        ("1.1.0", (Reason("minor", "rows_added", "2"),)),
        ("1.1.1", (Reason("patch", "rows_removed", "1"),)),
        ("1.1.2", (Reason("patch", "metadata_changed"),)),
    ]
    home = tmp_path / "published" / "scene_items"
    assert sorted(p.name for p in home.iterdir()) == ["1.0.0", "1.0.1", "1.1.0", "1.1.1", "1.1.2", "latest.json"]
    change = json.loads((home / "1.1.0" / "datapackage.json").read_text("utf-8"))["change"]
    assert (change["previous"], change["reasons"]) == (
        "1.0.1",
        [{"level": "minor", "code": "rows_added", "subject": "2"}],
    )


def test_a_column_that_goes_is_major_and_one_that_comes_minor(tmp_path):
    without = replace(SCENES, fields=tuple(f for f in SCENES.fields if f.name != "investment"))
    publish(tmp_path, scenes(5))
    gone = publish(tmp_path, scenes(5), contract=without)
    back = publish(tmp_path, scenes(5))
    assert (gone.version, gone.reasons[0]) == ("2.0.0", Reason("major", "column_removed", "investment"))
    assert (back.version, back.reasons[0]) == ("2.1.0", Reason("minor", "column_added", "investment"))


def test_versions_are_compared_as_numbers(tmp_path):
    for count in range(1, 13):
        outcome = publish(tmp_path, scenes(count))
    assert outcome.version == "1.11.0"
    assert publish(tmp_path, scenes(13)).version == "1.12.0"
    assert len(list((tmp_path / "published" / "scene_items").iterdir())) == 14


def test_same_input_same_bytes_in_two_folders(tmp_path):
    for into in ("one", "two"):
        publish(tmp_path, awkward_scenes(), into=into, sample=True, sources=[submissions_source(["2024-01"])])
        publish(tmp_path, [*awkward_scenes(), scene(900)], into=into, sample=True, created=LATER)
        publish(tmp_path, [factory(1)], contract=CONTRACTS["morning_star_factories"], into=into)
        write_index(tmp_path / into)
        write_catalogs(tmp_path / into)
    assert tree(tmp_path / "one") == tree(tmp_path / "two")
    assert len(tree(tmp_path / "one")) == 3 * len(FILES) + 2 + 3
    assert filecmp.dircmp(tmp_path / "one", tmp_path / "two").diff_files == []


def test_any_number_of_threads_gives_the_same_bytes(tmp_path):
    # More rows than DuckDB writes or reads at a time, out of order.
    rows = [{"id": f"{n:06d}", "field": str(n % 97), "round": "2024-01"} for n in range(140_000, 0, -1)]
    later = [row if n % 7 else {**row, "field": None} for n, row in enumerate(rows) if n % 1000]
    for threads in (1, 4):
        # Workbooks of so many rows are made of the same rows by a thread of their own (test_several_workbooks.py).
        few = {"workbook_rows": 1, "workbooks": 1, "into": str(threads)}
        with with_threads(threads):
            assert publish(tmp_path, rows, **few).version == "1.0.0"
            assert publish(tmp_path, later, **few).version == "1.0.1"
    assert tree(tmp_path / "1") == tree(tmp_path / "4")


def test_above_the_row_limit_there_is_no_workbook_and_the_readme_says_so(tmp_path):
    folder = publish(tmp_path, scenes(7), workbook_rows=6, workbooks=1).folder
    assert sorted(path.name for path in folder.iterdir()) == [name for name in FILES if not name.endswith("xlsx")]
    readme = (folder / "README.md").read_text("utf-8")
    assert "本版共7行，超过工作簿6行的上限，因此不提供xlsx，请使用Parquet或CSV。" in readme
    assert "This version has 7 rows, more than the 6 that a workbook is made for" in readme
    assert "scene_items.xlsx" not in readme
    resources = json.loads((folder / "datapackage.json").read_text("utf-8"))["resources"]
    assert [resource["format"] for resource in resources] == ["parquet", "csv", "json", "xml", "csv"]
    assert (publish(tmp_path, scenes(7), workbook_rows=7).folder / "scene_items.xlsx").exists()


def test_the_readme_explains_the_package_in_both_languages(tmp_path):
    readme = (publish(tmp_path, scenes(1234), sample=True).folder / "README.md").read_text("utf-8")
    assert readme.startswith(
        "# 场景供需项目（样例数据）\n\nScene supply and demand items (sample data)\n\n---\n\n> **样例数据"
    )
    assert readme.count("样例数据：全部内容由程序虚构") == 1 and readme.count("Sample data: all of it was made up") == 1
    for line in (
        "| 版本 | 1.0.0 |",
        "| 日期 | 2024年3月5日 |",
        "| Date | 5 March 2024 |",
        "| 行数 | 1,234 |",
        "| Rows | 1,234 |",
        "| 许可 | 知识共享 署名 4.0 国际（CC BY 4.0） |",
        "| Licence | Creative Commons Attribution 4.0 International |",
        "| `investment` | 投资额 | 数值 | 万元 | 计划投资额，单位万元。 |",
        "| `investment` | 投资额 Investment | number | 万元 | Planned investment in units of 10 000 yuan. |",
        "| `side` | 方向 | 文本，必填 |  | 场景需求或场景供给。取值：需求、供给。 |",
        "- 有效期至不应早于发布日期。",
        "- The last day of validity must not lie before the day of publication.",
        "SELECT * FROM 'scene_items.parquet';",
        'table <- arrow::read_parquet("scene_items.parquet")',
    ):
        assert f"{line}\n" in readme
    assert "\n\n\n" not in readme and "$" not in readme


def test_the_readme_of_true_data_has_no_made_up_notice(tmp_path):
    readme = (publish(tmp_path, scenes(3)).folder / "README.md").read_text("utf-8")
    assert "样例" not in readme and "ample data" not in readme


@pytest.mark.parametrize("language", [0, 1])
def test_the_python_of_the_readme_runs_and_reads_the_table(tmp_path, monkeypatch, language):
    folder = publish(tmp_path, [scene(1, field="0012", chain="NA"), scene(2, field=None)]).folder
    blocks = (folder / "README.md").read_text("utf-8").split("```python\n")[1:]
    pandas_block, frictionless_block = (block.split("```")[0] for block in blocks[2 * language : 2 * language + 2])
    monkeypatch.chdir(folder)
    found: dict[str, object] = {}
    exec(pandas_block, found)
    assert found["table"]["field"].iloc[0] == "0012"
    assert found["table"]["chain"].iloc[0] == "NA"
    assert found["table"]["field"].isna().tolist() == [False, True]
    exec(frictionless_block.replace("print(", "valid = ("), found)
    assert found["valid"] is True
    assert [row["field"] for row in found["rows"]] == ["0012", None]


def test_a_refused_mart_leaves_the_last_release_standing(tmp_path):
    publish(tmp_path, scenes(3))
    before = tree(tmp_path / "published" / "scene_items")
    with pytest.raises(MartError):
        publish(tmp_path, [scene(1), scene(1)])
    assert tree(tmp_path / "published" / "scene_items") == before
    assert publish(tmp_path, scenes(4)).version == "1.1.0"
    assert list((tmp_path / "published" / ".staging").iterdir()) == []


def test_a_lost_pointer_removes_no_releases(tmp_path):
    for count in (1, 2, 3):
        publish(tmp_path, scenes(count))
    home = tmp_path / "published" / "scene_items"
    (home / "latest.json").unlink()
    with pytest.raises(
        ReleaseError, match=r"scene_items: 1\.0\.0, 1\.1\.0, 1\.2\.0 are released, but latest\.json names"
    ):
        publish(tmp_path, scenes(4))
    assert sorted(path.name for path in home.iterdir()) == ["1.0.0", "1.1.0", "1.2.0"]


def test_a_lost_release_is_named(tmp_path):
    outcome = publish(tmp_path, scenes(1))
    outcome.folder.chmod(0o755)
    outcome.folder.rename(tmp_path / "elsewhere")
    with pytest.raises(ReleaseError, match=r"latest\.json names 1\.0\.0, but there is no such release"):
        publish(tmp_path, scenes(2))


def test_the_index_lists_every_dataset_with_its_files(tmp_path):
    publish(tmp_path, scenes(3), sample=True)
    publish(tmp_path, scenes(4), sample=True, created=LATER, workbook_rows=3, workbooks=1)
    publish(tmp_path, [factory(1)], contract=CONTRACTS["morning_star_factories"])
    published = tmp_path / "published"
    assert write_index(published) == 2
    index = json.loads((published / "index.json").read_text("utf-8"))
    assert [one["name"] for one in index["datasets"]] == ["morning_star_factories", "scene_items"]
    scene_items = index["datasets"][1]
    formats = scene_items.pop("formats")
    assert scene_items == {
        "name": "scene_items",
        "title": "场景供需项目（样例数据）",
        "title_en": "Scene supply and demand items (sample data)",
        "version": "1.1.0",
        "created": "2024-09-30",
        "rows": 4,
        "sample": True,
        "path": "scene_items/1.1.0",
    }
    assert [one["format"] for one in formats] == ["parquet", "csv", "json", "xml"]
    for one in formats:
        content = (published / one["path"]).read_bytes()
        assert (one["bytes"], one["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())


def test_an_index_of_nothing_is_empty(tmp_path):
    assert write_index(tmp_path / "published") == 0
    assert (tmp_path / "published" / "index.json").read_text("utf-8") == '{\n  "datasets": []\n}\n'


def test_the_parquet_released_is_the_mart(tmp_path):
    outcome = publish(tmp_path, scenes(9))
    assert (outcome.folder / "scene_items.parquet").read_bytes() == (tmp_path / "mart.parquet").read_bytes()
    assert pq.read_metadata(outcome.folder / "scene_items.parquet").num_rows == 9
