"""Writing the site so that nobody sees half of it: what pages load first, pages next, and last what no page needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from orchestration.catalogue.assets import FOLDER as ASSETS
from orchestration.catalogue.forms import FOLDER as FORMS
from orchestration.intake.whole_files import UNFINISHED, write_if_changed
from orchestration.release.wording import LANGUAGES

# All that the catalogue writes; whatever else lies in `published/` is not its own.
FOLDERS = (ASSETS, FORMS, *LANGUAGES)


def write_site(published: Path, assets: Mapping[str, bytes], pages: Mapping[str, bytes]) -> int:
    """Write the files, by path from the top; how many have changed. A file whose bytes are the same is not touched."""
    changed = sum(_write(published, files) for files in (assets, pages))
    _remove_stale(published, {*assets, *pages})
    return changed


def _write(published: Path, files: Mapping[str, bytes]) -> int:
    changed = 0
    for name, content in files.items():
        path = published / name
        path.parent.mkdir(parents=True, exist_ok=True)
        changed += write_if_changed(path, content)
    return changed


def _remove_stale(published: Path, wanted: Iterable[str]) -> None:
    """Remove files of an earlier site, and what a killed run has left half-written beside the chooser."""
    keep = {published / name for name in wanted}
    written = [path for folder in FOLDERS for path in (published / folder).rglob("*") if path.is_file()]
    for path in (*written, *published.glob(f"index.html.*{UNFINISHED}")):
        if path not in keep:
            path.unlink()
    for folder in (path for one in FOLDERS for path in sorted((published / one).rglob("*"), reverse=True)):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
