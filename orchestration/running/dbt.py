"""Running dbt in this process: parse the project, build some of its nodes, tell what became of each.

One invocation per run. dbt's own log files are off and its messages are stripped of values (messages.py), because
the engine quotes values of rows in its errors.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from orchestration.errors import UserError
from orchestration.running import spark
from orchestration.running.messages import without_values
from orchestration.settings import ENGINES, Settings

# Stands for the workspace in what dbt keeps of the project, which so serves every workspace.
ANY_WORKSPACE = "/any/workspace"
KEPT = "partial_parse.msgpack"
# The dbt source of the latest published tables.
PUBLISHED = "published"


class DbtError(UserError):
    """dbt could not parse the project or could not start; nothing was built."""


@dataclass(frozen=True)
class NodeResult:
    """What became of one model, seed or test: `success`, `pass`, `fail`, `error`, `skipped`, `warn`."""

    unique_id: str
    status: str
    message: str
    failures: int
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether the node did what it should."""
        return self.status in ("success", "pass", "warn")


def load_manifest(settings: Settings) -> Mapping[str, Any]:
    """The manifest of the dbt project, parsed anew only where the project has changed since.

    Processes that load it at the same time, such as a run and Dagster's UI, wait for the one that parses.
    """
    path = settings.workspace / "dbt" / "manifest.json"
    stamp = path.with_name("manifest.source")
    source = _source(settings)
    with _manifest_alone(settings):
        if not path.exists() or not stamp.exists() or stamp.read_text("utf-8") != source:
            # dbt writes in place: where it is killed, nothing may vouch for what it has left.
            stamp.unlink(missing_ok=True)
            _parse.cache_clear()
            _parse(settings, source)
            stamp.write_text(source, "utf-8")
        return _read(path, source)


def _source(settings: Settings) -> str:
    return f"{settings.engine} {source_digest(settings)}"


@contextmanager
def _manifest_alone(settings: Settings) -> Iterator[None]:
    path = settings.workspace / "dbt" / "manifest.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _parsed(settings: Settings) -> Any:
    """The project as dbt itself keeps it; the environment is then that in which its models are rendered."""
    with _manifest_alone(settings):
        parsed = _parse(settings, _source(settings))
    settings.to_environment()
    return parsed


@lru_cache(maxsize=1)
def _parse(settings: Settings, source: str) -> Any:
    """The project as dbt itself keeps it, parsed once for all that this process builds of that `source`.

    A workspace that was never used begins with what `prepare` has left.
    """
    kept, prepared = settings.workspace / "dbt" / KEPT, _prepared(settings) / KEPT
    if not kept.exists() and prepared.exists():
        shutil.copyfile(prepared, kept)
    parsed = _parse_into(settings, kept.parent)
    for one in parsed.sources.values():
        # What dbt fills in is in braces.
        place = str(settings.workspace).replace("'", "''").replace("{", "{{").replace("}", "}}")
        one.meta["external_location"] = one.meta["external_location"].replace(ANY_WORKSPACE, place)
    return parsed


def prepare(settings: Settings) -> None:
    """Parse the project once for all workspaces: each begins with it, and looks only at what has changed since."""
    _parse_into(settings, _prepared(settings))


def _prepared(settings: Settings) -> Path:
    return settings.dbt_project / "target"


def _parse_into(settings: Settings, target: Path) -> Any:
    """Parse the project as one of any workspace: else what is kept could not serve another."""
    if settings.engine == "spark":
        spark.check_installed()
    settings.to_environment()
    os.environ["FUZHI_WORKSPACE"] = ANY_WORKSPACE
    try:
        return _invoke(settings, ["parse"], target=target)
    finally:
        settings.to_environment()


@lru_cache(maxsize=1)
def _read(path: Path, source: str) -> Mapping[str, Any]:
    """The manifest at `path` made from that `source`; it is large, and a run asks for it again and again."""
    manifest: Mapping[str, Any] = json.loads(path.read_text("utf-8"))
    return manifest


def published_inputs(manifest: Mapping[str, Any], model: str) -> list[str]:
    """The published tables that a model is made of, by itself or through others, in the order of their names."""
    found: set[str] = set()
    waiting, seen = [f"model.fuzhi.{model}"], set[str]()
    while waiting:
        node = waiting.pop()
        if node in seen or node not in manifest["nodes"]:
            continue
        seen.add(node)
        for parent in manifest["nodes"][node]["depends_on"].get("nodes", ()):
            source = manifest["sources"].get(parent)
            if source is not None and source["source_name"] == PUBLISHED:
                found.add(source["name"])
            waiting.append(parent)
    return sorted(found)


def build(settings: Settings, nodes: Iterable[str]) -> list[NodeResult]:
    """Build these models and seeds (by name) with their data tests; unit tests are for `make test`."""
    # No run_results.json: the engine's messages stand in it unstripped.
    command = ["build", "--no-write-json", "--exclude-resource-type", "unit_test", *_selection(settings, set(nodes))]
    parsed = _parsed(settings)
    if settings.engine == "spark":
        spark.start_session(settings)
    result = _invoke(settings, command, parsed)
    if settings.engine == "spark":
        built = [one.node for one in result.results if str(one.status) == "success"]
        spark.gather(settings, [node.name for node in built if node.config.materialized == "external"])
    return [
        NodeResult(
            unique_id=one.node.unique_id,
            status=str(one.status),
            message=without_values(one.message or ""),
            failures=one.failures or 0,
            seconds=one.execution_time,
        )
        for one in result.results
    ]


def _selection(settings: Settings, nodes: set[str]) -> list[str]:
    """The nodes to build, or where these are fewer those to leave out: dbt looks at the whole project for each name."""
    all_ = {one["name"] for one in load_manifest(settings)["nodes"].values() if one["resource_type"] != "test"}
    others = all_ - nodes
    return ["--exclude", *sorted(others)] if len(others) < len(nodes) else ["--select", *sorted(nodes)]


def compile_models(settings: Settings, nodes: Iterable[str]) -> None:
    """Compile these models to SQL for DuckDB under `dbt/compiled/` of the workspace; runs nothing."""
    duckdb = replace(settings, engine=ENGINES[0])
    _invoke(duckdb, ["compile", "--no-write-json", "--select", *sorted(nodes)], _parsed(duckdb))


def _invoke(settings: Settings, command: list[str], parsed: Any = None, target: Path | None = None) -> Any:
    # dbt takes two seconds to import: only a run that builds something pays for it.
    from dbt.cli.main import dbtRunner

    target = target or settings.workspace / "dbt"
    target.mkdir(parents=True, exist_ok=True)
    outcome = dbtRunner(manifest=parsed).invoke(
        [
            "--quiet",
            "--log-level", "none",
            "--log-level-file", "none",
            "--no-use-colors",
            *command,
            "--target", settings.engine,
            "--project-dir", str(settings.dbt_project),
            "--profiles-dir", str(settings.dbt_project),
            "--target-path", str(target),
            "--log-path", str(target),
        ]
    )  # fmt: skip
    if outcome.exception is not None:
        raise DbtError(without_values(str(outcome.exception)))
    return outcome.result


def source_digest(settings: Settings) -> str:
    """A digest over all the files of the dbt project that say what it does."""
    digest = hashlib.sha256()
    for path in sorted(_sources(settings.dbt_project)):
        digest.update(f"{path.relative_to(settings.dbt_project)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _sources(project: Path) -> Iterable[Path]:
    for pattern in ("*.yml", "macros/**/*.*", "models/**/*.*", "seeds/*.*", "tests/**/*.*"):
        yield from (path for path in project.glob(pattern) if path.is_file())
