"""Killed at any file operation, a pull that is begun again loses no record and gives none twice."""

import multiprocessing
import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml

from orchestration.pulling import pull
from tests.pulling.conftest import SUBMITTER
from tests.pulling.killing import pull_and_die, settings_in
from tests.pulling.service import Asked, Service, json_of

RECORDS: list[dict[str, Any]] = [{"产品名称": f"样例{n}号", "at": n} for n in range(1, 7)]


def records_until(last: int) -> Any:
    def reply(asked: Asked) -> Any:
        return json_of([one for one in RECORDS[:last] if one["at"] >= int(asked.parameters.get("since", 0))])

    return reply


def files(folder: Path) -> dict[str, list[str]]:
    """By file of the inbox the records in it; what no stage looks at is left out."""
    paths = sorted(path for path in (folder / "inbox").rglob("*") if path.is_file() and not path.name.startswith("."))
    return {path.name: pq.read_table(path)["产品名称"].to_pylist() for path in paths}


def pulled(folder: Path) -> str | None:
    (one,) = pull(settings_in(folder))
    assert one.error is None
    return one.submission and one.submission.rpartition("/")[2]


@pytest.mark.parametrize("cursor", [True, False], ids=["with a cursor", "without"])
def test_a_killed_pull_is_brought_to_its_end_by_the_next(cursor: bool, service: Service, tmp_path: Path) -> None:
    said = {
        "kind": "rest",
        "address": f"{service.address}/products",
        "round": "2024-02",
        "submitter": SUBMITTER,
        "dataset": "new_products",
        **({"cursor": {"field": "at", "parameter": "since"}} if cursor else {}),
    }
    whole = tmp_path / "whole"
    whole.mkdir()
    (whole / "sources.yaml").write_text(yaml.safe_dump({"products": said}, allow_unicode=True), "utf-8")
    names = ["products-000001.parquet", "products-000002.parquet", "products-000003.parquet"]
    if not cursor:
        names = ["products.parquet", "products-correction1.parquet", "products-correction2.parquet"]
    service.reply = records_until(2)
    assert pulled(whole) == names[0]
    names_before = files(whole)
    expected = [["样例3号", "样例4号"], ["样例5号", "样例6号"]]
    if not cursor:
        expected = [[f"样例{n}号" for n in range(1, last + 1)] for last in (4, 6)]
    fork = multiprocessing.get_context("fork")
    deaths = 0
    while True:
        died = tmp_path / f"died{deaths}"
        shutil.copytree(whole, died)
        service.reply = records_until(4)
        process = fork.Process(target=pull_and_die, args=(died, deaths))
        process.start()
        process.join()
        # Whatever of it was in the inbox may have been taken in by a run: it is never changed.
        seen = {path.name: path.read_bytes() for path in (died / "inbox").rglob("[!.]*.parquet")}
        if process.exitcode == 0:
            break
        assert process.exitcode == -9
        in_place = names[1] in seen
        # The service goes on meanwhile: if the file is in place, what is new since goes into one of its own.
        service.reply = records_until(6)
        assert pulled(died) == (names[2] if in_place else names[1])
        assert pulled(died) is None
        rest = {names[1]: expected[0], names[2]: expected[1]}
        if not in_place:
            rest = {names[1]: expected[0] + expected[1] if cursor else expected[1]}
        assert files(died) == names_before | rest
        assert all((next((died / "inbox").rglob(name))).read_bytes() == content for name, content in seen.items())
        assert {path.name for path in (died / "workspace" / "pull").iterdir()} == {"lock", "products.json"}
        assert not list((died / "inbox").rglob(".*"))
        deaths += 1
    assert deaths > 5


def test_a_workspace_that_was_deleted_gives_files_of_their_own(service: Service, tmp_path: Path) -> None:
    said = {"kind": "rest", "address": f"{service.address}/p", "round": "2024-02", "submitter": SUBMITTER}
    said |= {"dataset": "new_products", "cursor": {"field": "at", "parameter": "since"}}
    (tmp_path / "sources.yaml").write_text(yaml.safe_dump({"products": said}, allow_unicode=True), "utf-8")
    service.reply = records_until(2)
    assert pulled(tmp_path) == "products-000001.parquet"
    shutil.rmtree(tmp_path / "workspace")
    # Everything comes again, in a later file: the judges let the last of each key stand.
    assert pulled(tmp_path) == "products-000002.parquet"
    assert pulled(tmp_path) is None


def test_another_round_begins_with_a_first_file(service: Service, tmp_path: Path) -> None:
    said = {"kind": "rest", "address": f"{service.address}/p", "round": "2024-02", "submitter": SUBMITTER}
    said |= {"dataset": "new_products", "cursor": {"field": "at", "parameter": "since"}}
    for round_, last in (("2024-02", 2), ("2025-01", 4)):
        content = yaml.safe_dump({"products": said | {"round": round_}}, allow_unicode=True)
        (tmp_path / "sources.yaml").write_text(content, "utf-8")
        service.reply = records_until(last)
        assert pulled(tmp_path) == "products-000001.parquet"
    (later,) = (tmp_path / "inbox" / "2025-01").rglob("*.parquet")
    assert pq.read_table(later)["产品名称"].to_pylist() == ["样例3号", "样例4号"]
