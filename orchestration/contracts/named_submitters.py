"""Which submitters may be named in what is published, as `schemas/shared/named_submitters.yaml` says."""

from __future__ import annotations

from pathlib import Path

from orchestration.contracts.contract import ContractError
from orchestration.yaml_files import YamlFileError, read_yaml

# All others together.
OTHERS = "其他报送单位"


def load_named_submitters(schemas: Path) -> frozenset[str]:
    """The names of folders that may be published; none where there is no such file.

    Raises ContractError for a file that is no list of names.
    """
    path = schemas / "shared" / "named_submitters.yaml"
    if not path.exists():
        return frozenset()
    try:
        names = read_yaml(path) or []
    except YamlFileError as error:
        raise ContractError(path, None, str(error)) from error
    if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
        raise ContractError(path, None, "is not a list of names")
    return frozenset(names)
