"""The models that judge rows, as dbt compiles them: compiled once per state of the dbt project, then only read.

They are compiled for a workspace of their own, whose path stands in them; whoever runs them puts another in its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from orchestration.contracts import Contract
from orchestration.running import dbt
from orchestration.settings import Settings

# In the order in which they need each other; `{}` is the dataset.
JUDGING = ("code_labels", "stg_{}", "{}__superseded", "{}__judged", "{}__issues", "{}__accounts")


@dataclass(frozen=True)
class CompiledModel:
    """One model as SQL that reads the workspace `compiled_for`."""

    name: str
    sql: str
    compiled_for: Path

    def sql_for(self, workspace: Path) -> str:
        """The SQL of the model, reading another workspace."""
        return self.sql.replace(_in_sql(self.compiled_for), _in_sql(workspace))


def judging_models(settings: Settings, contracts: Mapping[str, Contract], dataset: str) -> list[CompiledModel]:
    """The models from staging to issues and accounts of one dataset, in the order in which they need each other."""
    home = replace(settings, workspace=settings.workspace / "check")
    folder = home.workspace / "dbt" / "compiled"
    stamp = home.workspace / "compiled.source"
    source = dbt.source_digest(settings)
    if not stamp.exists() or stamp.read_text("utf-8") != source:
        stamp.unlink(missing_ok=True)
        dbt.compile_models(home, {model.format(name) for model in JUDGING for name in contracts})
        stamp.write_text(source, "utf-8")
    files = {path.stem: path for path in folder.rglob("*.sql")}
    names = [model.format(dataset) for model in JUDGING]
    return [CompiledModel(name, files[name].read_text("utf-8"), home.workspace) for name in names]


def _in_sql(path: Path) -> str:
    return str(path).replace("'", "''")
