"""The formats in which a table is published, in their order: the canonical one first, copies for portals last."""

from __future__ import annotations

from collections.abc import Mapping

MEDIA_TYPES = {
    "parquet": "application/vnd.apache.parquet",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "xml": "application/xml",
}


def formats_of(rows: int, limits: Mapping[str, int]) -> tuple[str, ...]:
    """The formats of a table of so many rows; `limits` says for some formats up to how many rows there is one."""
    return tuple(format_ for format_ in MEDIA_TYPES if rows <= limits.get(format_, rows))
