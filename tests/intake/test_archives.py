"""A zip-based file that asks for more than it may is refused before any reader opens it."""

import zipfile
from pathlib import Path

import pytest

from orchestration.intake.archives import check_archive
from orchestration.intake.issues import Refusal
from orchestration.intake.limits import DEFAULT_LIMITS, Limits
from tests.intake.forms import write_xlsx

XML = b'<?xml version="1.0" encoding="UTF-8"?>'


def archive(tmp_path: Path, parts: dict[str, bytes]) -> Path:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return path


def sheet_with(tmp_path: Path, cells: bytes) -> Path:
    xml = XML + b"<worksheet><sheetData><row>" + cells + b"</row></sheetData></worksheet>"
    return archive(tmp_path, {"xl/worksheets/sheet1.xml": xml})


def refusal(path: Path, limits: Limits = DEFAULT_LIMITS) -> tuple[str, str | None]:
    with pytest.raises(Refusal) as caught:
        check_archive(path, limits)
    return caught.value.code, caught.value.detail


def test_an_ordinary_workbook_passes(tmp_path: Path) -> None:
    assert check_archive(write_xlsx(tmp_path / "a.xlsx", {"表": [["a"] * 40] * 50}), Limits()) == []


def test_cells_in_opposite_corners(tmp_path: Path) -> None:
    path = sheet_with(tmp_path, b'<c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c>')
    assert refusal(path) == ("file_too_large", "16,384 > 1,000 columns")
    path = sheet_with(tmp_path, b'<c r="A1"><v>1</v></c><c s="1" r="ALL1048576"><v>1</v></c>')
    assert refusal(path) == ("file_too_large", "1,048,576,000 > 30,000,000 cells")
    assert refusal(sheet_with(tmp_path, b'<c r="A9999999"><v>1</v></c>')) == (
        "file_too_large",
        "9,999,999 > 2,000,000 rows",
    )


def test_a_far_cell_beyond_the_first_piece_is_found(tmp_path: Path) -> None:
    near = b"".join(b'<c r="A%d"><v>%d</v></c>' % (n, n * 7919 % 100003) for n in range(1, 100_000))
    path = sheet_with(tmp_path, near + b'<c r="XFD7"><v>1</v></c>')
    assert refusal(path) == ("file_too_large", "16,384 > 1,000 columns")


def test_cells_that_are_only_formatted_do_not_count(tmp_path: Path) -> None:
    path = sheet_with(tmp_path, b'<c r="A1"><v>1</v></c><c r="XFD1" s="3"/><c r="B1048576" s="3" />')
    assert check_archive(path, Limits()) == []


@pytest.mark.parametrize(
    ("cell", "named"),
    [
        (b'<c r="A1" t="e"><v>#REF!</v></c>', True),
        (b'<c r="A1"><f>1+1</f></c>', True),
        (b'<c r="A1"><f>1+1</f><v/></c>', True),
        (b'<c r="A1"><f>1+1</f><v></v></c>', True),
        (b'<c r="A1"><f>1+1</f>\n <v xml:space="preserve"> </v>\n</c>', True),
        (b'<c r="A1"><f t="shared" si="0"/></c>', True),
        (b'<x:c r="A1"><x:f>1+1</x:f><x:v></x:v></x:c>', True),
        (b'<x:c r="A1"><x:f t="shared" si="0"/></x:c>', True),
        (b'<c r="A1"><f>1+1</f><v>2</v></c>', False),
        (b'<c r="A1"><f t="shared" si="0"/><v>2</v></c>', False),
        (b'<x:c r="A1"><x:f>1+1</x:f><x:v>2</x:v></x:c>', False),
        (b'<c r="A1"><v></v></c>', False),
    ],
)
def test_parts_with_errors_or_formulas_without_a_value_are_named(tmp_path: Path, cell: bytes, named: bool) -> None:
    assert check_archive(sheet_with(tmp_path, cell), Limits()) == ["xl/worksheets/sheet1.xml"] * named


def test_too_much_unpacked(tmp_path: Path) -> None:
    path = archive(tmp_path, {"a.xml": XML + bytes(range(256)) * 40})
    assert refusal(path, Limits(unpacked_bytes=10_000)) == ("file_too_large", "10,278 > 10,000 bytes unpacked")


def test_a_part_packed_too_tightly(tmp_path: Path) -> None:
    code, detail = refusal(archive(tmp_path, {"a.xml": XML + b" " * 5_000_000}))
    assert code == "file_too_large"
    assert detail is not None
    assert detail.endswith("> 300 times its packed size")


def test_too_many_parts(tmp_path: Path) -> None:
    path = archive(tmp_path, {f"{n}.xml": XML for n in range(11)})
    assert refusal(path, Limits(entries=10)) == ("file_too_large", "11 > 10 zip entries")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    text = '<?xml version="1.0"?><!-- \n --><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
    path = archive(tmp_path, {"docProps/custom.xml": text.encode(encoding)})
    assert refusal(path) == ("file_unreadable", "DOCTYPE")


def test_utf_16_without_a_document_type_passes(tmp_path: Path) -> None:
    assert check_archive(archive(tmp_path, {"customXml/item1.xml": "<a/>".encode("utf-16")}), Limits()) == []


def test_the_same_part_twice(tmp_path: Path) -> None:
    path = archive(tmp_path, {"a.xml": XML})
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(path, "a") as file:
        file.writestr("a.xml", b"other")
    assert refusal(path) == ("file_unreadable", "zip: duplicate names")


def test_an_encrypted_part(tmp_path: Path) -> None:
    path = archive(tmp_path, {"a.xml": XML})
    content = bytearray(path.read_bytes())
    directory = content.rindex(b"PK\x01\x02")
    content[directory + 8] |= 1
    path.write_bytes(content)
    assert refusal(path) == ("file_encrypted", None)


def test_a_part_that_does_not_match_its_checksum(tmp_path: Path) -> None:
    path = archive(tmp_path, {"a.xml": XML + b"<a/>"})
    content = bytearray(path.read_bytes())
    content[content.rindex(b"PK\x01\x02") + 16] ^= 0xFF
    path.write_bytes(content)
    assert refusal(path) == ("file_unreadable", "zip")
