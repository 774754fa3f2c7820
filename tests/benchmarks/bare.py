"""What somebody who wants nothing but speed writes: the same form cleaned, checked and written by bare DuckDB.

    python bare.py FORM OUT [FORMAT …]

reads FORM (csv; xlsx by fastexcel) and writes OUT/scene_items.parquet and .csv, sorted by the key, or the formats that
are named (parquet, csv, json, xlsx). It holds back the rows that by_hand.py does, and says nothing.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import duckdb

LISTS = Path(__file__).parents[2] / "dbt_project" / "seeds"
OPTIONS = {
    "parquet": "format parquet, compression zstd",
    "csv": "format csv, header",
    "json": "format json, array",
    "xlsx": "format xlsx, header true",
}


def main(form: Path, out: Path, formats: Sequence[str] = ("parquet", "csv")) -> None:
    """Publish the form."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out) as folder, duckdb.connect(f"{folder}/bare.duckdb") as connection:
        if form.suffix == ".csv":
            connection.execute("create table form as from read_csv($form, all_varchar = true)", {"form": str(form)})
        else:
            import fastexcel

            sheet = fastexcel.read_excel(form).load_sheet(0, dtypes="string").to_arrow()
            connection.register("sheet", sheet)
            connection.execute("create table form as from sheet")
        connection.execute("set variable seeds = $seeds", {"seeds": str(LISTS)})
        connection.execute(Path(__file__).with_suffix(".sql").read_text("utf-8"))
        if "xlsx" in formats:
            import duckdb_extension_excel

            (extension,) = Path(duckdb_extension_excel.__file__).parent.rglob("*.duckdb_extension")
            connection.load_extension(str(extension))
        for name in formats:
            connection.execute(f"copy publishable to '{out}/scene_items.{name}' ({OPTIONS[name]})")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:] or ("parquet", "csv"))
