"""An old workbook is read when all its sectors have arrived, and refused as truncated when they have not."""

from pathlib import Path

import pytest
import xlwt

from orchestration.intake.compound import CompoundFile
from orchestration.intake.issues import Refusal
from orchestration.intake.limits import DEFAULT_LIMITS
from orchestration.intake.reading import read

SECTOR = 512
OLD_WORKBOOKS = Path(__file__).parents[2].parent / "shared/real/calamine-tests"


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


def refused_as(path: Path) -> str | None:
    try:
        read(path, "xls", DEFAULT_LIMITS)
    except Refusal as refusal:
        return refusal.code
    return None


def test_a_file_cut_off_inside_its_last_sector_is_truncated(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    for rows in (3, 300):
        content = old_workbook(path, rows)
        for cut in (1, 63, 64, 300, SECTOR - 1):
            path.write_bytes(content[:-cut])
            assert refused_as(path) == "file_truncated", (rows, cut)


@pytest.mark.skipif(not OLD_WORKBOOKS.exists(), reason="needs ../shared/real/calamine-tests")
@pytest.mark.parametrize(
    ("name", "needed"),
    [
        # The last sector belongs to the directory, to the table, to the stream of short streams.
        ("empty-string.xls", SECTOR),
        ("sheet_name_parsing.xls", SECTOR),
        ("any_sheets.xls", 448),
        ("merge_cells.xls", 128),
    ],
)
def test_the_last_sector_may_be_cut_short_behind_what_it_is_there_for(tmp_path: Path, name: str, needed: int) -> None:
    path = tmp_path / "a.xls"
    content = (OLD_WORKBOOKS / name).read_bytes()
    whole = read(OLD_WORKBOOKS / name, "xls", DEFAULT_LIMITS)
    before = content[:-SECTOR]
    for length in (1, 64, 65, needed - 1):
        path.write_bytes(before + content[-SECTOR:][:length])
        assert refused_as(path) == "file_truncated", length
    path.write_bytes(before + content[-SECTOR:][:needed])
    assert read(path, "xls", DEFAULT_LIMITS) == whole


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
