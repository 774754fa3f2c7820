"""Writing the sample: the same bytes every time, the counts that it promises, and no stranger's file harmed."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from orchestration.contracts import Contract
from orchestration.sample import write_sample
from tests.sample.conftest import FIRST, ROOT, Sample

IN_A_NEW_PROCESS = """
import sys
from pathlib import Path
from orchestration.contracts import load_contracts
from orchestration.sample import write_sample
contracts = load_contracts(Path(sys.argv[2]))
write_sample(Path(sys.argv[1]), {name: contracts[name] for name in sys.argv[3:]}, scale=0.05)
"""


def digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.parametrize("hash_seed", ["0", "4711"])
def test_the_same_bytes_in_any_process(small: Sample, tmp_path: Path, hash_seed: str) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "TZ": "America/Lima"}
    command = [sys.executable, "-c", IN_A_NEW_PROCESS, str(tmp_path), str(ROOT / "schemas"), *FIRST]
    subprocess.run(command, env=environment, check=True, cwd=ROOT)
    assert digests(tmp_path) == digests(small.folder)


def test_another_seed_gives_another_sample(small: Sample, tmp_path: Path, contracts: dict[str, Contract]) -> None:
    write_sample(tmp_path, contracts, seed=2024, scale=0.05)
    other, one = digests(tmp_path), digests(small.folder)
    assert sum(other[name] != digest for name, digest in one.items() if name in other) > 100


def test_about_so_many_rows_are_published(full: Sample) -> None:
    published = {name: dataset.published for name, dataset in full.manifest.datasets.items()}
    assert published == {
        "morning_star_factories": pytest.approx(300, rel=0.1),
        "new_products": pytest.approx(2_000, rel=0.05),
        "scene_items": pytest.approx(10_000, rel=0.05),
    }


def test_sixteen_cities_and_an_association_send_in_two_rounds(full: Sample) -> None:
    senders = {(file.round, file.submitter) for file in full.manifest.files if file.status == "read"}
    assert {round_id for round_id, _ in senders} == {"2024-01", "2024-02"}
    assert len(senders) == 2 * 17
    assert ("2024-02", "济南市工业和信息化局") in senders
    assert ("2024-01", "山东省样例产业协会") in senders


def test_all_formats_and_encodings_are_there(small: Sample) -> None:
    read = [file for file in small.manifest.files if file.status == "read"]
    assert {file.format for file in read} == {"xlsx", "xls", "ods", "csv", "docx"}
    habits = {habit for file in read for habit in file.habits}
    assert {"csv_utf_8", "csv_bom", "csv_gb18030"} <= habits


def test_the_sample_is_a_few_megabytes(full: Sample) -> None:
    size = sum(path.stat().st_size for path in full.folder.rglob("*") if path.is_file())
    assert 2_000_000 < size < 8_000_000


def test_the_inbox_says_that_it_is_made_up(small: Sample) -> None:
    about = yaml.safe_load((small.inbox / "inbox.yaml").read_text(encoding="utf-8"))
    assert about["made_up"] is True
    assert "纯属虚构" in about["note"]
    assert "made up" in about["note_en"]
    first = yaml.safe_load((small.inbox / "2024-01" / "round.yaml").read_text(encoding="utf-8"))
    last = yaml.safe_load((small.inbox / "2024-02" / "round.yaml").read_text(encoding="utf-8"))
    assert str(first["closed_on"]) == "2024-06-30"
    assert str(last["closed_on"]) == "2024-12-31"
    assert first["title"] == "2024年第一批（样例）"


def test_every_file_is_called_a_sample(small: Sample) -> None:
    assert [file.submission for file in small.manifest.files if "样例" not in Path(file.submission).name] == []


def test_the_manifest_lists_every_file_of_the_inbox(small: Sample) -> None:
    there = {path.relative_to(small.inbox).as_posix() for path in small.inbox.rglob("*") if path.is_file()}
    described = {"inbox.yaml", "2024-01/round.yaml", "2024-02/round.yaml"}
    assert {file.submission for file in small.manifest.files} == there - described


def test_a_former_sample_is_replaced_and_nothing_else(tmp_path: Path, contracts: dict[str, Contract]) -> None:
    write_sample(tmp_path, contracts, scale=0.01)
    own = tmp_path / "inbox" / "2024-01" / "某市" / "own.csv"
    own.parent.mkdir()
    own.write_text("a,b\n1,2\n", encoding="utf-8")
    before = digests(tmp_path)
    write_sample(tmp_path, contracts, scale=0.02)
    manifest = write_sample(tmp_path, contracts, scale=0.01)
    assert digests(tmp_path) == before
    assert own.read_text(encoding="utf-8") == "a,b\n1,2\n"
    assert manifest.scale == 0.01


def test_an_inbox_that_is_no_sample_is_left_alone(tmp_path: Path, contracts: dict[str, Contract]) -> None:
    stranger = tmp_path / "inbox" / "2024-01" / "某市" / "new_products.csv"
    stranger.parent.mkdir(parents=True)
    stranger.write_bytes(b"x")
    with pytest.raises(FileExistsError, match="not of the sample"):
        write_sample(tmp_path, contracts, scale=0.01)
    assert digests(tmp_path) == {"inbox/2024-01/某市/new_products.csv": hashlib.sha256(b"x").hexdigest()}
