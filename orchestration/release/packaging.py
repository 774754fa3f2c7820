"""What a package holds, file by file: the table in its formats, and everything that is said of it."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from orchestration.digests import file_sha256
from orchestration.metadata.documents import write_documents
from orchestration.release.code_lists import write_code_lists
from orchestration.release.descriptor import Written, complete
from orchestration.release.json_table import write_json_table
from orchestration.release.lineage import LINEAGE
from orchestration.release.notes import Change
from orchestration.release.package import Package
from orchestration.release.readme import write_readme
from orchestration.release.sums import write_sums
from orchestration.release.tables import write_csv
from orchestration.release.workbook import write_workbook
from orchestration.release.writing import write_json
from orchestration.release.xml_table import write_xml_table

AT_ONCE = 2


def write_tables(stage: Path, package: Package) -> None:
    """Write the copies of the Parquet that lies in the stage, one per format, and the code lists that it refers to.

    The formats are written side by side: for each DuckDB keeps the order of the rows, and so no more than a core busy.
    """
    name = package.contract.name
    parquet = stage / f"{name}.parquet"
    writers = [partial(write_csv, parquet, stage / f"{name}.csv")]
    if "json" in package.formats:
        writers.append(partial(write_json_table, parquet, package.columns, stage / f"{name}.json"))
    if "xlsx" in package.formats:
        writers += [
            partial(write_workbook, parquet, package, stage / f"{name}{part.suffix}.xlsx", part)
            for part in package.workbooks
        ]
    if "xml" in package.formats:
        writers.append(partial(write_xml_table, parquet, package, stage / f"{name}.xml"))
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for written in [threads.submit(writer) for writer in writers]:
            written.result()
    write_code_lists(package.code_lists, stage)


def write_descriptions(
    stage: Path, package: Package, metadata: dict[str, Any], change: Change, lineage: Mapping[str, Any] | None
) -> dict[str, str]:
    """Write what is said of the tables in the stage, and the sums over all of it; returns the sums by file.

    `metadata` is what `describe` said before there were files. Nothing but the signature of the sums comes after them.
    """
    name, version, created = package.contract.name, package.version, package.created
    write_readme(package, stage / "README.md")
    # The code lists are described with their hashes already.
    tables = [one["path"] for one in metadata["resources"] if "codes" not in one]
    files = {path: Written(path, (stage / path).stat().st_size, file_sha256(stage / path)) for path in tables}
    write_json(complete(metadata, version, created, change.to_dict(), files), stage / "datapackage.json")
    if lineage is not None:
        write_json({"dataset": name, "version": version, "created": created.isoformat(), **lineage}, stage / LINEAGE)
    write_documents(stage)
    return write_sums(stage, {path: file.sha256 for path, file in files.items()})
