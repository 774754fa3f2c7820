"""Which kind of file this is: by its content, and only where that leaves it open by its name."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

from orchestration.intake.compound import CompoundFile
from orchestration.intake.issues import Refusal

ZIP = b"PK\x03\x04"
ZIP_END = b"PK\x05\x06"
PARQUET = b"PAR1"
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
# What is no table, by how it begins.
FOREIGN = {
    b"%PDF": "PDF",
    b"Rar!": "RAR",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"\x1f\x8b": "gzip",
    b"{\\rtf": "RTF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    ZIP_END: "zip",
    b"SQLite format 3": "SQLite",
}
ENDINGS = {"xlsx", "xlsm", "xlsb", "xls", "et", "ods", "csv", "tsv", "txt", "docx", "parquet"}
# Text under these names is read as a table; Excel itself opens tab-separated text that is called .xls.
TEXT_ENDINGS = {"csv", "tsv", "txt", "xls", "et"}
# The main part of an Office Open XML file (ECMA-376 part 2): workbooks and documents, with macros or as templates.
_WORKBOOK = re.compile(rb"(spreadsheetml|ms-excel)[\w.]*\.main\b")
_DOCUMENT = re.compile(rb"(wordprocessingml|ms-word)[\w.]*\.main\b")
_HTML = re.compile(r"<(!doctype html|html|head|body|meta|table|div|script|style|title|p|br)\b", re.IGNORECASE)
_XML = re.compile(r"<[?!A-Za-z]")
_JSON = re.compile(r"""[\[{]\s*(["\[{\]}]|-?\d+\s*[,\]])""")


def format_of(path: Path, ending: str) -> str:
    """`xlsx`, `xlsb`, `xls`, `ods`, `docx`, `parquet` or `text`; `ending` is that of the file's name.

    Raises Refusal: file_empty, file_encrypted, file_type_mismatch (a name that promises a table, a content that
    is none), file_type_unknown, file_truncated (its end is missing), file_unreadable (a broken zip directory).
    """
    with path.open("rb") as file:
        head = file.read(16)
    if not head:
        raise Refusal("file_empty")
    if head.startswith(ZIP):
        return _zipped(path, ending)
    if head.startswith(OLE):
        return _ole(path, ending)
    if head.startswith(PARQUET):
        return _parquet(path)
    for magic, kind in FOREIGN.items():
        if head.startswith(magic):
            raise _foreign(kind, ending)
    return "text"


def refuse_markup(text: str, ending: str) -> None:
    """Raise Refusal for text that is no table: HTML, XML or JSON, or text under a name that promises something else."""
    start = text[:4096].lstrip()
    if _HTML.match(start) or (_XML.match(start) and _HTML.search(start)):
        raise _foreign("HTML", ending)
    if _XML.match(start):
        raise _foreign("XML", ending)
    if _JSON.match(start):
        raise _foreign("JSON", ending)
    if ending not in TEXT_ENDINGS:
        raise _foreign("text", ending)


def holds_macros(path: Path, kind: str) -> bool:
    """Whether a file that is of this kind brings a program with it: VBA, or Basic in an ods."""
    if kind in ("csv", "parquet"):
        return False
    if kind == "xls":
        return "_VBA_PROJECT".encode("utf-16-le") in path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        return any(re.search(r"(^Basic/|vbaProject\.bin$)", name) for name in archive.namelist())


def ending_of(name: str) -> str:
    """The ending of a file's name, in lower case and without its dot; none where it is longer than endings are."""
    match = re.fullmatch(r".+\.([A-Za-z0-9]{1,10})", name, re.DOTALL)
    return match.group(1).lower() if match else ""


def _zipped(path: Path, ending: str) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            types = _beginning(archive, "[Content_Types].xml")
            mimetype = _beginning(archive, "mimetype")
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError, RuntimeError) as error:
        raise (Refusal("file_unreadable", "zip") if _has_zip_end(path) else Refusal("file_truncated")) from error
    if _WORKBOOK.search(types):
        return "xlsb" if b"sheet.binary" in types else "xlsx"
    if _DOCUMENT.search(types):
        return "docx"
    if b"opendocument.spreadsheet" in mimetype:
        return "ods"
    raise _foreign("zip", ending)


def _has_zip_end(path: Path) -> bool:
    """Whether the last record of a zip is there, which only a comment of at most 65,535 bytes may follow."""
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - 22 - 0xFFFF, 0))
        return ZIP_END in file.read()


def _beginning(archive: zipfile.ZipFile, part: str) -> bytes:
    """The first bytes of a part, as far as they can say what the file is; none where there is no such part."""
    if part not in archive.namelist():
        return b""
    with archive.open(part) as stream:
        return stream.read(256 * 1024)


def _ole(path: Path, ending: str) -> str:
    """Look for the streams' names, which the directory of an OLE file holds in UTF-16."""
    content = path.read_bytes()

    def holds(*streams: str) -> bool:
        return any(stream.encode("utf-16-le") in content for stream in streams)

    if holds("EncryptedPackage"):
        raise Refusal("file_encrypted")
    if holds("WordDocument") and ending in ("doc", "wps"):
        raise _foreign(".doc", ending)
    if holds("Workbook", "WORKBOOK", "Book", "BOOK"):
        return "xls"
    if holds("WordDocument"):
        raise _foreign(".doc", ending)
    # The directory can stand at the end, and may be what is missing.
    CompoundFile(content)
    raise _foreign("OLE", ending)


def _parquet(path: Path) -> str:
    """A Parquet file ends as it begins."""
    with path.open("rb") as file:
        file.seek(-len(PARQUET), 2)
        if file.read() != PARQUET:
            raise Refusal("file_truncated")
    return "parquet"


def _foreign(kind: str, ending: str) -> Refusal:
    if ending in ENDINGS:
        return Refusal("file_type_mismatch", kind)
    return Refusal("file_type_unknown", kind if kind != "text" else f".{ending}" if ending else kind)
