"""The made-up forms that the benchmark publishes: scene items as CSV and xlsx, and many small workbooks.

Row i is the same in all of them, whatever their size (`inputs.sql`): 15 columns, 1 row in 120 at fault, 1 in 50 about
an item that an earlier row is about.
"""

from __future__ import annotations

import csv
import datetime
import hashlib
import re
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import xlsxwriter

from orchestration.sample.enterprises import uscc
from orchestration.settings import PROJECT

ROUND = "2024-01"
# Speaks for the whole province: no pattern of schemas/shared/scopes.yaml fits it.
SUBMITTER = "样例报送单位"
COMPANIES = 5_000
ROWS_PER_WORKBOOK = 25
WORKBOOKS_PER_SUBMITTER = 100
SEEDS = PROJECT / "dbt_project" / "seeds"
ABOUT = "made_up: true\n"
ABOUT_ROUND = "title: 基准测试（虚构数据）\ntitle_en: Benchmark (made-up data)\nclosed_on: 2024-06-30\nmade_up: true\n"
_NUMBER, _DAY = re.compile(r"[0-9]+[.]5"), re.compile(r"[0-9]{4}-(?!02-30)[0-9]{2}-[0-9]{2}")


def csv_inbox(folder: Path, rows: int, first: int = 0) -> Path:
    """An inbox with one CSV of so many rows, beginning with row `first`."""

    def write(inbox: Path) -> None:
        path = _place(inbox, SUBMITTER, f"scene_items_{first}.csv")
        _rows(first, first + rows).write_csv(str(path), header=True)

    return _inbox(folder / f"csv-{rows}" if not first else folder / f"csv-{rows}-from-{first}", write)


def xlsx_inbox(folder: Path, rows: int) -> Path:
    """An inbox with one workbook of so many rows."""

    def write(inbox: Path) -> None:
        table = _rows(0, rows)
        _write_workbook(_place(inbox, SUBMITTER, "scene_items.xlsx"), table.columns, iter(table.fetchone, None))

    return _inbox(folder / f"xlsx-{rows}", write)


def many_inbox(folder: Path, workbooks: int) -> Path:
    """An inbox with so many small workbooks of ROWS_PER_WORKBOOK rows, of several submitters."""

    def write(inbox: Path) -> None:
        table = _rows(0, workbooks * ROWS_PER_WORKBOOK)
        for number in range(workbooks):
            submitter = f"{SUBMITTER}{number // WORKBOOKS_PER_SUBMITTER + 1:03d}"
            path = _place(inbox, submitter, f"scene_items_{number:05d}.xlsx")
            _write_workbook(path, table.columns, table.fetchmany(ROWS_PER_WORKBOOK))

    return _inbox(folder / f"many-{workbooks}", write)


def forms(inbox: Path) -> list[Path]:
    """The forms in an inbox."""
    return sorted(path for path in inbox.glob(f"{ROUND}/*/*"))


def version() -> str:
    """Names the rows: another version of this generator writes others."""
    code = Path(__file__).read_bytes() + Path(__file__).with_suffix(".sql").read_bytes()
    return hashlib.sha256(code).hexdigest()[:12]


def _inbox(inbox: Path, write: Callable[[Path], None]) -> Path:
    """Make the inbox where it is not there yet; one that was half made is made anew."""
    if not inbox.exists():
        making = inbox.with_name(f"{inbox.name}.making")
        shutil.rmtree(making, ignore_errors=True)
        (making / ROUND).mkdir(parents=True)
        (making / "inbox.yaml").write_text(ABOUT, "utf-8")
        (making / ROUND / "round.yaml").write_text(ABOUT_ROUND, "utf-8")
        write(making)
        making.rename(inbox)
    return inbox


def _place(inbox: Path, submitter: str, name: str) -> Path:
    path = inbox / ROUND / submitter / name
    path.parent.mkdir(exist_ok=True)
    return path


def _rows(first: int, last: int) -> duckdb.DuckDBPyRelation:
    """The rows `first` to `last` (not included) as text, in their order."""
    connection = duckdb.connect()
    connection.execute("set enable_progress_bar = false")
    connection.register("companies", pa.Table.from_pylist(_companies()))
    query = Path(__file__).with_suffix(".sql").read_text("utf-8")
    return connection.sql(query, params={"first": first, "last": last, "companies": COMPANIES})


def _companies() -> list[dict[str, Any]]:
    cities = {city["code"]: city["name"] for city in _standing("cities")}
    counties, chains = _standing("counties"), _standing("chains")
    companies = []
    for number in range(COMPANIES):
        county, chain = counties[number % len(counties)], chains[number % len(chains)]
        city = cities[county["parent"]]
        company = {
            "number": number,
            "name": f"{city}样例{number}科技{'（集团）' if number % 5 == 0 else ''}有限公司",
            "uscc": uscc(county["code"], f"MA{number:06d}"),
            "city": city,
            "city_code": county["parent"],
            "county": county["name"],
            "chain": chain["name"],
            "chain_code": chain["code"],
        }
        companies.append(company)
    return companies


def _standing(code_list: str) -> list[dict[str, str]]:
    """The entries of a code list that have not ended."""
    with (SEEDS / f"{code_list}.csv").open(encoding="utf-8", newline="") as file:
        return [entry for entry in csv.DictReader(file) if not entry["valid_to"]]


def _write_workbook(path: Path, heading: list[str], rows: Iterable[tuple[str | None, ...]]) -> None:
    """As somebody would have typed it: what looks like a number or a day is one, everything else is text."""
    with xlsxwriter.Workbook(path, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        # Dated alike, so that the same rows are the same file.
        book.set_properties({"created": datetime.datetime(2024, 6, 30)})
        sheet = book.add_worksheet("汇总表")
        sheet.write_row(0, 0, heading)
        for number, row in enumerate(rows, start=1):
            for column, text in enumerate(row):
                if text is None:
                    continue
                if _NUMBER.fullmatch(text):
                    sheet.write_number(number, column, float(text))
                elif _DAY.fullmatch(text):
                    sheet.write_datetime(number, column, datetime.datetime.fromisoformat(text))
                else:
                    sheet.write_string(number, column, text)
