"""What is judged anew: rows held back when rules or code lists change, submissions that are sent again or corrected."""

import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.pipeline.conftest import Installation, install, settings_in
from tests.pipeline.forms import PRODUCTS

SUBMITTER = "2024-01/济南市工业和信息化局"
HEADER, FIRST, SECOND = PRODUCTS.splitlines()
# So many that the gate lets one of them go.
GOOD = [f"{FIRST},医药", f"{SECOND},", *(f"{FIRST.replace('样例一号', f'样例{n}型')},医药" for n in range(8))]
# A chain that the code list does not have, more characters than allowed, an enterprise of another city.
UNKNOWN_CHAIN = "济南样例甲有限公司,91370100MA3C00001H,济南市,样例三号,新产品,低空经济"
ELSEWHERE = "青岛样例乙有限公司,91370200MA3C00002R,青岛市,样例四号,新产品,"
FORM = "\n".join([f"{HEADER},产业链", *GOOD, UNKNOWN_CHAIN, ELSEWHERE, ""])


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an installation that has published ten rows of a form and holds back two."""
    folder = tmp_path_factory.mktemp("judged")
    installation = install(folder, ["new_products"])
    installation.submit(f"{SUBMITTER}/产品.csv", FORM)
    outcome = installation.fuzhi("run")
    assert outcome.exit_code == 0, outcome.err + outcome.out
    assert issues(installation) == [("code_unknown", "低空经济"), ("outside_scope", "青岛市")]
    return folder


@pytest.fixture
def installation(judged: Path, tmp_path: Path) -> Installation:
    folder = tmp_path / "moved"
    shutil.copytree(judged, folder)
    return Installation(settings_in(folder))


def issues(installation: Installation) -> list[tuple[str, str]]:
    table = pq.read_table(installation.settings.marts / "new_products__issues.parquet", columns=["code", "value"])
    return [(row["code"], row["value"]) for row in table.to_pylist()]


def products(installation: Installation) -> set[str]:
    table = pq.read_table(installation.settings.marts / "new_products.parquet", columns=["product_name"])
    return set(table["product_name"].to_pylist())


def counts(installation: Installation) -> tuple[int, ...]:
    """Read, published, superseded, quarantined, ignored after a run that must be green."""
    outcome = installation.fuzhi("run")
    assert outcome.exit_code == 0, outcome.err + outcome.out
    row = outcome.dataset("new_products")
    return tuple(row[name] for name in ("read", "published", "superseded", "quarantined", "ignored"))


def test_rows_held_back_are_published_once_the_code_list_has_their_code(installation: Installation) -> None:
    raw = {path: path.stat().st_mtime_ns for path in (installation.settings.workspace / "raw").rglob("*.parquet")}
    seed = installation.settings.dbt_project / "seeds" / "chains.csv"
    seed.write_text(seed.read_text("utf-8") + "C12,低空经济,Low-Altitude Economy,,2024-01-01,,,2024\n", "utf-8")
    assert counts(installation) == (12, 11, 0, 1, 0)
    assert "样例三号" in products(installation)
    assert {path: path.stat().st_mtime_ns for path in raw} == raw, "no form was read again"


def test_rows_held_back_are_published_once_the_scope_is_widened(installation: Installation) -> None:
    scopes = installation.settings.schemas / "shared" / "scopes.yaml"
    scopes.write_text("- {submitters: 济南市*}\n" + scopes.read_text("utf-8"), "utf-8")
    assert counts(installation) == (12, 11, 0, 1, 0)
    assert issues(installation) == [("code_unknown", "低空经济")]


def test_rows_published_are_held_back_once_a_rule_is_stricter(installation: Installation) -> None:
    contract = installation.settings.schemas / "new_products.yaml"
    text = contract.read_text("utf-8")
    rule = (
        "rules:\n  - {name: chain_for_products, fields: [chain], holds: chain is not null or kind <> '新技术',\n"
        "     message: 新技术须填产业链。, message_en: A technology names its chain.}\n"
    )
    assert "rules:" not in text
    contract.write_text(text + rule, "utf-8")
    assert counts(installation) == (12, 9, 0, 3, 0)


def test_a_corrected_submission_replaces_the_earlier_one_whole(installation: Installation) -> None:
    installation.submit(f"{SUBMITTER}/产品（更正）.csv", "\n".join([f"{HEADER},产业链", *GOOD[:1], *GOOD[2:], ""]))
    assert counts(installation) == (21, 9, 12, 0, 0)
    assert "样例二号" not in products(installation), "the correction took it out"
    assert issues(installation) == [], "what is replaced is not to be mended any more"


def test_a_correction_that_is_refused_leaves_the_earlier_rows_standing(installation: Installation) -> None:
    version = installation.settings.published / "new_products" / "latest.json"
    before = version.read_bytes()
    installation.submit(f"{SUBMITTER}/产品（更正）.csv", '{"code": 500}')
    assert counts(installation) == (12, 10, 0, 2, 0)
    assert version.read_bytes() == before


def test_a_file_overwritten_with_one_that_is_refused_leaves_its_rows_standing(installation: Installation) -> None:
    version = installation.settings.published / "new_products" / "latest.json"
    before = version.read_bytes()
    installation.submit(f"{SUBMITTER}/产品.csv", '{"code": 500}')
    outcome = installation.fuzhi("run")
    assert outcome.exit_code == 0, outcome.err + outcome.out
    assert version.read_bytes() == before
    assert [(file["submission"], file["code"]) for file in outcome.report["refused"]] == [
        (f"{SUBMITTER}/产品.csv", "file_type_mismatch")
    ]
    assert "此前报送的版本继续有效" in outcome.out + outcome.err
    letter = next((installation.settings.workspace / "feedback").rglob("*.md")).read_text("utf-8")
    assert "新文件未被接收，此前报送的版本继续有效。" in letter

    installation.submit(f"{SUBMITTER}/产品.csv", "\n".join([f"{HEADER},产业链", *GOOD, ""]))
    assert counts(installation) == (10, 10, 0, 0, 0)
