"""What a file is, its content decides; its name only where the content leaves it open."""

import zipfile
from pathlib import Path

import pytest

from orchestration.intake.formats import ending_of
from orchestration.intake.issues import Refusal
from orchestration.intake.limits import Limits
from orchestration.intake.reading import read
from tests.intake.forms import write_docx, write_ods, write_xls, write_xlsx

ROWS = [["名称", "数量"], ["甲", 1]]


def refusal(path: Path, ending: str) -> tuple[str, str | None]:
    with pytest.raises(Refusal) as caught:
        read(path, ending, Limits())
    return caught.value.code, caught.value.detail


def file(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "0123abcd"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("ending", ["xlsx", "xls", "et", "csv", ""])
def test_a_table_is_read_under_any_name(tmp_path: Path, ending: str) -> None:
    written = {
        "xlsx": write_xlsx(tmp_path / "a", {"表": ROWS}),
        "xls": write_xls(tmp_path / "b", {"表": ROWS}),
        "ods": write_ods(tmp_path / "c", {"表": ROWS}),
        "docx": write_docx(tmp_path / "d", ROWS),
    }
    for kind, path in written.items():
        found, sheets = read(path, ending, Limits())
        assert (found, sheets[0].rows) == (kind, [["名称", "数量"], ["甲", "1"]])


def test_tab_separated_text_called_xls_is_read(tmp_path: Path) -> None:
    kind, sheets = read(file(tmp_path, "名称\t数量\n甲\t1\n".encode("gb18030")), "xls", Limits())
    assert (kind, sheets[0].rows) == ("csv", [["名称", "数量"], ["甲", "1"]])


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        (b'{"code":"0003","error":"\xe6\x97\xa0"}', "JSON"),
        (b'[{"a":1}][{"b":2}]', "JSON"),
        (b"[[1, 2], [3, 4]]", "JSON"),
        (b"\n <!DOCTYPE html><html><table><tr><td>1</td></tr></table>", "HTML"),
        (b"\xef\xbb\xbf<TABLE><tr><td>1", "HTML"),
        (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">', "HTML"),
        (b'<?xml version="1.0"?><Workbook><Worksheet/></Workbook>', "XML"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"Rar!\x1a\x07\x01\x00", "RAR"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
    ],
)
def test_a_name_that_promises_a_table_over_something_else_is_a_mismatch(
    tmp_path: Path, content: bytes, detail: str
) -> None:
    path = file(tmp_path, content)
    assert refusal(path, "csv") == ("file_type_mismatch", detail)
    assert refusal(path, "xls") == ("file_type_mismatch", detail)
    assert refusal(path, "json") == ("file_type_unknown", detail)


@pytest.mark.parametrize("text", [b"[note],b\n1,2\n", b"{a},b\n1,2\n", b"<5,b\n1,2\n", b"a<b,html\n1,2\n"])
def test_a_table_that_begins_like_markup_is_read(tmp_path: Path, text: bytes) -> None:
    assert len(read(file(tmp_path, text), "csv", Limits())[1][0].rows) == 2


def test_text_under_a_name_that_promises_no_text(tmp_path: Path) -> None:
    path = file(tmp_path, b"a,b\n1,2\n")
    assert refusal(path, "xlsx") == ("file_type_mismatch", "text")
    assert refusal(path, "md") == ("file_type_unknown", ".md")
    assert refusal(path, "") == ("file_type_unknown", "text")


def test_an_archive_of_files_is_no_workbook(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("表.xlsx", b"x")
    assert refusal(tmp_path / "a.zip", "zip") == ("file_type_unknown", "zip")


def test_a_word_document_of_before_2007_is_unknown(tmp_path: Path) -> None:
    ole = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504) + "WordDocument".encode("utf-16-le")
    assert refusal(file(tmp_path, ole), "doc") == ("file_type_unknown", ".doc")
    assert refusal(file(tmp_path, ole), "xls") == ("file_type_mismatch", ".doc")


def test_an_encrypted_office_file(tmp_path: Path) -> None:
    ole = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504) + "EncryptedPackage".encode("utf-16-le")
    assert refusal(file(tmp_path, ole), "xlsx") == ("file_encrypted", None)


def test_empty_and_truncated_files(tmp_path: Path) -> None:
    assert refusal(file(tmp_path, b""), "xlsx") == ("file_empty", None)
    assert refusal(file(tmp_path, b"\n \n"), "csv") == ("file_no_table", "csv")
    workbook = write_xlsx(tmp_path / "a.xlsx", {"表": ROWS}).read_bytes()
    assert refusal(file(tmp_path, workbook[: len(workbook) // 2]), "xlsx") == ("file_truncated", None)
    assert refusal(file(tmp_path, workbook[:3]), "xlsx") == ("file_type_mismatch", "text")


def test_a_workbook_with_nothing_in_it_has_no_table(tmp_path: Path) -> None:
    empty = write_xlsx(tmp_path / "a.xlsx", {"表一": [], "表二": []})
    assert refusal(empty, "xlsx") == ("file_no_table", "表一、表二")
    hidden = write_xlsx(tmp_path / "b.xlsx", {"表一": [], "表二": ROWS}, hidden=["表二"])
    assert refusal(hidden, "xlsx") == ("file_no_table", "表一、表二")


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("a.XLSX", "xlsx"),
        ("a.b.csv", "csv"),
        ("a", ""),
        (".csv", ""),
        ("a.文档", ""),
        ("a." + "x" * 300, ""),
        ("a\n.csv", "csv"),
    ],
)
def test_the_ending_of_a_name(name: str, ending: str) -> None:
    assert ending_of(name) == ending
