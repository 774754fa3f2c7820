"""The files of the project that decide what a run does: code, contracts, expectations, models, code lists."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from orchestration.digests import file_sha256
from orchestration.settings import Settings

CODE = Path(__file__).resolve().parents[1]


def _project_files(settings: Settings) -> Iterator[tuple[str, Path]]:
    for root, patterns in (
        (CODE, tuple(f"**/*.{ending}" for ending in ("py", "md", "yaml", "txt", "html", "css", "js", "svg"))),
        (settings.schemas, ("**/*.yaml",)),
        (settings.expectations, ("**/*.yaml",)),
        (settings.dbt_project, ("*.yml", "macros/**/*.sql", "models/**/*.*", "seeds/*.*", "tests/**/*.*")),
    ):
        for pattern in patterns:
            yield from ((f"{root.name}/{p.relative_to(root).as_posix()}", p) for p in root.glob(pattern) if p.is_file())


def project_lines(settings: Settings) -> list[tuple[Path, str]]:
    """Each project file with a line of its name and content, in the order of the names."""
    return [(path, f"{name}\t{file_sha256(path)}") for name, path in sorted(_project_files(settings))]


def dataset_of(name: str) -> str:
    """The dataset that a file or a model is named after: `stg_x.sql`, `x__judged` and `x.yaml` are of x."""
    return name.split(".")[0].removeprefix("stg_").split("__")[0]
