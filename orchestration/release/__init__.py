"""Release: from a mart that has passed the gate to an immutable, versioned data package under `published/`."""

from orchestration.release.index import write_catalogs, write_index
from orchestration.release.publishing import publish
from orchestration.release.releasing import WORKBOOK_ROWS, Release, release
from orchestration.release.source import Source
from orchestration.release.tables import MartError
from orchestration.release.writing import ReleaseError

__all__ = [
    "WORKBOOK_ROWS", "MartError", "Release", "ReleaseError", "Source", "publish", "release", "write_catalogs",
    "write_index",
]  # fmt: skip
