"""The privacy gate on what real registers and other projects' test files hold: no false alarm."""

import html
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from orchestration.quality.privacy_patterns import find

REAL = Path(__file__).parents[2].parent / "shared" / "real"
pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="the folder ../shared/real is not there")

# What these files really hold: published e-mail addresses and one telephone number that the text names as such.
TRULY_THERE = {
    ("calamine-tests/gh548_incorrect_sst_unique_count.xls", "email"),
    ("messytables-horror/211.csv", "email"),
    ("messytables-horror/211.csv", "landline"),
}
LARGEST_PART = 30_000_000


def test_no_false_alarm_in_the_texts_of_all_real_files() -> None:
    texts, found = 0, set()
    for path in sorted(path for path in REAL.rglob("*") if path.is_file()):
        for text in texts_of(path):
            texts += 1
            found |= {(path.relative_to(REAL).as_posix(), kind) for kind in find(text)}
    print(f"{texts:,} texts of real files, {len(found)} kinds of personal data by file")
    assert texts > 400_000
    assert found == TRULY_THERE


def texts_of(path: Path) -> Iterator[str]:
    """The texts of a file as the gate would meet them: cells, paragraphs, lines."""
    if path.suffix in (".xls", ".xlsb"):
        yield from cells_of(path)
    elif zipfile.is_zipfile(path):
        yield from parts_of(path)
    else:
        content = path.read_bytes()
        for encoding in ("utf-8-sig", "gb18030", "utf-16", "latin-1"):
            try:
                yield from content.decode(encoding).splitlines()
                return
            except UnicodeDecodeError:
                continue


def cells_of(path: Path) -> Iterator[str]:
    # Bombs, which would take all the memory there is.
    if path.name.startswith("OOM"):
        return
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        tables = [workbook.get_sheet_by_name(name).to_python() for name in workbook.sheet_names if name != "Chart"]
    except (CalamineError, PasswordError):
        # Some of these files are broken or locked on purpose.
        return
    yield from (cell for table in tables for row in table for cell in row if isinstance(cell, str))


def parts_of(path: Path) -> Iterator[str]:
    end = "</w:p>" if path.suffix == ".docx" else "<"
    with zipfile.ZipFile(path) as archive:
        for part in archive.infolist():
            if part.file_size > LARGEST_PART or not part.filename.endswith((".xml", ".rels", ".csv", ".txt")):
                continue
            try:
                content = archive.read(part).decode("utf-8", "replace")
            except (zipfile.BadZipFile, RuntimeError):
                continue
            for piece in content.split(end):
                yield html.unescape(re.sub("<[^>]*>", "", piece if end != "<" else piece.partition(">")[2]))
