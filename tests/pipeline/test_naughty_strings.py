"""Strings that break programs, in every text column of forms of four formats, from the inbox to the release.

The rule by which a published value follows from a cell is `naughty.tidied`, written down anew for these tests.
"""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import socket
import subprocess
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest

from tests.pipeline import naughty
from tests.pipeline.conftest import Installation, Outcome, install

pytestmark = pytest.mark.skipif(not naughty.LIST.is_file(), reason="../shared/real/naughty-strings is not there")
COLUMNS = {"words": "text", "label": "name", "items": "list"}
# Long enough to stand in a log only if a value was put there.
TELLTALE = 12


@dataclass(frozen=True)
class NaughtyRun:
    """The strings, published once for all tests, and what would be told if something went to the network."""

    installation: Installation
    outcome: Outcome
    strings: list[str]
    listener: socket.socket

    @property
    def release(self) -> Path:
        return self.installation.settings.published / naughty.DATASET / "1.0.0"

    def file(self, ending: str) -> Path:
        return self.release / f"{naughty.DATASET}.{ending}"

    def sent(self) -> dict[int, str]:
        """The string by the key of its row, for every row of every form."""
        return {
            naughty.number(form, position): text
            for form in naughty.FORMATS
            for position, text in enumerate(self.strings)
            if naughty.holds(form, text)
        }


@pytest.fixture(scope="module")
def naughty_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NaughtyRun]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        strings = naughty.strings(f"127.0.0.1:{listener.getsockname()[1]}")
        installation = install(tmp_path_factory.mktemp("naughty"), ["morning_star_factories", "scene_items"])
        naughty.submit(installation, strings)
        yield NaughtyRun(installation, installation.fuzhi("run"), strings, listener)


def test_every_row_is_read_and_the_planted_ones_alone_are_held_back(naughty_run: NaughtyRun) -> None:
    assert naughty_run.outcome.exit_code == 0, naughty_run.outcome.err + naughty_run.outcome.out
    assert len(naughty_run.strings) == 511 + 26 + 6
    by_format = Counter(form for form in naughty.FORMATS for text in naughty_run.strings if naughty.holds(form, text))
    assert by_format == {"csv": 543, "xlsx": 540, "ods": 535, "docx": 535}
    row = naughty_run.outcome.dataset(naughty.DATASET)
    counts = {name: row[name] for name in ("files", "read", "published", "superseded", "quarantined", "ignored")}
    assert counts == {"files": 4, "read": 2153, "published": 2129, "superseded": 0, "quarantined": 24, "ignored": 0}
    marts = naughty_run.installation.settings.marts
    held = pq.read_table(marts / f"{naughty.DATASET}__quarantine.parquet").column("register_number").to_pylist()
    assert sorted(held) == [str(key) for key, text in naughty_run.sent().items() if text in naughty.HELD_BACK]
    issues = pq.read_table(marts / f"{naughty.DATASET}__issues.parquet").to_pylist()
    # Four rows of personal data in three public columns, two of errors in those and in the private one.
    assert Counter(issue["code"] for issue in issues) == {"personal_data": 4 * 4 * 3, "error_cell": 4 * 2 * 4}
    assert {(issue["code"], issue["value"]) for issue in issues} == {
        (code, text) for text, code in naughty.HELD_BACK.items()
    }


def test_every_string_is_published_exactly_as_the_contract_tidies_it(naughty_run: NaughtyRun) -> None:
    expected = {
        key: {column: naughty.tidied(kind, text) for column, kind in COLUMNS.items()}
        for key, text in naughty_run.sent().items()
        if text not in naughty.HELD_BACK
    }
    rows = pq.read_table(naughty_run.file("parquet"), columns=["register_number", *COLUMNS]).to_pylist()
    assert {row.pop("register_number"): row for row in rows} == expected
    # What tidying leaves nothing of: a word or a sign that only says so, or blanks.
    empty = {text for text in naughty_run.strings if naughty.tidied("text", text) is None}
    assert empty == {"", "null", "NULL", "None", " ", "-", "--", "\ufeff", "无", "——"}


def test_the_csv_says_what_the_parquet_says_to_three_readers(naughty_run: NaughtyRun) -> None:
    table = pq.read_table(naughty_run.file("parquet"))
    names = table.column_names
    parquet = [tuple(row[name] for name in names) for row in table.to_pylist()]
    texts = [tuple("" if value is None else str(value) for value in row) for row in parquet]
    with naughty_run.file("csv").open(encoding="utf-8", newline="") as lines:
        assert [tuple(row) for row in csv.reader(lines)] == [tuple(names), *texts]
    query = f"select * from read_csv('{naughty_run.file('csv')}', all_varchar = true)"
    nulls = [tuple(None if value is None else str(value) for value in row) for row in parquet]
    assert duckdb.sql(query).fetchall() == nulls
    # As the README of the release says it is to be read.
    frame = pd.read_csv(naughty_run.file("csv"), dtype=str, keep_default_na=False, na_values=[""])
    read = frame.astype(object).where(frame.notna(), None).itertuples(index=False, name=None)
    assert list(read) == nulls


def test_no_cell_of_the_workbook_is_a_formula_or_a_link(naughty_run: NaughtyRun) -> None:
    book = openpyxl.load_workbook(naughty_run.file("xlsx"))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert Counter(cell.data_type for cell in cells) == {"s": len(cells) - 2129, "n": 2129}
    assert [cell.coordinate for cell in cells if cell.hyperlink] == []
    rows = pq.read_table(naughty_run.file("parquet")).to_pylist()
    shown = [[None if value is None else in_a_cell(value) for value in row.values()] for row in rows]
    sheet = book.worksheets[0]
    assert [[unescaped(value) for value in row] for row in sheet.iter_rows(min_row=2, values_only=True)] == shown
    assert acting_parts(naughty_run.file("xlsx")) == []


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_shows_the_texts_and_computes_and_fetches_nothing(naughty_run: NaughtyRun, tmp_path: Path) -> None:
    before = everything_under(naughty_run.installation.settings.workspace.parent)
    tables = in_libreoffice(naughty_run.file("xlsx"), tmp_path)
    book = openpyxl.load_workbook(naughty_run.file("xlsx"))
    assert tables == {sheet.title: as_shown(sheet) for sheet in book}
    values = {value for row in tables["数据 Data"] for value in row}
    assert {"=1+1", "@SUM(1,1)", "+1+1", "-1-1", "=cmd|' /C calc'!A0", "{=1+1}"} <= values
    assert everything_under(naughty_run.installation.settings.workspace.parent) == before
    with pytest.raises(BlockingIOError):
        naughty_run.listener.accept()


@pytest.mark.parametrize(("form", "name"), [("xlsx", "文字"), ("ods", "文字.ods"), ("docx", "文字.docx")])
def test_the_answer_to_a_form_full_of_them_is_neutral(naughty_run: NaughtyRun, form: str, name: str) -> None:
    (path,) = (naughty_run.installation.settings.workspace / "feedback").rglob(f"{name}.反馈.xlsx")
    assert acting_parts(path) == []
    sheet = openpyxl.load_workbook(path)["表" if form != "docx" else "表1"]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.coordinate for cell in cells if cell.hyperlink] == []
    # What a spreadsheet would take for a formula when the cell is edited is marked as text.
    starts = ("=", "+", "-", "@", "\t", "\r")
    assert [cell.value for cell in cells if cell.value.startswith(starts) and not cell.quotePrefix] == []
    texts = [text for text in naughty_run.strings if naughty.holds(form, text)]
    copied = [unescaped(sheet.cell(number, 1).value) for number in range(2, len(texts) + 2)]
    # A text that looks like an escape of an xlsx (`_x0041_`) is left out: openpyxl does not escape it again.
    shown = [(copy, text) for copy, text in zip(copied, texts, strict=True) if not re.search("_x[0-9A-F]{4}_", text)]
    # The submitter's own workbook keeps its blanks; one made from the rows has none.
    kept = [text if form == "xlsx" or not text.isspace() else "" for _, text in shown]
    assert [copy or "" for copy, _ in shown] == kept


def test_what_a_check_says_of_a_form_does_not_steer_the_terminal(naughty_run: NaughtyRun, tmp_path: Path) -> None:
    form = tmp_path / "文字.csv"
    wrong = naughty.STEERING
    form.write_text(f"文字,登记号,市,{wrong}\n{wrong},{wrong},{wrong},{wrong}\n", "utf-8")
    for lang in ("zh", "en"):
        outcome = naughty_run.installation.fuzhi("check", str(form), "--dataset", naughty.DATASET, "--lang", lang)
        assert outcome.exit_code == 1, outcome.err
        assert "␛]0;t␇␛[31m�2J坏␈�列␡" in outcome.out
        assert naughty.steering(outcome.out + outcome.err) == set()


def test_no_string_gets_into_logs_or_into_what_is_said_of_the_data(naughty_run: NaughtyRun) -> None:
    settings = naughty_run.installation.settings
    kept = [path for name in ("dagster", "dbt", "state", "gate") for path in (settings.workspace / name).rglob("*")]
    said = [naughty_run.release / name for name in ("README.md", "datapackage.json", "validation.json")]
    files = [path for path in [*kept, *said, settings.published / "index.json"] if path.is_file()]
    assert len(files) > 20
    content = b"\n".join(path.read_bytes() for path in files)
    content += (naughty_run.outcome.out + naughty_run.outcome.err).encode()
    telling = [text for text in naughty_run.strings if len(text) >= TELLTALE]
    assert len(telling) == 356
    assert [text for text in telling if text.encode() in content or json.dumps(text)[1:-1].encode() in content] == []


def test_what_a_run_says_of_refused_files_does_not_steer_the_terminal(naughty_run: NaughtyRun) -> None:
    refused = sorted(Path(file["submission"]).name for file in naughty_run.outcome.report["refused"])
    assert refused == [r"\x1b]0;t\x07\x1b[31m\x9b2J\x85坏\x08\u202e列\x7f.csv", "未知.csv"]
    # Which columns a refused file has is for its submitter: where it has no header they are values.
    assert "表头不属于任何名录" in naughty_run.outcome.out
    assert "甲、" not in naughty_run.outcome.out
    assert naughty.steering(naughty_run.outcome.out + naughty_run.outcome.err) == set()


def unescaped(value: object) -> object:
    """A cell's value; what is written as `_xHHHH_` (ECMA-376, ST_Xstring) openpyxl leaves as it is."""
    return re.sub("_x([0-9A-F]{4})_", lambda match: chr(int(match[1], 16)), value) if isinstance(value, str) else value


def in_a_cell(value: object) -> object:
    """A published value as a workbook holds it: a cell has one kind of line break."""
    return value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else value


def acting_parts(workbook: Path) -> list[str]:
    """The parts of an xlsx that do or fetch something, and the sheets with a formula."""
    with zipfile.ZipFile(workbook) as parts:
        acting = [name for name in parts.namelist() if re.search("externalLink|vba|connections|embeddings|query", name)]
        sheets = [name for name in parts.namelist() if name.startswith("xl/worksheets/")]
        return acting + [name for name in sheets if re.search(rb"<f[ >/]|<hyperlink|TargetMode", parts.read(name))]


def as_shown(sheet: openpyxl.worksheet.worksheet.Worksheet) -> list[list[str]]:
    return [["" if value is None else str(unescaped(value)) for value in row] for row in sheet.values]


def in_libreoffice(workbook: Path, folder: Path) -> dict[str, list[list[str]]]:
    """The sheets of a workbook as LibreOffice shows them, each saved as csv; it leaves nothing else behind."""
    (folder / "home").mkdir()
    (folder / "here").mkdir()
    everything = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    command = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore"]
    subprocess.run(
        [*command, "--convert-to", everything, "--outdir", str(folder / "out"), str(workbook)],
        cwd=folder / "here", env={**os.environ, "HOME": str(folder / "home"), "LC_ALL": "C.UTF-8"},
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    assert list((folder / "here").iterdir()) == []
    tables = {}
    for path in (folder / "out").iterdir():
        with path.open(encoding="utf-8", newline="") as lines:
            tables[path.stem.removeprefix(f"{workbook.stem}-")] = list(csv.reader(lines))
    return tables


def everything_under(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))
