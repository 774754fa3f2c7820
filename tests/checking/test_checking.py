"""A file is judged before it is sent exactly as a run would judge it."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.pipeline.conftest import Installation, install
from tests.pipeline.forms import SCENES

FAULTY = """\
企业名称,统一社会信用代码,市,方向,场景名称,发布日期,投资额（万元）,注册资金
济南样例甲有限公司,91370100MA3C00001H,济南市,需求,样例质检,2024-03-05,100,1
济南样例甲有限公司,91370100MA3C00001H,济南市,需要,样例巡检,2024-02-30,100,1
济南样例甲有限公司,91370100MA3C00001X,济南市,供给,样例巡检,2024-03-05,约300,1
"""


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """One installation for all: nothing that is checked is kept, and dbt compiles once."""
    return install(tmp_path_factory.mktemp("checking"))


def written(folder: Path, text: str, name: str = "场景.csv") -> str:
    path = folder / name
    path.write_text(text, "utf-8")
    return str(path)


def findings(report: dict[str, Any]) -> list[tuple[str, str | None, str]]:
    return [(one["code"], one["cell"], one["severity"]) for one in report["findings"]]


def test_a_clean_form_is_clean(installation: Installation, tmp_path: Path) -> None:
    outcome = installation.fuzhi("check", written(tmp_path, SCENES), "--lang", "en")
    assert outcome.exit_code == 0, outcome.err
    assert outcome.out.splitlines()[:3] == [
        "场景.csv  scene_items",
        "1 rows read: 1 fit to publish, 0 replaced by a later row, 0 to mend, 0 ignored",
        "✓ nothing to mend",
    ]


def test_every_fault_is_named_with_its_cell(installation: Installation, tmp_path: Path) -> None:
    outcome = installation.fuzhi("check", written(tmp_path, FAULTY), "--json")
    assert outcome.exit_code == 1, outcome.err
    report = json.loads(outcome.out)
    assert (report["dataset"], report["rows_read"], report["published"], report["quarantined"]) == (
        "scene_items",
        3,
        1,
        2,
    )
    assert findings(report) == [
        ("column_unclaimed", None, "info"),
        ("not_in_list", "D3", "error"),
        ("date_unreadable", "F3", "error"),
        ("uscc_check_character", "B4", "error"),
        ("number_approximate", "G4", "error"),
    ]
    assert report["findings"][1]["value"] == "需要"
    assert report["findings"][1]["message_en"] == "The value is none of those to choose from: 需求、供给."


def test_the_text_groups_faults_and_says_what_to_do(installation: Installation, tmp_path: Path) -> None:
    outcome = installation.fuzhi("check", written(tmp_path, FAULTY))
    assert "读到3行：可发布1，被同表后一条取代0，须更正2，忽略0" in outcome.out
    assert "✗ 统一社会信用代码  csv!B4" in outcome.out
    assert "统一社会信用代码校验不通过，至少有一位有误。 请对照营业执照填写。" in outcome.out


def test_a_check_and_a_run_find_the_same(installation: Installation, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    report = json.loads(installation.fuzhi("check", written(tmp_path, FAULTY), "--json").out)
    installation.submit("2024-01/济南市工业和信息化局/场景.csv", FAULTY)
    installation.fuzhi("run")
    table = pq.read_table(installation.settings.marts / "scene_items__issues.parquet").to_pylist()
    columns = ("code", "severity", "sheet", "cell", "field", "heading", "value", "detail")
    run = [{name: row[name] for name in columns} for row in table]
    assert [{name: one[name] for name in columns} for one in report["findings"] if one["cell"]] == run
    assert len(run) == 4


def test_a_file_that_cannot_be_taken_in(installation: Installation, tmp_path: Path) -> None:
    outcome = installation.fuzhi("check", written(tmp_path, '{"code": 500}'), "--lang", "en")
    assert outcome.exit_code == 2
    assert "The content is not what the file name says: JSON." in outcome.out
    assert "Save it as xlsx or csv and send it anew." in outcome.out


def test_an_unknown_dataset_is_refused_with_those_there_are(installation: Installation, tmp_path: Path) -> None:
    outcome = installation.fuzhi("check", written(tmp_path, SCENES), "--dataset", "tools")
    assert outcome.exit_code == 2
    assert "there is no dataset tools: choose one of morning_star_factories, new_products, scene_items" in outcome.err
