"""Verifying folders: what is well is well, and each planted fault is named where it is."""

from __future__ import annotations

import csv
import json
import os
import shutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.errors import UserError
from orchestration.release.sums import SUMS
from orchestration.verifying import verify
from orchestration.verifying.findings import wording
from orchestration.verifying.telling import tell, to_json
from tests.release.marts import FILES
from tests.verifying.publications import KEY, OTHER, copied, edit, publish, sum_again

SIGNATURE = f"{SUMS}.minisig"
LATEST = "scene_items/1.1.0"
COMMENT = "dataset=scene_items version=1.1.0 date=2024-09-30"
BESIDE = ("key_beside", "fuzhi.pub")


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    return publish(tmp_path_factory.mktemp("original"))


@pytest.fixture
def published(original, tmp_path):
    return copied(original, tmp_path / "published")


@pytest.fixture(scope="module")
def flipped(original, tmp_path_factory):
    return copied(original, tmp_path_factory.mktemp("flipped") / "published")


def found(report):
    return sorted((one.code, one.where) for one in report.findings)


def errors(target, key=KEY.public.text):
    report = verify(str(target), key)
    wrong = sorted((one.code, one.where) for one in report.findings if one.severity == "error")
    assert report.ok == (not wrong)
    return wrong


def test_what_was_published_is_well_with_the_key_given(original):
    report = verify(str(original), KEY.public.text)
    assert (report.ok, report.kind, found(report)) == (True, "published", [])
    assert [(one.where, one.signature, one.identity.version) for one in report.versions] == [
        ("morning_star_factories/1.0.0", "given", "1.0.0"),
        ("scene_items/1.0.0", "given", "1.0.0"),
        ("scene_items/1.1.0", "given", "1.1.0"),
    ]
    # And its lineage, and the signature.
    assert len(report.versions[1].files) == len(FILES) + 2


def test_a_key_may_be_given_as_its_file(original):
    assert verify(str(original), str(original / "fuzhi.pub")).versions[0].signature == "given"


def test_the_key_that_lies_beside_the_data_is_said_to_be_weaker(original):
    report = verify(str(original))
    assert (report.ok, found(report)) == (True, [BESIDE])
    assert {one.signature for one in report.versions} == {"beside"}


def test_a_dataset_is_verified_at_its_latest_version_with_the_key_above_it(original):
    report = verify(str(original / "scene_items"))
    assert (report.kind, found(report)) == ("dataset", [BESIDE])
    assert [(one.where, one.signature) for one in report.versions] == [("1.1.0", "beside")]


def test_a_version_is_verified_by_itself_wherever_it_lies(original, tmp_path):
    report = verify(str(original / "scene_items" / "1.0.0"))
    assert (report.kind, found(report)) == ("version", [BESIDE])
    alone = copied(original / "scene_items" / "1.0.0", tmp_path / "a" / "b" / "downloaded")
    report = verify(str(alone))
    assert (report.ok, found(report)) == (True, [("signature_unchecked", SIGNATURE)])
    assert errors(alone) == []


def test_data_without_signatures_is_well_but_said_to_be_unsigned(tmp_path):
    published = publish(tmp_path, key=None)
    report = verify(str(published))
    wheres = ["morning_star_factories/1.0.0", "scene_items/1.0.0", "scene_items/1.1.0"]
    assert (report.ok, found(report)) == (True, [("unsigned", where) for where in wheres])
    assert errors(published) == [("signature_missing", where) for where in wheres]


@pytest.mark.parametrize("name", ["scene_items.csv", "scene_items.parquet", "README.md", "lineage.json"])
def test_a_changed_byte_is_found(published, name):
    path = published / LATEST / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert errors(published) == [("changed", f"{LATEST}/{name}")]


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_changed_byte_of_any_file_is_found(flipped, data):
    path = data.draw(st.sampled_from(sorted((flipped / LATEST).iterdir())))
    content = path.read_bytes()
    at = data.draw(st.integers(0, len(content) - 1))
    try:
        path.write_bytes(content[:at] + bytes([content[at] ^ data.draw(st.integers(1, 255))]) + content[at + 1 :])
        assert errors(flipped / "scene_items") != []
    finally:
        path.write_bytes(content)
    assert errors(flipped / "scene_items") == []


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_found(published, name):
    (published / LATEST / name).unlink()
    assert ("missing", f"{LATEST}/{name}") in errors(published)


def test_a_missing_file_is_one_finding(published):
    (published / LATEST / "scene_items.xlsx").unlink()
    assert errors(published) == [("missing", f"{LATEST}/scene_items.xlsx")]


def test_a_file_too_many_is_found(published):
    (published / LATEST / "extra.csv").write_text("x", "utf-8")
    assert errors(published) == [("surplus", f"{LATEST}/extra.csv")]


def test_a_cut_file_is_said_to_be_cut_with_its_sizes(published):
    path = published / LATEST / "scene_items.csv"
    whole = path.stat().st_size
    path.write_bytes(path.read_bytes()[:100])
    assert errors(published) == [("cut", f"{LATEST}/scene_items.csv")]
    facts = dict(verify(str(published)).findings[0].facts)
    assert facts == {"bytes": "100", "expected": str(whole)}


def test_a_signature_by_another_key_is_not_believed(published):
    sum_again(published / LATEST, OTHER, COMMENT)
    assert errors(published) == [("signature_other_key", f"{LATEST}/{SIGNATURE}")]
    assert ("signature_other_key", f"{LATEST}/{SIGNATURE}") in errors(published, key=None)


def test_sums_brought_in_line_with_a_change_are_not_what_was_signed(published):
    with (published / LATEST / "scene_items.csv").open("a", encoding="utf-8") as file:
        file.write("x")
    sum_again(published / LATEST)
    wrong = errors(published)
    assert ("signature_wrong", f"{LATEST}/{SIGNATURE}") in wrong
    # The descriptions were not brought in line, and tables of a stranger are not opened.
    assert ("resource_differs", f"{LATEST}/scene_items.csv") in wrong
    assert not [code for code, _ in wrong if code in ("rows_differ", "table_unreadable")]


def test_a_signature_of_another_version_is_found(published):
    version = published / LATEST
    sum_again(version, KEY, COMMENT.replace("1.1.0", "1.0.0"))
    assert ("signature_of_other_release", f"{LATEST}/{SIGNATURE}") in errors(published)


def test_a_signature_that_is_none_is_found(published):
    (published / LATEST / SIGNATURE).write_text("nothing", "utf-8")
    assert ("signature_malformed", f"{LATEST}/{SIGNATURE}") in errors(published)


def test_a_removed_signature_is_found_even_without_a_key(published):
    (published / LATEST / SIGNATURE).unlink()
    assert errors(published, key=None) == [("pointer_differs", "scene_items/latest.json")]


def test_an_older_version_passed_off_as_a_newer_one_is_found(published):
    shutil.rmtree(published / LATEST)
    shutil.copytree(published / "scene_items" / "1.0.0", published / LATEST)
    wrong = errors(published)
    assert ("release_differs", f"{LATEST}/datapackage.json") in wrong
    assert errors(published / LATEST) == [("release_differs", "datapackage.json")]


def test_a_pointer_to_a_missing_version_is_found(published):
    shutil.rmtree(published / LATEST)
    assert errors(published) == [("pointer_dangling", "scene_items/latest.json")]


def test_a_pointer_set_back_is_found(published):
    home = published / "scene_items"
    edit(home / "latest.json", version="1.0.0", path="1.0.0")
    assert {("pointer_behind", "scene_items/latest.json"), ("index_differs", "index.json")} < set(errors(published))


def test_a_missing_pointer_is_found(published):
    (published / "scene_items" / "latest.json").unlink()
    assert errors(published) == [("missing", "scene_items/latest.json")]


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{", b"\xff", b"[" * 100_000, b'{"name": "../x", "version": "1.0.0"}', b"null"]
)
@pytest.mark.parametrize("place", ["index.json", "scene_items/latest.json"])
def test_json_that_is_none_is_found(published, place, content):
    (published / place).write_bytes(content)
    assert ("json_malformed", place) in errors(published)


@pytest.mark.parametrize("name", ["datapackage.json", "lineage.json"])
def test_descriptions_that_say_nothing_are_found_though_their_sums_hold(published, name):
    (published / LATEST / name).write_text("{}", "utf-8")
    sum_again(published / LATEST, KEY, COMMENT)
    assert ("json_malformed", f"{LATEST}/{name}") in errors(published)


def test_a_release_without_lineage_is_found(published):
    (published / LATEST / "lineage.json").unlink()
    sum_again(published / LATEST, KEY, COMMENT)
    assert ("lineage_missing", LATEST) in errors(published)


def test_wrong_hashes_and_sizes_in_the_descriptor_are_found(published):
    path = published / LATEST / "datapackage.json"
    resources = json.loads(path.read_text("utf-8"))["resources"]
    resources[1] |= {"bytes": 1, "hash": "sha256:" + "0" * 64}
    edit(path, resources=resources)
    sum_again(published / LATEST, KEY, COMMENT)
    report = verify(str(published / LATEST), KEY.public.text)
    assert [(one.code, one.where, one.facts) for one in report.findings] == [
        ("resource_differs", "scene_items.csv", (("part", "hash"),)),
        ("resource_differs", "scene_items.csv", (("part", "bytes"),)),
    ]


def test_wrong_numbers_of_rows_are_found(published):
    edit(published / "scene_items" / "latest.json", rows=8)
    assert set(errors(published)) == {
        ("index_differs", "index.json"),
        ("rows_differ", f"{LATEST}/scene_items.csv"),
        ("rows_differ", f"{LATEST}/scene_items.parquet"),
    }
    edit(published / "scene_items" / "1.0.0" / "lineage.json", rows={"published": 6})
    sum_again(published / "scene_items" / "1.0.0", KEY, COMMENT.replace("1.1.0", "1.0.0").replace("09-30", "03-05"))
    report = verify(str(published / "scene_items" / "1.0.0"), KEY.public.text)
    assert [one.facts for one in report.findings] == [(("rows", "5"), ("by", "lineage.json"), ("expected", "6"))] * 2


def test_rows_of_a_csv_are_records_not_lines(published):
    version = published / LATEST
    with (version / "scene_items.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    with (version / "scene_items.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(
            [rows[0], *([row[0], "a\nb\n\nc", *row[2:]] for row in rows[1:])]
        )
    sum_again(version, KEY, COMMENT)
    assert ("rows_differ", f"{LATEST}/scene_items.csv") not in errors(published)


def test_tables_that_are_none_are_found(published):
    version = published / LATEST
    for name in ("scene_items.csv", "scene_items.parquet"):
        (version / name).write_bytes(b"PAR1 is this\xff not")
    sum_again(version, KEY, COMMENT)
    assert {("table_unreadable", f"{LATEST}/scene_items.{one}") for one in ("csv", "parquet")} < set(errors(published))


@pytest.mark.parametrize(
    "line",
    [
        f"{'0' * 64}  ../latest.json",
        f"{'0' * 64}  /etc/passwd",
        f"{'0' * 64}  a/b",
        f"{'0' * 64}  ..",
        f"{'0' * 64}  .hidden",
        f"{'0' * 64}  a\\b",
        f"{'0' * 64}  scene_items.csv",
        f"{'0' * 64}  {SUMS}",
        f"{'0' * 64} *x",
        f"{'0' * 64}  x\r",
        f"{'0' * 63}  x",
        f"{'A' * 64}  x",
        "\\" + f"{'0' * 64}  x",
        f"{'0' * 64}  数据.csv",
        "",
    ],
)
def test_lines_of_the_sums_that_lead_elsewhere_are_refused(published, line):
    version = published / LATEST
    lines = (version / SUMS).read_text("utf-8").splitlines()
    (version / SUMS).write_bytes("".join(f"{one}\n" for one in [*lines, line]).encode())
    report = verify(str(version), KEY.public.text)
    assert [(one.code, one.where, one.facts) for one in report.findings] == [
        ("sums_malformed", SUMS, (("line", str(len(lines) + 1)),))
    ]


def test_sums_of_far_too_many_files_are_refused(published):
    lines = "".join(f"{'0' * 64}  x{number}\n" for number in range(1001))
    (published / LATEST / SUMS).write_text(lines, "utf-8")
    assert errors(published / LATEST) == [("sums_malformed", SUMS)]


@pytest.mark.parametrize("content", [b"", b"\n", b"x", b"\x00" * 100])
def test_sums_of_nothing_are_refused(published, content):
    (published / LATEST / SUMS).write_bytes(content)
    assert errors(published / LATEST) == [("sums_malformed", SUMS)]


def test_links_are_never_followed(published, tmp_path):
    secret = tmp_path / "secret.csv"
    version = published / LATEST
    (version / "scene_items.csv").rename(secret)
    (version / "scene_items.csv").symlink_to(secret)
    (version / "further").symlink_to(tmp_path)
    (version / "folder").mkdir()
    os.mkfifo(version / "pipe")
    assert errors(published) == [
        ("not_a_file", f"{LATEST}/{name}") for name in ("folder", "further", "pipe", "scene_items.csv")
    ]


def test_a_version_that_is_a_link_is_not_followed(published):
    (published / LATEST).rename(published.parent / "elsewhere")
    (published / LATEST).symlink_to(published.parent / "elsewhere")
    assert errors(published) == [("not_a_file", LATEST), ("pointer_dangling", "scene_items/latest.json")]


def test_an_index_that_differs_from_the_pointers_is_found(published):
    index = json.loads((published / "index.json").read_text("utf-8"))
    index["datasets"][1]["rows"] = 99
    edit(published / "index.json", datasets=index["datasets"][1:])
    assert errors(published) == [("dataset_unlisted", "morning_star_factories"), ("index_differs", "index.json")]


def test_a_dataset_that_the_index_names_and_nobody_has_is_found(published):
    shutil.rmtree(published / "morning_star_factories")
    assert ("missing", "morning_star_factories/latest.json") in errors(published)


def test_a_folder_without_index_is_still_verified(published):
    (published / "index.json").unlink()
    assert errors(published) == [("missing", "index.json")]


def test_a_key_other_than_the_index_names_is_found(published):
    (published / "fuzhi.pub").write_bytes(OTHER.public.file)
    assert ("key_differs", "fuzhi.pub") in errors(published)
    (published / "fuzhi.pub").write_bytes(b"no key")
    assert errors(published) == [("key_malformed", "fuzhi.pub")]


def test_a_release_that_only_the_folder_knows_of_is_found(published):
    shutil.copytree(published / LATEST, published / "scene_items" / "1.2.0")
    assert {
        ("pointer_behind", "scene_items/latest.json"),
        ("release_differs", "scene_items/1.2.0/datapackage.json"),
    } == set(errors(published))


@pytest.mark.parametrize("key", ["", "RWQ", "/nowhere/fuzhi.pub", "{published}/index.json", "{published}"])
def test_a_key_that_is_none_cannot_be_verified_with(published, key):
    with pytest.raises(UserError, match="is no public key of minisign's"):
        verify(str(published), key.format(published=published))


def test_where_there_is_nothing_to_verify_that_is_said(tmp_path):
    with pytest.raises(UserError, match="there is nothing to verify at"):
        verify(str(tmp_path))
    with pytest.raises(UserError, match="there is no folder"):
        verify(str(tmp_path / "none"))


def test_every_finding_is_told_in_both_languages_with_what_to_do(published, capsys):
    from rich.console import Console

    (published / LATEST / "scene_items.csv").write_bytes(b"x")
    (published / LATEST / "x\x1b[31m\n.csv").write_bytes(b"x")
    report = verify(str(published))
    for lang, words in (
        ("zh", ["文件不完整：应为", "请重新下载该文件。", "由随数据发布的公钥签名的版本：3个", "有2处不符"]),
        ("en", ["the file is cut: 1 of ", "Get the file again.", "lies beside the data: 3", "what is wrong: 2"]),
    ):
        console = Console(width=300, record=True)
        console.print(tell(report, lang))
        text = console.export_text()
        assert all(word in text for word in words) and "\x1b" not in text
    alone = verify(str(published / "morning_star_factories" / "1.0.0"), OTHER.public.text)
    console = Console(width=300, record=True)
    console.print(tell(alone, "en"))
    assert (
        "\n✗ SHA256SUMS.minisig\n    it is not signed by the key 0000000000000000. Check the key;"
        in console.export_text()
    )
    said = json.loads(to_json(report))
    assert (said["ok"], said["versions"], said["keys_beside"]) == (False, 3, [KEY.public.name])
    assert {one["code"] for one in said["findings"]} == {"cut", "surplus", "key_beside"}
    assert "\x1b" not in to_json(report)


def test_every_wording_is_whole():
    for entry in wording()["findings"].values():
        assert entry["severity"] in ("error", "note")
        assert all(entry[part][lang].strip() for part in ("message", "advice") for lang in ("zh", "en"))
