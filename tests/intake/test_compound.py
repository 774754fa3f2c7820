"""An old workbook is read when all its sectors have arrived, and refused as truncated when they have not."""

from pathlib import Path

import pytest
import xlwt

from orchestration.intake.compound import CompoundFile
from orchestration.intake.issues import Refusal
from orchestration.intake.limits import DEFAULT_LIMITS
from orchestration.intake.reading import read

SECTOR = 512


def old_workbook(path: Path, rows: int = 300) -> bytes:
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("表")
    for row in range(rows):
        for column in range(8):
            sheet.write(row, column, f"值{row}-{column}" if column % 2 else row * column)
    workbook.save(str(path))
    return path.read_bytes()


def test_a_whole_file_gives_its_stream(tmp_path: Path) -> None:
    stream = CompoundFile(old_workbook(tmp_path / "a.xls")).stream("Book", "WORKBOOK")
    assert stream[:4] == b"\x09\x08\x10\x00"
    assert CompoundFile(old_workbook(tmp_path / "a.xls")).stream("WordDocument") == b""


def test_a_file_cut_off_at_any_sector_is_truncated(tmp_path: Path) -> None:
    content = old_workbook(tmp_path / "a.xls")
    for size in [8, 77, 511, *range(SECTOR, len(content), 7 * SECTOR), len(content) - SECTOR]:
        with pytest.raises(Refusal) as caught:
            CompoundFile(content[:size])
        assert (caught.value.code, caught.value.detail) == ("file_truncated", None), size


def test_a_truncated_old_workbook_is_refused_as_that(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    # The name of the workbook's stream, by which it is known as one, stands in the last sectors.
    for rows in (3, 300):
        content = old_workbook(path, rows)
        path.write_bytes(content[:-SECTOR])
        with pytest.raises(Refusal) as caught:
            read(path, "xls", DEFAULT_LIMITS)
        assert caught.value.code == "file_truncated", rows


def test_a_chain_without_an_end_is_no_endless_loop(tmp_path: Path) -> None:
    content = bytearray(old_workbook(tmp_path / "a.xls"))
    table = (int.from_bytes(content[76:80], "little") + 1) * SECTOR
    content[table : table + 4] = (0).to_bytes(4, "little")
    with pytest.raises(Refusal) as caught:
        CompoundFile(bytes(content)).stream("Workbook")
    assert (caught.value.code, caught.value.detail) == ("file_unreadable", "OLE")


def test_a_header_of_other_sectors_is_no_compound_file(tmp_path: Path) -> None:
    content = bytearray(old_workbook(tmp_path / "a.xls"))
    content[30] = 31
    with pytest.raises(Refusal) as caught:
        CompoundFile(bytes(content))
    assert (caught.value.code, caught.value.detail) == ("file_unreadable", "OLE")
