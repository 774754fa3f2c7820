"""The inbox: which files are submissions, for whom, and which are no files to open."""

import os
from pathlib import Path

from orchestration.intake.inbox import Found, scan

DATASETS = {"new_products", "scene_items"}


def put(inbox: Path, *names: str) -> None:
    for name in names:
        (inbox / name).parent.mkdir(parents=True, exist_ok=True)
        (inbox / name).write_bytes(b"x")


def seen(inbox: Path) -> list[tuple[str, str | None, str | None, str | None, str | None]]:
    def short(each: Found) -> tuple[str, str | None, str | None, str | None, str | None]:
        return each.submission, each.round, each.submitter, each.named, each.refusal.code if each.refusal else None

    return [short(each) for each in scan(inbox, DATASETS)]


def test_round_submitter_and_dataset_come_from_the_folders(tmp_path: Path) -> None:
    put(tmp_path, "2024-02/济南市/b.xlsx", "2024-02/济南市/scene_items/a.csv", "2024-01/青岛市/c")
    assert seen(tmp_path) == [
        ("2024-01/青岛市/c", "2024-01", "青岛市", None, None),
        ("2024-02/济南市/b.xlsx", "2024-02", "济南市", None, None),
        ("2024-02/济南市/scene_items/a.csv", "2024-02", "济南市", "scene_items", None),
    ]


def test_files_elsewhere_have_no_round(tmp_path: Path) -> None:
    names = ["2024-1/a/x", "2024-02/x", "2024-02/a/other/x", "2024-02/a/scene_items/b/x", "x", "二月/a/x"]
    put(tmp_path, *names)
    assert seen(tmp_path) == [(name, None, None, None, "round_unknown") for name in sorted(names)]


def test_what_programs_leave_behind_is_no_submission(tmp_path: Path) -> None:
    ignored = [".hidden", "~$b.xlsx", "Thumbs.db", ".git/x", "round.yaml", "desktop.ini"]
    put(tmp_path, *(f"2024-02/a/{name}" for name in ignored), "inbox.yaml", "2024-02/round.yaml", "2024-02/a/b.xlsx")
    assert [each[0] for each in seen(tmp_path)] == ["2024-02/a/b.xlsx"]


def test_links_and_pipes_are_not_opened(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    put(inbox, "2024-02/a/b.csv")
    put(tmp_path, "outside/2024-02/secret.csv")
    (inbox / "2024-02/a/file.csv").symlink_to(tmp_path / "outside/2024-02/secret.csv")
    (inbox / "2024-02/a/folder").symlink_to(tmp_path / "outside")
    (inbox / "2024-02/a/nowhere.csv").symlink_to("nothing")
    os.mkfifo(inbox / "2024-02/a/pipe.csv")
    found = scan(inbox, DATASETS)
    assert [(each.submission, each.refusal and (each.refusal.code, each.refusal.detail)) for each in found] == [
        ("2024-02/a/b.csv", None),
        ("2024-02/a/file.csv", ("file_unreadable", "link")),
        ("2024-02/a/folder", ("file_unreadable", "link")),
        ("2024-02/a/nowhere.csv", ("file_unreadable", "link")),
        ("2024-02/a/pipe.csv", ("file_unreadable", "no file")),
    ]


def test_a_name_that_is_no_utf_8_can_be_written_down(tmp_path: Path) -> None:
    put(tmp_path, f"2024-02/a/{os.fsdecode(bytes.fromhex('d0c2'))}.csv")
    assert [each[0] for each in seen(tmp_path)] == [r"2024-02/a/\xd0\xc2.csv"]


def test_names_that_break_lines_or_turn_the_writing_are_refused_and_written_down_escaped(tmp_path: Path) -> None:
    put(
        tmp_path,
        "2024-02/a/b\n.csv",
        "2024-02/a/\u202evsc.x.exe",
        "2024-02/a\x1b[2J/c.csv",
        f"2024-02/a/{'长' * 81}.csv",
    )
    assert [(each[0], each[4]) for each in seen(tmp_path)] == [
        (r"2024-02/a/\u202evsc.x.exe", "file_name_unusable"),
        (r"2024-02/a/b\n.csv", "file_name_unusable"),
        (f"2024-02/a/{'长' * 81}.csv", "file_name_unusable"),
        (r"2024-02/a\x1b[2J/c.csv", "file_name_unusable"),
    ]


def test_files_that_are_still_being_written_are_told_by_their_names(tmp_path: Path) -> None:
    names = ["a.csv.PART", "a.csv~", "a.tmp", "b.xlsx.crdownload", "part.csv"]
    put(tmp_path, *(f"2024-02/a/{name}" for name in names))
    found = scan(tmp_path, DATASETS)
    assert [each.refusal and (each.refusal.code, each.refusal.detail) for each in found] == [
        ("file_unfinished", ".PART"),
        ("file_unfinished", "~"),
        ("file_unfinished", ".tmp"),
        ("file_unfinished", ".crdownload"),
        None,
    ]
