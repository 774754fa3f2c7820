"""Taking in an inbox: each content stored and parsed once, every run ends with the same files."""

import hashlib
import multiprocessing
import os
import signal
import zipfile
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from orchestration.contracts import Contract, load_contracts
from orchestration.contracts.scopes import load_scopes
from orchestration.intake import IntakeReport, Limits, take_in
from orchestration.intake.peek import peek
from orchestration.settings import PROJECT
from tests.intake.child_work import take_in_and_die
from tests.intake.forms import write_docx, write_xlsx

HEADER = ["序号", "工厂名称", "企业名称", "统一社会信用代码", "市", "认定年度", "设备联网率(%)", "厂长"]


@pytest.fixture(scope="module")
def contracts() -> dict[str, Contract]:
    """Three registers stand for all of them."""
    core = ("morning_star_factories", "new_products", "scene_items")
    return {name: contract for name, contract in load_contracts(PROJECT / "schemas").items() if name in core}


class Office:
    """An inbox and a workspace under one folder, and the calls that the tests make."""

    def __init__(self, folder: Path, contracts: dict[str, Contract]) -> None:
        self.inbox, self.workspace, self.contracts = folder / "inbox", folder / "work", contracts
        self.inbox.mkdir()

    def put(self, name: str, content: bytes) -> Path:
        path = self.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def take_in(self, **others: Any) -> IntakeReport:
        return take_in(self.inbox, self.workspace, self.contracts, **others)

    def table(self, name: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = pq.read_table(self.workspace / "intake" / f"{name}.parquet").to_pylist()
        return rows

    def file_issues(self) -> list[dict[str, Any]]:
        """The issues that are of no sheet."""
        return [row for row in self.table("issues") if row["sheet"] is None]

    def files(self, folder: str) -> dict[str, bytes]:
        """Name and content of every file in a folder of the workspace."""
        root = self.workspace / folder
        return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


@pytest.fixture
def office(tmp_path: Path, contracts: dict[str, Contract]) -> Office:
    return Office(tmp_path, contracts)


def factories(*names: str) -> bytes:
    """A csv with one factory a row."""
    rows = [f"{n},{name},山东样例公司,91370100000000001X,济南,2024,95,张某" for n, name in enumerate(names, 1)]
    return "\n".join(["晨星工厂汇总表", ",".join(HEADER), *rows, "合计,,,,,,,", ""]).encode()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_a_form_becomes_a_raw_table_and_its_records(office: Office) -> None:
    content = factories("甲厂", "乙厂")
    office.put("2024-02/济南市/厂.csv", content)
    report = office.take_in()
    file = sha256(content)
    assert office.files("store") == {file: content}
    assert sorted(office.files("raw")) == [
        f"morning_star_factories/{file}.1.parquet",
        "morning_star_factories/none.parquet",
        "new_products/none.parquet",
        "scene_items/none.parquet",
    ]
    assert office.table("submissions") == [
        {
            "submission": "2024-02/济南市/厂.csv",
            "round": "2024-02",
            "submitter": "济南市",
            "file": file,
            "dataset": "morning_star_factories",
            "rows_read": 3,
            "status": "read",
            "city": None,
            "replaced_by": None,
        }
    ]
    origin = {"file": file, "dataset": "morning_star_factories", "table": 1, "sheet": "csv"}
    assert office.table("columns") == [
        {**origin, "field": field, "heading": heading, "letter": letter, "first_row": 3}
        for field, heading, letter in (
            ("factory_name", "工厂名称", "B"),
            ("org_name", "企业名称", "C"),
            ("uscc", "统一社会信用代码", "D"),
            ("city_code", "市", "E"),
            ("recognised_year", "认定年度", "F"),
            ("connection_rate", "设备联网率(%)", "G"),
        )
    ]
    assert office.table("issues") == [
        {
            "submission": "2024-02/济南市/厂.csv",
            "file": file,
            "sheet": "csv",
            "code": "column_unclaimed",
            "heading": "厂长",
            "detail": None,
        }
    ]
    raw = pq.read_table(office.workspace / "raw" / "morning_star_factories" / f"{file}.1.parquet").to_pylist()
    assert [(row["factory_name"], row["_ignored"], row["_first_row"]) for row in raw] == [
        ("甲厂", None, 3),
        ("乙厂", None, 3),
        (None, "total", 3),
    ]
    assert (report.parsed, report.rows_read("morning_star_factories"), len(report.files("morning_star_factories"))) == (
        1,
        3,
        1,
    )


def test_the_same_bytes_twice_are_one_parse_and_two_submissions(office: Office) -> None:
    for name in ("2024-02/济南市/a.csv", "2024-02/青岛市/b.csv"):
        office.put(name, factories("甲厂"))
    assert office.take_in().parsed == 1
    assert len(office.files("store")) == 1
    assert [row["submission"] for row in office.table("submissions")] == [
        "2024-02/济南市/a.csv",
        "2024-02/青岛市/b.csv",
    ]
    assert len(office.table("columns")) == 6
    assert len(office.table("issues")) == 2


def test_one_bad_file_costs_no_other(office: Office, tmp_path: Path) -> None:
    # The tab hides the far cell from the check of the archive: only the child's limit is left.
    cells = b'<c r="A1"><v>1</v></c><c\tr="XFD1048576"><v>1</v></c>'
    xml = b"<worksheet><sheetData><row>" + cells + b"</row></sheetData></worksheet>"
    with (
        zipfile.ZipFile(write_xlsx(tmp_path / "a.xlsx", {"表": [["a"]]})) as good,
        zipfile.ZipFile(tmp_path / "bomb.xlsx", "w") as bomb,
    ):
        for part in good.infolist():
            bomb.writestr(part, xml if "worksheets/" in part.filename else good.read(part))
    good_one = write_docx(tmp_path / "a.docx", [HEADER, ["1", "甲厂", "山东", "9137", "济南", "2024", "1", ""]])
    office.put("2024-02/a/0 bomb.xlsx", (tmp_path / "bomb.xlsx").read_bytes())
    office.put("2024-02/a/1 error.csv", '{"code":"0003","error":"无权限"}'.encode())
    office.put("2024-02/a/2 empty.xlsx", b"")
    office.put("2024-02/a/3 other.csv", "会议,时间\n甲,乙\n".encode())
    office.put("2024-02/a/4 good.docx", good_one.read_bytes())
    office.put("2024-02/5 nowhere.csv", factories("甲厂"))
    (office.inbox / "2024-02/a/6 link.csv").symlink_to("4 good.docx")
    report = office.take_in(limits=Limits(memory=512 * 1024**2))
    assert [
        (each.submission.split("/")[-1], each.issues[0].code, each.issues[0].detail) for each in report.refused
    ] == [
        ("5 nowhere.csv", "round_unknown", None),
        ("0 bomb.xlsx", "file_too_large", "> 512 MiB of memory"),
        ("1 error.csv", "file_type_mismatch", "JSON"),
        ("2 empty.xlsx", "file_empty", None),
        ("3 other.csv", "dataset_unknown", "会议、时间"),
        ("6 link.csv", "file_unreadable", "link"),
    ]
    refused = [row for row in office.table("submissions") if row["status"] == "refused"]
    assert {(row["dataset"], row["rows_read"]) for row in refused} == {(None, 0)}
    assert [row["submission"] for row in refused if row["file"] is None] == [
        "2024-02/5 nowhere.csv",
        "2024-02/a/6 link.csv",
    ]
    assert report.rows_read("morning_star_factories") == 1


def test_a_second_run_reads_nothing_and_writes_nothing(office: Office) -> None:
    office.put("2024-02/a/a.csv", factories("甲厂"))
    office.put("2024-02/a/b.csv", b"{}")
    first = office.take_in()
    times = {path: path.stat().st_mtime_ns for path in office.workspace.rglob("*") if path.is_file()}
    second = office.take_in()
    assert (second.submissions, second.parsed) == (first.submissions, 0)
    assert {path: path.stat().st_mtime_ns for path in office.workspace.rglob("*") if path.is_file()} == times


def test_a_file_is_hashed_again_only_when_its_size_or_time_differ(office: Office) -> None:
    path = office.put("2024-02/a/a.csv", factories("甲厂"))
    office.take_in()
    stat = path.stat()
    path.write_bytes(factories("乙厂"))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert office.take_in().parsed == 0
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))
    assert office.take_in().parsed == 1


def test_what_leaves_the_inbox_leaves_raw_but_stays_in_the_store(office: Office) -> None:
    office.put("2024-02/a/a.csv", factories("甲厂"))
    gone = office.put("2024-02/b/b.csv", factories("乙厂"))
    office.take_in()
    gone.unlink()
    office.take_in()
    assert len(office.files("raw/morning_star_factories")) == 2
    assert len(office.files("store")) == 2
    office.put("2024-02/b/b.csv", factories("乙厂"))
    assert office.take_in().parsed == 1


def test_a_changed_file_is_the_only_one_parsed_again(office: Office) -> None:
    office.put("2024-02/a/a.csv", factories("甲厂"))
    office.put("2024-02/a/场景.csv", "方向,场景名称,信用代码\n需求,甲,9137\n".encode())
    office.take_in()
    office.put("2024-02/a/a.csv", factories("甲厂", "乙厂"))
    assert office.take_in().parsed == 1


def test_a_folder_named_after_a_dataset_decides(office: Office) -> None:
    office.put("2024-02/a/scene_items/a.csv", factories("甲厂"))
    (refused,) = office.take_in().refused
    assert (refused.issues[0].code, refused.issues[0].detail) == ("column_missing", "方向、场景名称")


def test_the_same_bytes_may_be_read_in_one_folder_and_refused_in_another(office: Office) -> None:
    office.put("2024-02/a/a.csv", factories("甲厂"))
    office.put("2024-02/a/scene_items/a.csv", factories("甲厂"))
    report = office.take_in()
    assert [each.status for each in report.submissions] == ["read", "refused"]
    assert report.parsed == 2


def test_changed_labels_have_everything_parsed_again(office: Office, contracts: dict[str, Contract]) -> None:
    office.put("2024-02/a/a.csv", factories("甲厂"))
    office.take_in()
    without = {name: contract for name, contract in contracts.items() if name != "morning_star_factories"}
    office.contracts = without
    report = office.take_in()
    assert report.refused[0].issues[0].code == "dataset_unknown"
    assert office.files("raw/morning_star_factories") == {
        "none.parquet": office.files("raw")["morning_star_factories/none.parquet"]
    }
    office.contracts = contracts
    assert office.take_in().rows_read("morning_star_factories") == 2


def test_other_limits_have_a_refused_file_read_again(office: Office) -> None:
    office.put("2024-02/a/a.csv", factories("甲厂", "乙厂"))
    (refused,) = office.take_in(limits=Limits(rows=3)).refused
    assert (refused.issues[0].code, refused.issues[0].detail) == ("file_too_large", "> 3 rows")
    assert office.take_in().refused == ()


def test_a_file_larger_than_the_limit_is_not_stored(office: Office) -> None:
    office.put("2024-02/a/a.csv", factories("甲厂"))
    (refused,) = office.take_in(limits=Limits(file_bytes=10, bulk_bytes=10)).refused
    assert (refused.issues[0].code, office.files("store")) == ("file_too_large", {})


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read(office: Office) -> None:
    office.put("2024-02/a/a.csv", factories("甲厂")).chmod(0)
    (refused,) = office.take_in().refused
    assert (refused.issues[0].code, refused.issues[0].detail) == ("file_unreadable", "EACCES")


def test_progress_counts_what_is_parsed(office: Office) -> None:
    for number in range(3):
        office.put(f"2024-02/a/{number}.csv", factories(f"{number}厂"))
    calls: list[tuple[int, int, str]] = []
    office.take_in(progress=lambda done, total, name: calls.append((done, total, name)))
    assert calls == [(1, 3, "2024-02/a/0.csv"), (2, 3, "2024-02/a/1.csv"), (3, 3, "2024-02/a/2.csv")]


def test_an_inbox_without_files(office: Office) -> None:
    report = office.take_in()
    assert (report.submissions, report.parsed) == ((), 0)
    assert office.table("submissions") == office.table("columns") == office.table("issues") == []


@pytest.mark.parametrize(
    "lost", ["store", "raw/morning_star_factories", "intake/ledger.json", "intake/parsed", "intake/columns.parquet"]
)
def test_what_was_lost_is_made_again_with_the_same_bytes(office: Office, lost: str) -> None:
    office.put("2024-02/a/a.csv", factories("甲厂"))
    office.put("2024-02/a/b.csv", factories("乙厂"))
    office.take_in()
    whole = office.files(".")
    victims = (
        [office.workspace / lost]
        if (office.workspace / lost).is_file()
        else [path for path in (office.workspace / lost).rglob("*") if path.is_file()]
    )
    assert victims
    for victim in victims:
        victim.unlink()
    (office.workspace / "store" / "1.unfinished").write_bytes(b"half")
    (office.workspace / "raw/morning_star_factories/x.parquet.1.unfinished").write_bytes(b"half")
    office.take_in()
    assert office.files(".") == whole


@pytest.mark.parametrize("parsed", [1, 3])
def test_a_run_that_was_killed_is_made_good_by_the_next(
    office: Office, tmp_path: Path, contracts: dict[str, Contract], parsed: int
) -> None:
    (tmp_path / "whole").mkdir()
    whole = Office(tmp_path / "whole", contracts)
    for each in (office, whole):
        for number in range(4):
            each.put(f"2024-02/a/{number}.csv", factories(f"{number}厂"))
    killed = multiprocessing.get_context("spawn").Process(
        target=take_in_and_die, args=(office.inbox, office.workspace, contracts, parsed)
    )
    killed.start()
    killed.join()
    assert killed.exitcode == -signal.SIGKILL
    assert not (office.workspace / "intake" / "submissions.parquet").exists()
    report = office.take_in()
    assert report.parsed == 4 - parsed
    whole.take_in()
    # The ledger holds times of change, which are not those of the other inbox.
    ours, theirs = office.files("."), whole.files(".")
    assert ours.keys() == theirs.keys()
    assert [name for name in ours if ours[name] != theirs[name]] == ["intake/ledger.json"]


def test_a_power_failure_that_empties_a_copy_or_tears_the_last_line_is_made_good(office: Office) -> None:
    office.put("2024-02/a/a.csv", factories("甲厂"))
    office.put("2024-02/a/b.csv", factories("乙厂"))
    office.take_in()
    whole = office.files(".")
    (log,) = (office.workspace / "intake" / "parsed").glob("*/*")
    log.write_bytes(log.read_bytes()[:-9])
    (office.workspace / "store" / sha256(factories("乙厂"))).write_bytes(b"")
    # Nothing vouches for a copy that was not on the disk.
    (office.workspace / "intake" / "ledger.json").unlink()
    assert office.take_in().parsed == 1
    assert office.files(".") == whole


def test_what_is_known_of_a_file_is_written_once_and_forgotten_with_it(office: Office) -> None:
    def lines() -> list[bytes]:
        (log,) = (office.workspace / "intake" / "parsed").glob("*/*")
        return log.read_bytes().splitlines()

    office.put("2024-02/a/a.csv", factories("甲厂"))
    office.take_in()
    first = lines()
    b = office.put("2024-02/a/b.csv", factories("乙厂"))
    office.put("2024-02/b/b.csv", factories("乙厂"))
    assert office.take_in().parsed == 1
    assert (len(first), lines()[:1], len(lines())) == (1, first, 2)
    (office.workspace / "raw" / "morning_star_factories" / f"{sha256(factories('乙厂'))}.1.parquet").unlink()
    assert office.take_in().parsed == 1
    assert len(lines()) == 2
    b.unlink()
    (office.inbox / "2024-02/b/b.csv").unlink()
    assert office.take_in().parsed == 0
    assert lines() == first


def test_macros_are_said_and_the_values_read(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsm"
    write_xlsx(path, {"表": [HEADER, ["1", "甲厂", "山东样例公司", "9137", "济南", "2024", "1", ""]]})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"Shell")
    office.put("2024-02/a/a.xlsm", path.read_bytes())
    report = office.take_in()
    assert [issue["code"] for issue in office.table("issues")] == ["macros_ignored", "column_unclaimed"]
    assert report.rows_read("morning_star_factories") == 1
    assert "macros_ignored" in [issue.code for issue in peek(path, office.contracts).issues]


def test_a_submitter_speaks_for_the_city_that_its_name_says(office: Office) -> None:
    office.put("2024-01/济南市/厂.csv", factories("甲厂"))
    office.put("2024-01/某协会/厂.csv", factories("乙厂"))
    office.take_in(scopes=load_scopes(PROJECT / "schemas"))
    assert {row["submitter"]: row["city"] for row in office.table("submissions")} == {
        "济南市": "370100",
        "某协会": None,
    }


def test_a_corrected_submission_replaces_the_one_it_corrects_and_both_are_told(office: Office) -> None:
    office.put("2024-01/济南市/厂.csv", factories("甲厂", "乙厂"))
    office.put("2024-01/济南市/厂（更正）.csv", factories("甲厂"))
    office.take_in()
    corrected = "2024-01/济南市/厂（更正）.csv"
    assert {row["submission"]: row["replaced_by"] for row in office.table("submissions")} == {
        "2024-01/济南市/厂.csv": corrected,
        corrected: None,
    }
    assert [(row["submission"], row["code"], row["detail"]) for row in office.file_issues()] == [
        ("2024-01/济南市/厂.csv", "submission_replaced", "厂（更正）.csv"),
        (corrected, "submission_replaces", "厂.csv"),
    ]


def test_a_correction_that_is_refused_replaces_nothing(office: Office) -> None:
    office.put("2024-01/济南市/厂.csv", factories("甲厂"))
    office.put("2024-01/济南市/厂（更正）.csv", b"<html><body>404</body></html>")
    office.take_in()
    rows = office.table("submissions")
    assert [(row["status"], row["replaced_by"]) for row in rows] == [("read", None), ("refused", None)]
    assert [row["code"] for row in office.file_issues()] == ["file_type_mismatch"]


def test_a_changed_file_that_is_refused_leaves_standing_what_was_read(office: Office) -> None:
    good, mended = factories("甲厂", "乙厂"), factories("甲厂", "丙厂")
    office.put("2024-01/济南市/厂.csv", good)
    office.take_in()
    raw = office.files("raw")
    for refused in (b"", b"%PDF-1.7"):
        office.put("2024-01/济南市/厂.csv", refused)
        for _ in range(2):
            office.take_in()
            (row,) = office.table("submissions")
            assert (row["status"], row["file"], row["rows_read"]) == ("read", sha256(good), 3)
            assert office.files("raw") == raw
            assert [row["code"] for row in office.file_issues()] == [
                "file_type_mismatch" if refused else "file_empty",
                "earlier_version_stands",
            ]
    office.put("2024-01/济南市/厂.csv", mended)
    office.take_in()
    (row,) = office.table("submissions")
    assert (row["status"], row["file"]) == ("read", sha256(mended))
    assert office.file_issues() == []


def test_a_file_that_was_never_read_has_nothing_to_leave_standing(office: Office) -> None:
    office.put("2024-01/济南市/厂.csv", b"")
    office.take_in()
    office.put("2024-01/济南市/厂.csv", b"%PDF-1.7")
    office.take_in()
    assert [row["code"] for row in office.file_issues()] == ["file_type_mismatch"]
    assert office.files("raw").keys() == {f"{name}/none.parquet" for name in office.contracts}


def test_a_file_taken_out_of_the_inbox_is_withdrawn_even_if_it_comes_back_broken(office: Office) -> None:
    path = office.put("2024-01/济南市/厂.csv", factories("甲厂"))
    office.take_in()
    path.unlink()
    office.take_in()
    assert office.table("submissions") == []
    path.write_bytes(b"")
    office.take_in()
    assert [row["status"] for row in office.table("submissions")] == ["refused"]
