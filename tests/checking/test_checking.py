"""A file is judged before it is sent exactly as a run would judge it."""

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from orchestration.feedback.cells import COLOURS
from orchestration.feedback.first_sheet import FIRST_SHEET, SAMPLE_NOTICE
from orchestration.visible import visible, visible_json
from tests.intake.forms import write_docx, write_ods, write_xls, write_xlsx
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
    assert "✗ 统一社会信用代码  csv: B4\n" in outcome.out
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


ROWS = [line.split(",") for line in FAULTY.splitlines()]
WRITERS: dict[str, Callable[[Path], object]] = {
    "xlsx": lambda path: write_xlsx(path, {"表": ROWS}),
    "xls": lambda path: write_xls(path, {"表": ROWS}),
    "ods": lambda path: write_ods(path, {"表": ROWS}),
    "csv": lambda path: path.write_text(FAULTY, "gb18030"),
    "docx": lambda path: write_docx(path, ROWS),
}


@pytest.mark.parametrize("ending", WRITERS)
def test_the_workbook_marks_each_faulty_cell_in_its_place(
    installation: Installation, tmp_path: Path, ending: str
) -> None:
    form, target = tmp_path / f"场景.{ending}", tmp_path / "marked.xlsx"
    WRITERS[ending](form)
    outcome = installation.fuzhi("check", str(form), "--workbook", str(target))
    assert outcome.exit_code == 1, outcome.err
    assert outcome.err.split() == ["workbook", "written", "to", str(target)]
    book = openpyxl.load_workbook(target)
    assert book.sheetnames[0] == FIRST_SHEET
    sheet = book.worksheets[1]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == ROWS
    marked = {cell.coordinate: cell.fill.fgColor.rgb for row in sheet.iter_rows() for cell in row if cell.comment}
    assert marked == dict.fromkeys(("D3", "F3", "B4", "G4"), COLOURS["error"])


def test_the_workbook_of_a_check_is_that_of_a_run(installation: Installation, tmp_path: Path) -> None:
    target = tmp_path / "marked.xlsx"
    installation.submit("2024-02/济南市工业和信息化局/场景二.csv", FAULTY)
    installation.fuzhi("run")
    path = installation.settings.inbox / "2024-02/济南市工业和信息化局/场景二.csv"
    installation.fuzhi("check", str(path), "--workbook", str(target), "--submitter", "济南市工业和信息化局")
    folder = installation.settings.workspace / "feedback/2024-02/济南市工业和信息化局"
    checked, sent = (openpyxl.load_workbook(one) for one in (target, folder / "场景二.csv.反馈.xlsx"))
    assert checked.sheetnames == sent.sheetnames
    comments = [
        [(cell.coordinate, cell.comment.text) for row in book.worksheets[1].iter_rows() for cell in row if cell.comment]
        for book in (checked, sent)
    ]
    assert comments[0] == comments[1]
    told = [[row for row in book[FIRST_SHEET].iter_rows(values_only=True) if any(row)] for book in (checked, sent)]
    # A file that is only checked belongs to no round.
    assert [row for row in told[1] if row not in told[0]] == [("批次 Round", "2024-02", *[None] * 5)]
    assert [row for row in told[0] if row not in told[1]] == []


def test_a_clean_form_has_a_workbook_that_says_so(installation: Installation, tmp_path: Path) -> None:
    target = tmp_path / "marked.xlsx"
    outcome = installation.fuzhi("check", written(tmp_path, SCENES), "--workbook", str(target))
    assert outcome.exit_code == 0
    values = [cell.value for row in openpyxl.load_workbook(target)[FIRST_SHEET].iter_rows() for cell in row]
    assert "没有发现问题，谢谢。 Nothing to mend. Thank you." in values


def test_the_file_itself_is_never_written_over(installation: Installation, tmp_path: Path) -> None:
    form = tmp_path / "场景.xlsx"
    WRITERS["xlsx"](form)
    before = form.read_bytes()
    (tmp_path / "link.xlsx").symlink_to(form)
    for target in ("场景.xlsx", "link.xlsx"):
        outcome = installation.fuzhi("check", str(form), "--workbook", str(tmp_path / target), "--force")
        assert outcome.exit_code == 2
        assert "is the file to check" in outcome.err
    assert form.read_bytes() == before


def test_a_workbook_is_replaced_only_when_asked_to(installation: Installation, tmp_path: Path) -> None:
    form, target = written(tmp_path, SCENES), tmp_path / "marked.xlsx"
    target.write_text("mine", "utf-8")
    kept = installation.fuzhi("check", form, "--workbook", str(target))
    assert (kept.exit_code, target.read_text("utf-8")) == (2, "mine")
    assert "--force replaces it" in kept.err
    assert installation.fuzhi("check", form, "--workbook", str(target), "--force").exit_code == 0
    assert openpyxl.load_workbook(target).sheetnames[0] == FIRST_SHEET


@pytest.mark.parametrize("name", ["marked.xls", "no such folder/marked.xlsx"])
def test_a_place_that_cannot_hold_a_workbook_is_refused(installation: Installation, tmp_path: Path, name: str) -> None:
    outcome = installation.fuzhi("check", written(tmp_path, SCENES), "--workbook", str(tmp_path / name))
    assert outcome.exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["场景.csv"]


def test_a_refused_file_gets_no_workbook_and_is_told_why(installation: Installation, tmp_path: Path) -> None:
    target = tmp_path / "marked.xlsx"
    outcome = installation.fuzhi("check", written(tmp_path, '{"code": 500}'), "--workbook", str(target), "--json")
    assert outcome.exit_code == 2
    assert findings(json.loads(outcome.out)) == [("file_type_mismatch", None, "error")]
    assert f"{target} was not written: there are no rows of 场景.csv to mark" in outcome.err
    assert not target.exists()


@pytest.mark.parametrize(
    ("submitter", "outside"),
    [(None, []), ("济南市工业和信息化局", []), ("青岛市工业和信息化局", [("outside_scope", "C2", "error")])],
)
def test_a_form_is_judged_in_the_name_of_its_submitter(
    installation: Installation, tmp_path: Path, submitter: str | None, outside: list[tuple[str, str, str]]
) -> None:
    named = [] if submitter is None else ["--submitter", submitter]
    outcome = installation.fuzhi("check", written(tmp_path, SCENES), "--json", *named)
    assert outcome.exit_code == len(outside), outcome.err
    report = json.loads(outcome.out)
    assert findings(report) == outside
    assert report["submitter"] == submitter


@pytest.mark.parametrize("submitter", ["", "..", "a/b"])
def test_a_submitter_that_could_have_no_folder_is_refused(
    installation: Installation, tmp_path: Path, submitter: str
) -> None:
    outcome = installation.fuzhi("check", written(tmp_path, SCENES), "--submitter", submitter)
    assert outcome.exit_code == 2
    assert "is no name of a submitter" in outcome.err


def test_the_words_of_a_broken_rule_are_told(installation: Installation, tmp_path: Path) -> None:
    form = """\
企业名称,统一社会信用代码,市,方向,场景名称,发布日期,有效期至
济南样例甲有限公司,91370100MA3C00001H,济南市,需求,样例质检,2024-03-05,2024-01-05
"""
    outcome = installation.fuzhi("check", written(tmp_path, form), "--lang", "en")
    assert outcome.exit_code == 1
    assert "The last day of validity must not lie before the day of publication." in outcome.out


STEERING = "\x1b]0;t\x07\x9b31m\x7f坏\u202e列\u2066\u200f\u061c\u2028\ufffe"


def test_nothing_that_a_form_holds_steers_the_terminal(installation: Installation, tmp_path: Path) -> None:
    form = written(tmp_path, FAULTY.replace("注册资金", STEERING).replace("需要", STEERING))
    marked = ["--workbook", str(tmp_path / "marked.xlsx")]
    read = [installation.fuzhi("check", form, *options) for options in (["--lang", "en"], marked, ["--json"])]
    # Such a name is refused.
    named = written(tmp_path, FAULTY, f"{STEERING}.csv")
    refused = [installation.fuzhi("check", named, *options) for options in ([], ["--json"], marked)]
    assert [outcome.exit_code for outcome in (*read, *refused)] == [1, 1, 1, 2, 2, 2]
    for outcome in (*read, *refused):
        assert [character for character in outcome.out + outcome.err if steers(character)] == []
    shown = "␛]0;t␇�31m␡坏�列���"
    assert [shown in outcome.out for outcome in (read[0], read[1], refused[0])] == [True, True, True]
    assert r"\u009b31m\u007f坏\u202e列\u2066\u200f\u061c\u2028" in read[2].out
    assert json.loads(refused[1].out)["file"] == f"{STEERING}.csv"
    assert [one["value"] for one in json.loads(read[2].out)["findings"] if one["cell"] == "D3"] == [STEERING]


def steers(character: str) -> bool:
    turning = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    return (unicodedata.category(character) == "Cc" and character != "\n") or character in turning


def test_bytes_of_a_name_that_are_no_text_are_shown_and_keep_their_meaning_in_json() -> None:
    assert visible("a\udcff.csv") == "a�.csv"
    assert json.loads(visible_json(json.dumps("a\udcff\x80.csv", ensure_ascii=False))) == "a\udcff\x80.csv"
    assert visible_json('"\udcff\x80"') == r'"\udcff\u0080"'


def test_a_form_of_a_made_up_inbox_has_a_workbook_that_says_so(installation: Installation, tmp_path: Path) -> None:
    folder = tmp_path / "inbox" / "2024-01" / "济南市工业和信息化局"
    folder.mkdir(parents=True)
    (tmp_path / "inbox" / "inbox.yaml").write_text("made_up: true\n", "utf-8")
    for form, made_up in ((folder, True), (tmp_path, False)):
        target = form / "marked.xlsx"
        assert installation.fuzhi("check", written(form, SCENES), "--workbook", str(target)).exit_code == 0
        values = [row[0].value for row in openpyxl.load_workbook(target)[FIRST_SHEET].iter_rows(max_col=1)]
        assert (SAMPLE_NOTICE in values) is made_up


ROUNDS = """\
  - {name: early, fields: [published_on], holds: published_on < date '2024-03-01', message: 早, message_en: early,
     until_round: 2023-02}
  - {name: late, fields: [published_on], holds: published_on > date '2024-04-01', message: 晚, message_en: late,
     from_round: 2024-02}
"""


def test_a_form_is_judged_for_its_round(tmp_path: Path) -> None:
    own = install(tmp_path, ("scene_items",))
    with (own.settings.schemas / "scene_items.yaml").open("a", encoding="utf-8") as contract:
        contract.write(ROUNDS)
    form = written(tmp_path, SCENES)
    placed = tmp_path / "2024-02" / "somebody" / "场景.csv"
    placed.parent.mkdir(parents=True)
    placed.write_text(SCENES, "utf-8")

    def broken(*arguments: str) -> list[str]:
        report = json.loads(own.fuzhi("check", *arguments, "--json").out)
        return [finding["message_en"] for finding in report["findings"] if finding["code"] == "rule_broken"]

    assert broken(form, "--round", "2023-02") == ["early"]
    assert broken(form, "--round", "2024-01") == []
    assert broken(str(placed)) == ["late"]
    (own.settings.inbox / "2023-01").mkdir()
    assert broken(form) == ["early"]
    outcome = own.fuzhi("check", form, "--round", "spring")
    assert (outcome.exit_code, outcome.err) == (2, "✗ 'spring' is no round: rounds are named like 2024-02\n")

    with (own.settings.schemas / "scene_items.yaml").open("a", encoding="utf-8") as contract:
        contract.write("  - {name: odd, fields: [side], holds: sides = '需求', message: 错, message_en: odd}\n")
    outcome = own.fuzhi("check", form)
    assert outcome.exit_code == 2
    assert outcome.err.startswith(
        '✗ scene_items: a rule or a mart is no SQL that can be run: Binder Error: Referenced column "sides" not found'
    )
