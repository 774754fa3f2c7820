"""Of a large form only the rows that have faults, each under its number: what its annotated workbook shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pyarrow.parquet as pq
from openpyxl.utils import column_index_from_string  # type: ignore[import-untyped]

from orchestration import engine
from orchestration.intake.sheets import Row
from orchestration.sql import literal, quoted

# A form with more rows takes longer to write anew than to read, and nobody leafs through it for the coloured cells.
LARGE = 20_000
# By sheet the rows with their numbers, from 1.
Excerpt = dict[str, list[tuple[int, Row]]]


def excerpt(workspace: Path, dataset: str, file: str, rows: Mapping[str, Iterable[int]]) -> Excerpt:
    """The header and these rows, by sheet, of a file that was read; a cell stands in the column that it has there.

    Columns that give no field are left out: they were not read.
    """
    found: Excerpt = {}
    origins = _origins(workspace / "intake" / "columns.parquet", dataset, file)
    with engine.connect() as connection:
        for number, columns in origins.items():
            table = workspace / "raw" / dataset / f"{file}.{number}.parquet"
            with pq.ParquetFile(table) as parquet:
                first = next(parquet.iter_batches(1, columns=["_sheet", "_first_row"]), None)
            if first is None:
                continue
            sheet, first_row = first["_sheet"][0].as_py(), first["_first_row"][0].as_py()
            page = found.setdefault(sheet, [])
            page.append((first_row - 1, _row({letter: heading for letter, (_, heading) in columns.items()})))
            fields = ", ".join(quoted(field) for field, _ in columns.values())
            wanted = [row - first_row for row in rows.get(sheet, ())]
            read = connection.execute(
                f"SELECT file_row_number, {fields} FROM read_parquet({literal(table)}, file_row_number = true) "
                "WHERE file_row_number IN (SELECT unnest($rows::BIGINT[])) ORDER BY 1",
                {"rows": wanted},
            )
            for place, *values in read.fetchall():
                page.append((first_row + place, _row(dict(zip(columns, values, strict=True)))))
    return {sheet: sorted(page, key=lambda row: row[0]) for sheet, page in found.items()}


def _origins(path: Path, dataset: str, file: str) -> dict[int, dict[str, tuple[str, str]]]:
    """By table of the file, then by column letter, the field and the heading."""
    found: dict[int, dict[str, tuple[str, str]]] = {}
    for row in pq.read_table(path, filters=[("dataset", "=", dataset), ("file", "=", file)]).to_pylist():
        found.setdefault(row["table"], {})[row["letter"]] = (row["field"], row["heading"])
    return dict(sorted(found.items()))


def _row(cells: Mapping[str, str | None]) -> Row:
    places = {column_index_from_string(letter): text for letter, text in cells.items()}
    return [places.get(place) for place in range(1, max(places) + 1)]
