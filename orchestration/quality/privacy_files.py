"""The privacy gate on files that are text, and on workbooks, which are text in a zip archive."""

from __future__ import annotations

import csv
import html
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from orchestration.contracts import Contract
from orchestration.quality.privacy_hit import ENOUGH, Hit
from orchestration.quality.privacy_patterns import SUSPICIOUS, find, suspicious
from orchestration.quality.privacy_tables import ROW_ID

# Bytes in memory at a time. A line is searched whole; none of ours is so long.
PIECE = 1_000_000
LONGEST_LINE = 64_000_000
# Of a line that is worth a closer look, the cells that are.
WORTH_A_LOOK = re.compile(SUSPICIOUS)
# Where a table's columns keep the id of a row.
ID_COLUMNS = ("id", "key")
ELEMENT = re.compile(r"<([A-Za-z_][\w.-]*)(?: [^<>]*)?>([^<]*)</\1>")
TAG = re.compile("<[^>]*>")
SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
CELL = re.compile(r'r="([A-Z]+)([0-9]+)"(?:[^>]* t="(\w+)")?')

# Name of a column, or where else the text stands, and the text.
Pair = tuple[str, str]


def file_hits(path: Path, contract: Contract) -> list[Hit]:
    """Personal data in a file that is no Parquet, and private columns where it is a table; at most ENOUGH hits."""
    hits = _workbook_hits(path, contract) if zipfile.is_zipfile(path) else _text_hits(path, contract)
    try:
        return list(islice(hits, ENOUGH))
    except (UnicodeError, pa.ArrowInvalid, zipfile.BadZipFile):
        # Whatever it is: what nobody can look into is not published.
        return [Hit(path.name, "unreadable")]


def _text_hits(path: Path, contract: Contract) -> Iterator[Hit]:
    private = [field.name for field in contract.fields if not field.public]
    with path.open(encoding="utf-8") as file:
        first = file.readline(LONGEST_LINE)
    header = next(csv.reader([first]), []) if path.suffix == ".csv" else []
    yield from (Hit(path.name, "private_column", column=name) for name in header if name in private)
    is_json_table = path.suffix == ".json" and first.startswith("[")
    if path.suffix in (".json", ".jsonld") and not is_json_table:
        yield from _json_hits(path)
        return
    pairs: Callable[[str], list[Pair]]
    if header:
        pairs = lambda line: _csv_pairs(line, header)  # noqa: E731
    elif is_json_table:
        pairs = _json_pairs
    elif path.suffix == ".xml":
        pairs = _xml_pairs
    else:
        pairs = lambda line: [("", line)]  # noqa: E731
    columns = _columns_named(private, path.suffix, header)
    typed = {field.name for field in contract.fields if field.type != "string"}
    for number, line in _suspicious_lines(path, columns):
        texts = pairs(line)
        given = dict(texts)
        identifier = next((given[name] for name in ID_COLUMNS if name in given), None)
        place = identifier if identifier and ROW_ID.fullmatch(identifier) else f"line {number:,}"
        # changes.csv: one line per cell, of the column that it names.
        of_typed = header and given.get("column") in typed
        for name in private:
            if (is_json_table or path.suffix == ".xml") and name in given:
                yield Hit(path.name, "private_column", place, name)
            if header and given.get("column") == name:
                yield Hit(path.name, "private_column", place, name)
        for name, text in texts:
            if (
                name in typed
                or (name in ("old", "new") and of_typed)
                or (name in ID_COLUMNS and ROW_ID.fullmatch(text))
                or not WORTH_A_LOOK.search(text)
            ):
                continue
            for kind in sorted(find(text)):
                yield Hit(path.name, kind, place, name)


def _columns_named(private: list[str], suffix: str, header: list[str]) -> str:
    """A pattern for lines that name a private column as a table of this format does; empty where none could."""
    if not private:
        return ""
    names = "|".join(map(re.escape, private))
    if suffix == ".json":
        return f'[{{,]\\s*"(?:{names})"\\s*:'
    if suffix == ".xml":
        return f"<(?:{names})[ />]"
    return f",(?:{names})," if "column" in header else ""


def _suspicious_lines(path: Path, columns: str) -> Iterator[tuple[int, str]]:
    """The lines worth a closer look, with their numbers from 1. Raises ArrowInvalid for what is no text."""
    pattern = f"{SUSPICIOUS}|{columns}" if columns else SUSPICIOUS
    first = 1
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            rest = file.readline(LONGEST_LINE)
            if len(rest) == LONGEST_LINE:
                raise pa.ArrowInvalid("a line that is too long")
            lines = (piece + rest).split(b"\n")
            yield from ((first + number, lines[number].decode()) for number in suspicious(lines, pattern))
            # What follows the last line end is no line.
            first += len(lines) - 1


def _csv_pairs(line: str, header: list[str]) -> list[Pair]:
    cells = next(csv.reader([line.rstrip("\r\n")]), [])
    # A line that a line break within a cell has cut off is looked at as it is.
    return list(zip(header, cells, strict=True)) if len(cells) == len(header) else [("", line)]


def _json_pairs(line: str) -> list[Pair]:
    try:
        row = json.loads(line.strip().strip("[],"))
    except json.JSONDecodeError:
        return [("", line)]
    # Numbers are no texts; their names still count.
    return (
        [(name, text if isinstance(text, str) else "") for name, text in row.items()] if isinstance(row, dict) else []
    )


def _xml_pairs(line: str) -> list[Pair]:
    pairs = [(name, html.unescape(text)) for name, text in ELEMENT.findall(line)]
    return [*pairs, ("", html.unescape(ELEMENT.sub(" ", line)))]


def _json_hits(path: Path) -> Iterator[Hit]:
    """The texts of a JSON document as its readers get them, with their escapes undone, and its names; no numbers."""
    try:
        # As pairs: of a name that occurs twice a mapping would keep the last.
        content = json.loads(path.read_bytes(), object_pairs_hook=tuple)
    except json.JSONDecodeError:
        yield Hit(path.name, "unreadable")
        return
    texts = list(_texts(content, ""))
    for number in suspicious([text for _, text in texts]):
        place, text = texts[number]
        yield from (Hit(path.name, kind, place) for kind in sorted(find(text)))


def _texts(content: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(content, str):
        yield place, content
    elif isinstance(content, tuple):
        for name, value in content:
            told = f"{place}/{_told(name)}"
            yield told, name
            yield from _texts(value, told)
    elif isinstance(content, list):
        for number, value in enumerate(content):
            yield from _texts(value, f"{place}/{number}")


@lru_cache(maxsize=1_000)
def _told(name: str) -> str:
    """The name of a value, unless it holds personal data itself."""
    return "name" if find(name) else name


def _workbook_hits(path: Path, contract: Contract) -> Iterator[Hit]:
    """The cells of all sheets, and all that is told beside them: names of sheets and parts, properties, notes."""
    private = [field for field in contract.fields if not field.public]
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            part = archive.read(name).decode("utf-8")
            yield from (Hit(path.name, kind, "name of a part") for kind in sorted(find(name)))
            if not SHEET.fullmatch(name):
                for piece in _suspicious_pieces(part, "<", SUSPICIOUS):
                    yield from (Hit(path.name, kind, name) for kind in sorted(find(html.unescape(piece))))
                continue
            headings = {title for field in private for title in (field.name, field.title, field.heading)}
            named = "|".join(map(re.escape, sorted(headings)))
            pattern = f">(?:{named})<|{SUSPICIOUS}" if headings else SUSPICIOUS
            search = re.compile(pattern).search
            for row in _suspicious_pieces(part, "<row ", pattern):
                for piece in filter(search, row.split("<c ")):
                    yield from _cell_hits(path.name, name, piece, headings)


def _cell_hits(file: str, part: str, piece: str, headings: set[str]) -> Iterator[Hit]:
    cell = CELL.match(piece)
    text = html.unescape(TAG.sub("", piece.partition(">")[2]))
    place = f"{Path(part).stem} {cell[1]}{cell[2]}" if cell else part
    if cell and cell[2] == "1" and text in headings:
        yield Hit(file, "private_column", place)
    # A number, or the id of a row.
    if cell and cell[3] not in ("inlineStr", "str") and "<v>" in piece:
        return
    if ROW_ID.fullmatch(text):
        return
    yield from (Hit(file, kind, place) for kind in sorted(find(text)))


def _suspicious_pieces(part: str, between: str, pattern: str) -> Iterator[str]:
    pieces = part.split(between)
    yield from (pieces[number] for number in suspicious(pieces, pattern))
