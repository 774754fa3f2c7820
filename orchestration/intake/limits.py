"""How much of a stranger's file is read before it is refused: read from `schemas/shared/limits.yaml`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path

from orchestration.errors import UserError
from orchestration.intake.issues import Refusal
from orchestration.yaml_files import YamlFileError, read_yaml

MEBIBYTE = 1024**2


@dataclass(frozen=True)
class Limits:
    """The limits of one file. The defaults let through a sheet as large as a spreadsheet can show and few files more.

    `memory` is the address space, in bytes, that a child process may use beyond what it has when it starts;
    `cpu_seconds` and `wall_seconds` are for one file. A zip-based file may hold `entries` parts that unpack to
    `unpacked_bytes`, none of them more than `ratio` times its packed size. `cells` is rows × columns of one sheet,
    filled or not, because that is what a reader allocates. Text tables and Parquet files that are read in bulk may have
    `bulk_bytes` and `bulk_rows`.
    """

    memory: int = 2048 * MEBIBYTE
    cpu_seconds: int = 60
    wall_seconds: int = 120
    file_bytes: int = 512 * MEBIBYTE
    unpacked_bytes: int = 1024 * MEBIBYTE
    ratio: int = 300
    entries: int = 10_000
    sheets: int = 256
    rows: int = 2_000_000
    columns: int = 1_000
    cells: int = 30_000_000
    cell_characters: int = 32_767
    bulk_bytes: int = 8192 * MEBIBYTE
    bulk_rows: int = 50_000_000


DEFAULT_LIMITS = Limits()


def read_limits(schemas: Path) -> Limits:
    """The limits of an installation, from `schemas/shared/limits.yaml`; one that is not given has its default.

    Raises UserError, naming file and key, for an unknown limit and for one that is no whole number above 0.
    """
    path = schemas / "shared" / "limits.yaml"
    try:
        given = read_yaml(path) or {}
    except YamlFileError as error:
        raise UserError(f"{path.name}: {error}") from error
    if not isinstance(given, dict):
        raise UserError(f"{path.name}: is not a mapping of limits")
    known = [field.name for field in fields(Limits)]
    for name, value in given.items():
        if name not in known:
            raise UserError(f"{path.name}: unknown limit {name}; the limits are {', '.join(known)}")
        if type(value) is not int or value <= 0:
            raise UserError(f"{path.name}: {name} is {value!r}, which is no whole number above 0")
    return Limits(**given)


def refuse_above(amount: int, limit: int, of_what: str) -> None:
    """Raise Refusal where an amount is beyond its limit, with both in the detail."""
    if amount > limit:
        raise Refusal("file_too_large", f"{amount:,} > {limit:,} {of_what}")


def refuse_long_cells(cells: Iterable[str | None], limits: Limits) -> None:
    """Raise Refusal where a cell holds more characters than it may."""
    longest = max(map(len, filter(None, cells)), default=0)
    refuse_above(longest, limits.cell_characters, "characters in a cell")
