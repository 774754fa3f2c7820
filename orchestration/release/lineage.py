"""`lineage.json`: what made a release, so that whoever has the same can make it again.

The code, the contract, the models and code lists, the files that were read (by their hashes alone: never their names
or who sent them), what became of their rows, and the packages that touched the data. The same code and the same forms
give the same lineage, wherever they lie; and no difference in it is a reason for a release.
"""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from orchestration.contracts import Contract
from orchestration.contracts.derived_files import ACCOUNTS
from orchestration.digests import file_sha256
from orchestration.quality.accounts import OUTCOMES, accounts
from orchestration.release.standing_accounts import counted_datasets
from orchestration.release.writing import pointer
from orchestration.running.dbt import load_manifest, published_inputs
from orchestration.running.project_files import CODE, dataset_of
from orchestration.settings import Settings

LINEAGE = "lineage.json"
PACKAGES = (
    "dbt-core", "dbt-duckdb", "duckdb", "frictionless", "great-expectations", "pandas", "pyarrow", "xlsxwriter",
)  # fmt: skip
# What of a checkout decides about the data.
DECISIVE = ("orchestration", "dbt_project", "schemas", "expectations", "pyproject.toml")


def lineage(settings: Settings, contract: Contract) -> dict[str, Any]:
    """The lineage of what is about to be released, but for its version.

    `rows` counts the rows of `inputs` by what became of them; a derived dataset is made of `datasets`. `commit` is null
    where the code is no checkout or is not what was committed. Reads the workspace as intake and dbt have left it.
    """
    rounds, inputs = _inputs(settings, contract.name)
    schemas, dbt = settings.schemas, settings.dbt_project
    others = {path.stem for path in schemas.glob("*.yaml")} - {contract.name}
    models = [
        path
        for pattern in ("dbt_project.yml", "macros/**/*.sql", "models/**/*.sql", "models/**/*.yml")
        for path in dbt.glob(pattern)
        if dataset_of(path.name) not in others
    ]
    suite = settings.expectations / f"{contract.name}.yaml"
    contracts = [schemas / f"{contract.name}.yaml", *schemas.glob("shared/*.yaml")]
    if contract.derived:
        rows = {"published": int(pq.read_metadata(settings.marts / f"{contract.name}.parquet").num_rows)}
    else:
        rows = _rows(settings, contract.name)
    return {
        "code": {"name": "fuzhi", "version": _version("fuzhi"), "commit": _commit(CODE.parent), "sha256": _code(CODE)},
        "contract": {"sha256": _digest(schemas, contracts)},
        "models": {"sha256": _digest(dbt, models)},
        "code_lists": {"sha256": _digest(settings.project, [*dbt.glob("seeds/*.*"), *schemas.glob("codes/*.yaml")])},
        "expectations": {"sha256": _digest(settings.expectations, (suite, settings.guards))},
        "rounds": rounds,
        "inputs": inputs,
        **({"datasets": _datasets(settings, contract)} if contract.derived else {}),
        "rows": rows,
        "packages": {"python": platform.python_version(), **{name: _version(name) for name in PACKAGES}},
    }


def _inputs(settings: Settings, dataset: str) -> tuple[list[str], list[str]]:
    """The rounds and the hashes of the files that were read for the dataset, each sorted and once."""
    path = settings.workspace / "intake" / "submissions.parquet"
    table = pq.read_table(path, columns=["round", "file", "dataset", "status"])
    own = table.filter(pc.and_(pc.equal(table["dataset"], dataset), pc.equal(table["status"], "read")))
    return sorted(set(own["round"].to_pylist())), sorted(set(own["file"].to_pylist()))


def _datasets(settings: Settings, contract: Contract) -> dict[str, Any]:
    """The published tables that a derived dataset is made of: version and SHA-256 of each."""
    found = {}
    names = published_inputs(load_manifest(settings), contract.name)
    for name in counted_datasets(settings) if ACCOUNTS in names else names:
        last = pointer(settings.published, name)
        if last is not None:
            sums = {file["name"]: file["sha256"] for file in last["files"]}
            found[name] = {"version": last["version"], "sha256": sums[f"{name}.parquet"]}
    return found


def _rows(settings: Settings, dataset: str) -> dict[str, int]:
    found = accounts(settings.workspace, dataset)
    return {outcome: sum(getattr(account, outcome) for account in found) for outcome in ("read", *OUTCOMES)}


# Not asked again and again: it reads a whole file for it.
_version = cache(version)


@cache
def _code(folder: Path) -> str:
    return _digest(folder, (p for p in folder.rglob("*") if "__pycache__" not in p.parts))


def _digest(root: Path, paths: Iterable[Path]) -> str:
    """One hash over some files: the SHA-256 of their `sha256sum` lines, by their paths below `root`."""
    named = sorted((path.relative_to(root).as_posix(), path) for path in paths if path.is_file())
    return hashlib.sha256("".join(f"{file_sha256(path)}  {name}\n" for name, path in named).encode()).hexdigest()


@cache
def _commit(checkout: Path) -> str | None:
    """The commit that `checkout` is at; None where it is none or its files are not as committed."""
    head = _git(checkout, "rev-parse", "--show-toplevel", "HEAD")
    if head is None:
        return None
    top, _, commit = head.strip().rpartition("\n")
    # An installed package may lie inside of a checkout of something else.
    if Path(top).resolve() != checkout.resolve():
        return None
    changed = _git(checkout, "status", "--porcelain", "--untracked-files=all", "--", *DECISIVE)
    return commit if changed == "" else None


def _git(folder: Path, *arguments: str) -> str | None:
    """What git says; None where there is no git or it refuses."""
    # A hook of git's sets variables that would lead to the repository that it runs for.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", "--no-optional-locks", "-C", str(folder), *arguments]
    try:
        said = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    except OSError:
        return None
    return said.stdout if said.returncode == 0 else None
