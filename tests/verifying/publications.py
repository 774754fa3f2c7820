"""Published folders to verify: two versions of scene items and one of factories, signed, with an index."""

from __future__ import annotations

import datetime
import hashlib
import json
import shutil
from pathlib import Path

from orchestration.release import release, write_index
from orchestration.release.minisign import SecretKey
from orchestration.release.signing import publish_key
from orchestration.release.sums import SUMS, read_sums
from tests.release.marts import CONTRACTS, CREATED, SCENES, VALIDATION, factory, scenes, write_mart

KEY = SecretKey(bytes(range(8)), bytes(range(32)))
OTHER = SecretKey(bytes(8), bytes(32))
LATER = datetime.date(2024, 9, 30)


def publish(folder: Path, key: SecretKey | None = KEY) -> Path:
    """Make `folder/published`."""
    published = folder / "published"
    published.mkdir(parents=True)
    if key is not None:
        publish_key(published, key.public)
    factories = CONTRACTS["morning_star_factories"]
    for contract, rows, created in (
        (SCENES, scenes(5), CREATED),
        (SCENES, scenes(7), LATER),
        (factories, [factory(1)], CREATED),
    ):
        mart = write_mart(folder / "mart.parquet", contract, rows)
        lineage = {"rows": {"published": len(rows)}}
        release(contract, mart, VALIDATION, published, created=created, lineage=lineage, key=key)
    write_index(published)
    return published


def copied(published: Path, target: Path) -> Path:
    """A copy that may be changed."""
    shutil.copytree(published, target)
    for path in [target, *target.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    return target


def edit(path: Path, /, **changes) -> None:
    """Change some properties of a JSON file."""
    content = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**content, **changes}, ensure_ascii=False), "utf-8")


def sum_again(version: Path, key: SecretKey | None = None, comment: str = "") -> None:
    """Bring the sums in line with a changed file, as somebody would who wants to hide the change; sign with `key`."""
    names = [name for name in read_sums((version / SUMS).read_bytes()) if (version / name).exists()]
    digests = {name: hashlib.sha256((version / name).read_bytes()).hexdigest() for name in names}
    sums = "".join(f"{digest}  {name}\n" for name, digest in digests.items()).encode()
    (version / SUMS).write_bytes(sums)
    if key is not None:
        (version / f"{SUMS}.minisig").write_bytes(key.sign(sums, comment))
