"""Which city each submitter may speak for, as `schemas/shared/scopes.yaml` says."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from orchestration.contracts.contract import ContractError
from orchestration.yaml_files import YamlFileError, read_yaml

CITY = re.compile(r"\d{6}")


@dataclass(frozen=True)
class Scope:
    """The submitters whose name fits `submitters` speak for `city`, or for the whole province where it is None."""

    submitters: str
    city: str | None


def load_scopes(schemas: Path) -> tuple[Scope, ...]:
    """Read the scopes in their order; none where there is no such file. Raises ContractError for what is no scope."""
    path = schemas / "shared" / "scopes.yaml"
    if not path.exists():
        return ()
    try:
        entries = read_yaml(path) or []
    except YamlFileError as error:
        raise ContractError(path, None, str(error)) from error
    if not isinstance(entries, list):
        raise ContractError(path, None, "is not a list of scopes")
    return tuple(_scope(path, number, entry) for number, entry in enumerate(entries, start=1))


def city_of(submitter: str | None, scopes: Iterable[Scope]) -> str | None:
    """The code of the city that the submitter speaks for; None where that is the whole province, or not known."""
    fitting = (scope.city for scope in scopes if submitter and fnmatchcase(submitter, scope.submitters))
    return next(fitting, None)


def _scope(path: Path, number: int, entry: object) -> Scope:
    if not isinstance(entry, dict) or not {"submitters"} <= entry.keys() <= {"submitters", "city"}:
        raise ContractError(path, None, f"entry {number} is not {{submitters: …, city: …}}")
    city = entry.get("city")
    if city is not None and not (isinstance(city, str) and CITY.fullmatch(city)):
        raise ContractError(path, None, f"entry {number}: the city is no code of six digits in quotes")
    return Scope(str(entry["submitters"]), city)
