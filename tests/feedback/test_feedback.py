"""What a submitter gets back: each fault at its place in every format, sums that agree, nothing that acts."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from orchestration.assets.feedback import feedback_assets
from orchestration.assets.workspace import workspace_resource
from orchestration.contracts import load_contracts
from orchestration.feedback.cells import A3, COLOURS
from orchestration.feedback.first_sheet import FIRST_SHEET
from orchestration.feedback.workbook import AUTHOR, WIDEST
from orchestration.feedback.writing import Feedback, remove_stale, write_feedback
from orchestration.settings import Settings
from tests.feedback.judged_inbox import DATASET, FAULTS, ROWS, judge, place_of, settings_in
from tests.intake.forms import write_docx, write_ods, write_xls, write_xlsx


def _write_csv(path: Path) -> None:
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows(ROWS)


def _add_rows(book: xlsxwriter.Workbook) -> Worksheet:
    sheet = book.add_worksheet("表")
    for number, row in enumerate(ROWS):
        for column, text in enumerate(row):
            sheet.write_string(number, column, text)
    return sheet


WRITERS: dict[str, Callable[[Path], object]] = {
    "xlsx": lambda path: write_xlsx(path, {"表": ROWS}),
    "xls": lambda path: write_xls(path, {"表": ROWS}),
    "ods": lambda path: write_ods(path, {"表": ROWS}),
    "csv": _write_csv,
    "docx": lambda path: write_docx(path, ROWS),
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


def _answers(settings: Settings) -> list[Feedback]:
    """All that a run does: each dataset, and the refused."""
    contracts = load_contracts(settings.schemas)
    answers = [answer for contract in contracts.values() for answer in write_feedback(settings, contract)]
    answers += write_feedback(settings, None)
    remove_stale(settings)
    return answers


def _answer(settings: Settings) -> Feedback:
    (answer,) = _answers(settings)
    return answer


@pytest.mark.parametrize("ending", WRITERS)
def test_the_faulty_cell_is_coloured_and_commented_in_its_place(settings: Settings, ending: str) -> None:
    WRITERS[ending](place_of(settings, f"晨星工厂.{ending}"))
    judge(settings)
    answer = _answer(settings)
    name = "晨星工厂.反馈.xlsx" if ending == "xlsx" else f"晨星工厂.{ending}.反馈.xlsx"
    folder = settings.workspace / "feedback" / "2024-01" / "样例市工信局" / DATASET
    assert answer.workbook == folder / name
    book = openpyxl.load_workbook(answer.workbook)
    assert book.sheetnames[0] == FIRST_SHEET
    sheet = book.worksheets[1]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == ROWS
    commented = {cell.coordinate: cell for row in sheet.iter_rows() for cell in row if cell.comment}
    assert {place: cell.fill.fgColor.rgb for place, cell in commented.items()} == {
        "B2": COLOURS["error"],
        "A3": COLOURS["warning"],
    }
    comment = commented["B2"].comment
    assert comment.author == AUTHOR
    assert comment.text.startswith("统一社会信用代码应为18位")
    assert "Copy it from the business licence." in comment.text
    assert "此名称或代码已停用" in comment.text
    assert sheet.freeze_panes == "A2"
    content = json.loads(answer.workbook.with_suffix(".json").read_text("utf-8"))
    assert content["workbook"] == ("original" if ending == "xlsx" else "rebuilt")


@pytest.mark.parametrize("ending", WRITERS)
def test_no_cell_is_a_formula_or_a_link(settings: Settings, ending: str) -> None:
    WRITERS[ending](place_of(settings, f"a.{ending}"))
    judge(settings)
    workbook = _answer(settings).workbook
    assert workbook
    book = openpyxl.load_workbook(workbook)
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr", "n"}
    assert book.worksheets[1]["D2"].data_type in ("s", "inlineStr")
    assert all(book.worksheets[1][place].quotePrefix for place in ("D2", "D3"))
    with zipfile.ZipFile(workbook) as archive:
        parts = [archive.read(name) for name in archive.namelist()]
    assert not any(b"<f>" in part or b"<hyperlink" in part for part in parts)


def test_formulas_become_their_values_and_links_pictures_and_names_go(settings: Settings) -> None:
    with xlsxwriter.Workbook(place_of(settings, "a.xlsx")) as book:
        sheet = _add_rows(book)
        sheet.write_formula("E2", "=2000+24", None, 2024)
        sheet.write_url("C2", "http://link.invalid", None, "济南市")
        sheet.data_validation("C3", {"validate": "custom", "value": '=WEBSERVICE("http://link.invalid")'})
        sheet.data_validation("C4", {"validate": "list", "source": ["济南市", "青岛市"]})
        book.define_name("外", "='表'!$A$1")
    judge(settings)
    workbook = _answer(settings).workbook
    assert workbook
    found = openpyxl.load_workbook(workbook)
    assert found["表"]["E2"].value == 2024
    assert found["表"]["C2"].value == "济南市"
    assert [str(rule.sqref) for rule in found["表"].data_validations.dataValidation] == ["C4"]
    assert not found.defined_names
    with zipfile.ZipFile(workbook) as archive:
        assert not any(b"link.invalid" in archive.read(name) for name in archive.namelist())


def test_an_original_that_cannot_be_loaded_is_made_anew_from_its_rows(settings: Settings) -> None:
    path = place_of(settings, "a.xlsx")
    WRITERS["xlsx"](path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    # The reader of the forms never asks for it.
    parts["docProps/core.xml"] = b"<coreProperties>"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    judge(settings)
    answer = _answer(settings)
    assert json.loads((answer.folder / "a.反馈.json").read_text("utf-8"))["workbook"] == "rebuilt"
    sheet = openpyxl.load_workbook(answer.workbook)["表"]
    assert sheet["B2"].fill.fgColor.rgb == COLOURS["error"]


def test_macros_are_dropped(settings: Settings) -> None:
    with xlsxwriter.Workbook(place_of(settings, "a.xlsm")) as book:
        _add_rows(book)
        book.add_vba_project(io.BytesIO(b"a macro"), True)
    judge(settings)
    answer = _answer(settings)
    assert answer.workbook
    assert answer.workbook.name == "a.xlsm.反馈.xlsx"
    assert json.loads((answer.folder / "a.xlsm.反馈.json").read_text("utf-8"))["workbook"] == "original"
    with zipfile.ZipFile(answer.workbook) as archive:
        assert not any("vba" in name.lower() for name in archive.namelist())
        assert b"macroEnabled" not in archive.read("[Content_Types].xml")


def test_a_fault_inside_a_merged_range_is_marked_where_its_text_stands(settings: Settings) -> None:
    merges = {"表": [((1, 0), (3, 0))]}
    write_xlsx(place_of(settings, "a.xlsx"), {"表": ROWS}, merges)
    judge(settings)
    sheet = openpyxl.load_workbook(_answer(settings).workbook)["表"]
    assert sheet["A2"].comment.text.startswith("同一份报送中")
    assert sheet["A2"].fill.fgColor.rgb == COLOURS["warning"]


def test_the_counts_equal_the_issues(settings: Settings) -> None:
    WRITERS["xlsx"](place_of(settings, "a.xlsx"))
    judge(settings)
    answer = _answer(settings)
    assert answer.severities == {"error": 1, "warning": 2}
    rows = list(openpyxl.load_workbook(answer.workbook)[FIRST_SHEET].iter_rows(values_only=True))
    start = next(number for number, row in enumerate(rows) if row[0] == "级别 Severity")
    assert sum(row[2] for row in rows[start + 1 :]) == len(FAULTS)
    labels = {row[0]: row[1] for row in rows[:start]}
    assert labels["读取行数 Rows read"] == 3
    assert labels["发布 Published"] == 1
    content = json.loads((answer.folder / "a.反馈.json").read_text("utf-8"))
    assert content["issues_by_severity"] == {"error": 1, "warning": 2, "info": 0}
    assert content["outcomes"] == {"published": 1, "superseded": 1, "quarantined": 1, "ignored": 0}
    assert [(line["code"], line["places"]) for line in content["to_mend"]] == [
        ("uscc_malformed", "表: B2"),
        ("code_retired", "表: B2"),
        ("repeated_in_submission", "表: 第3行"),
    ]


def test_a_refused_file_gets_a_letter_that_names_the_reason(settings: Settings) -> None:
    place_of(settings, "a.xlsx").write_bytes(b"")
    judge(settings)
    answer = _answer(settings)
    assert sorted(path.name for path in answer.folder.iterdir()) == ["a.反馈.json", "a.反馈.md"]
    text = (answer.folder / "a.反馈.md").read_text("utf-8")
    chinese, english = text.split("\n---\n\n")
    assert "样例市工信局：" in chinese
    assert "文件是空的。" in chinese
    assert "请重新导出后再报送。" in chinese
    assert "Export it again and send it anew." in english


def test_a_clean_form_is_thanked_for(settings: Settings) -> None:
    WRITERS["csv"](place_of(settings, "a.csv"))
    judge(settings, [])
    answer = _answer(settings)
    assert "没有发现问题，谢谢。" in (answer.folder / "a.csv.反馈.md").read_text("utf-8")


def test_words_from_the_form_format_nothing_in_the_letter(settings: Settings) -> None:
    WRITERS["csv"](place_of(settings, "a.csv"))
    fault = {**FAULTS[0], "code": "required_missing", "heading": "名|称\n[a](http://a.invalid)<b>"}
    judge(settings, [fault])
    text = (_answer(settings).folder / "a.csv.反馈.md").read_text("utf-8")
    assert r"| 名\|称 \[a\](http://a.invalid)\<b\> |" in text


def test_the_same_faults_give_the_same_bytes_and_are_written_once(settings: Settings) -> None:
    for ending, write in WRITERS.items():
        write(place_of(settings, f"a.{ending}"))
    judge(settings)
    assert {answer.new for answer in _answers(settings)} == {True}
    root = settings.workspace / "feedback"
    first = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    assert len(first) == 3 * len(WRITERS)
    assert {answer.new for answer in _answers(settings)} == {False}
    for path in first:
        path.unlink()
    _answers(settings)
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == first


def test_an_answer_whose_json_a_killed_run_had_not_put_in_place_is_written_again(settings: Settings) -> None:
    WRITERS["csv"](place_of(settings, "a.csv"))
    judge(settings)
    folder = _answer(settings).folder
    whole = {path: path.read_bytes() for path in folder.iterdir()}
    (folder / "a.csv.反馈.json").rename(folder / "a.csv.反馈.json.unfinished")
    (folder / "a.csv.反馈.xlsx").write_bytes(b"")
    assert _answer(settings).new
    assert {path: path.read_bytes() for path in folder.iterdir()} == whole


def test_only_what_changed_is_written_and_what_left_the_inbox_goes(settings: Settings) -> None:
    for name in ("a.csv", "b.csv"):
        WRITERS["csv"](place_of(settings, name))
    WRITERS["csv"](place_of(settings, "c.csv", "另一单位"))
    judge(settings)
    _answers(settings)
    place_of(settings, "c.csv", "另一单位").unlink()
    place_of(settings, "b.csv").write_text(place_of(settings, "b.csv").read_text("gb18030") + "甲,,,,\n", "utf-8")
    judge(settings)
    answers = _answers(settings)
    assert [(Path(answer.submission).name, answer.new) for answer in answers] == [("a.csv", False), ("b.csv", True)]
    assert not (settings.workspace / "feedback" / "2024-01" / "另一单位").exists()


def test_a_pass_over_one_dataset_leaves_the_answers_of_all_others_alone(settings: Settings) -> None:
    WRITERS["csv"](place_of(settings, "a.csv"))
    place_of(settings, "b.csv").write_bytes(b"")
    judge(settings)
    _answers(settings)
    root = settings.workspace / "feedback"
    written = {path: path.stat().st_mtime_ns for path in root.rglob("*") if path.is_file()}
    contracts = load_contracts(settings.schemas)
    assert write_feedback(settings, contracts["scene_items"]) == []
    (own,) = write_feedback(settings, contracts[DATASET])
    (refused,) = write_feedback(settings, None)
    assert [Path(each.submission).name for each in (own, refused)] == ["a.csv", "b.csv"]
    assert {path: path.stat().st_mtime_ns for path in root.rglob("*") if path.is_file()} == written


def test_a_form_that_is_not_judged_yet_keeps_its_last_answer(settings: Settings) -> None:
    WRITERS["csv"](place_of(settings, "a.csv"))
    judge(settings)
    folder = _answer(settings).folder
    (settings.marts / f"{DATASET}__accounts.parquet").unlink()
    assert _answers(settings) == []
    assert len(list(folder.iterdir())) == 3


def test_a_mended_answer_sent_back_loses_the_old_marks(settings: Settings, tmp_path: Path) -> None:
    WRITERS["xlsx"](place_of(settings, "a.xlsx"))
    judge(settings)
    workbook = _answer(settings).workbook
    assert workbook
    place_of(settings, "a.xlsx").write_bytes(workbook.read_bytes())
    judge(settings, FAULTS[2:])
    book = openpyxl.load_workbook(_answer(settings).workbook)
    assert book.sheetnames == [FIRST_SHEET, "表"]
    assert book["表"]["B2"].comment is None
    assert book["表"]["B2"].fill.fgColor.rgb not in COLOURS.values()
    assert book["表"]["A3"].comment is not None


def test_a_made_up_inbox_says_so(settings: Settings) -> None:
    WRITERS["csv"](place_of(settings, "a.csv"))
    (settings.inbox / "inbox.yaml").write_text("made_up: true\n", "utf-8")
    judge(settings)
    answer = _answer(settings)
    assert openpyxl.load_workbook(answer.workbook)[FIRST_SHEET]["A2"].value.startswith("样例：")
    assert (answer.folder / "a.csv.反馈.md").read_text("utf-8").startswith("**样例：")
    assert json.loads((answer.folder / "a.csv.反馈.json").read_text("utf-8"))["made_up"] is True


def test_dagster_is_told_counts_and_the_folder_and_no_value(settings: Settings) -> None:
    WRITERS["csv"](place_of(settings, "a.csv"))
    place_of(settings, "b.csv").write_bytes(b"")
    judge(settings)
    contracts = {DATASET: load_contracts(settings.schemas)[DATASET]}
    assets = list(feedback_assets(settings, contracts))
    told = {}
    result = dg.materialize(assets, resources={"workspace": workspace_resource(settings)})
    for event in result.get_asset_materialization_events():
        told[event.asset_key.path[-1]] = {name: value.value for name, value in event.materialization.metadata.items()}
    folder = str(settings.workspace / "feedback")
    assert told[DATASET] == {
        "submissions": 1, "workbooks": 1, "error": 1, "warning": 2, "info": 0, "folder": folder,
    }  # fmt: skip
    assert told["refused"] == {
        "submissions": 1, "workbooks": 0, "error": 1, "warning": 0, "info": 0, "folder": folder,
    }  # fmt: skip


def test_what_is_said_of_the_whole_file_comes_first(settings: Settings) -> None:
    """A changed file that is refused leaves the earlier version standing: it is read, and yet there is an error."""
    WRITERS["xlsx"](place_of(settings, "a.xlsx"))
    judge(settings)
    path = settings.workspace / "intake" / "issues.parquet"
    table = pq.read_table(path)
    (submission,) = pq.read_table(path.with_name("submissions.parquet"))["submission"].to_pylist()
    own = {"submission": submission, "file": "0" * 64, "sheet": None, "heading": None}
    added = [
        {**own, "code": "earlier_version_stands", "detail": None},
        {**own, "code": "file_type_mismatch", "detail": "JSON"},
    ]
    pq.write_table(pa.concat_tables([table, pa.Table.from_pylist(added, table.schema)]), path)
    answer = _answer(settings)
    assert answer.severities == {"error": 2, "warning": 2, "info": 1}
    chinese, english = (answer.folder / "a.反馈.md").read_text("utf-8").split("\n---\n\n")
    assert chinese.split("\n\n")[3:6] == [
        "**关于整个文件：**",
        "- 错误：文件内容与扩展名不符：JSON。 请另存为xlsx或csv再报送。\n"
        "- 提示：新文件未被接收，此前报送的版本继续有效。 请改正后重新报送。",
        "共读取3行：发布1行，被较新的记录取代1行，暂缓发布1行，非数据行（空行、标题、合计、说明）0行。",
    ]
    assert "- note: The changed file was not taken in; what was sent before still counts. Mend it" in english
    assert "请处理以下事项（共3处）" in chinese
    rows = list(openpyxl.load_workbook(answer.workbook)[FIRST_SHEET].iter_rows(max_row=3, max_col=2, values_only=True))
    assert [row[0] for row in rows] == ["报送反馈 Feedback on your submission", "错误 Error", "提示 Note"]
    assert rows[2][1].startswith("新文件未被接收，此前报送的版本继续有效。 请改正后重新报送。\nThe changed file")
    content = json.loads((answer.folder / "a.反馈.json").read_text("utf-8"))
    about = [(line["code"], line["severity"]) for line in content["about_the_file"]]
    assert about == [("file_type_mismatch", "error"), ("earlier_version_stands", "info")]
    assert list(content)[:8] == [
        "basis", "submission", "round", "submitter", "file", "dataset", "status", "about_the_file",
    ]  # fmt: skip


def test_a_note_on_the_whole_file_does_not_hide_that_it_is_clean(settings: Settings) -> None:
    with xlsxwriter.Workbook(place_of(settings, "a.xlsm")) as book:
        _add_rows(book)
        book.add_vba_project(io.BytesIO(b"a macro"), True)
    judge(settings, [])
    answer = _answer(settings)
    text = (answer.folder / "a.xlsm.反馈.md").read_text("utf-8")
    assert "Rows read: 3. Published: 1; superseded by a later record: 1; held back: 1; no data" in text
    assert text.index("- 提示：文件带有宏") < text.index("共读取3行") < text.index("没有发现问题，谢谢。")
    values = [row[0].value for row in openpyxl.load_workbook(answer.workbook)[FIRST_SHEET].iter_rows(max_col=1)]
    assert values[1] == "提示 Note"
    assert values[-1] == "没有发现问题，谢谢。 Nothing to mend. Thank you."


def test_the_form_prints_across_with_its_header_on_every_page(settings: Settings) -> None:
    for ending, write in WRITERS.items():
        write(place_of(settings, f"a.{ending}"))
    judge(settings)
    answers = _answers(settings)
    assert len(answers) == len(WRITERS)
    for answer in answers:
        sheet = openpyxl.load_workbook(answer.workbook).worksheets[1]
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage is True
        assert (sheet.print_title_rows, sheet.freeze_panes) == ("$1:$1", "A2")
        assert sheet.print_options.headings is True


def test_long_texts_are_wrapped_in_rows_high_enough_and_wide_forms_print_on_wider_paper(settings: Settings) -> None:
    wide = [f"说明{number}" for number in range(12)]
    rows = [[*ROWS[0], *wide], [*ROWS[2], *("字" * 70 for _ in wide)], [*ROWS[3], *("一\n二\n三" for _ in wide)]]
    write_xls(place_of(settings, "a.xls"), {"表": rows})
    judge(settings, [])
    sheet = openpyxl.load_workbook(_answer(settings).workbook)["表"]
    assert sheet["F2"].alignment.wrap_text is True
    assert sheet.column_dimensions["F"].width == WIDEST
    # 140 columns of text in 42; three lines.
    assert [sheet.row_dimensions[number].height for number in (1, 2, 3)] == [22, 70, 54]
    assert (sheet.page_setup.paperSize, sheet.page_setup.fitToWidth) == (A3, 2)


@pytest.mark.parametrize(
    ("text", "written", "quoted"),
    [
        ("\ufffe甲\uffff乙\x1b丙", "�甲�乙�丙", False),
        ("_x0041_", "_x005F_x0041_", False),
        ("_x003D_cmd|' /C calc'!A0", "_x005F_x003D_cmd|' /C calc'!A0", False),
        ("=_x0041_", "=_x005F_x0041_", True),
    ],
)
def test_a_text_of_a_csv_is_shown_as_it_was_written(settings: Settings, text: str, written: str, quoted: bool) -> None:
    rows = [ROWS[0], [*ROWS[1][:3], text, "2024"]]
    with place_of(settings, "a.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    fault = {**FAULTS[0], "heading": text}
    judge(settings, [fault])
    book = openpyxl.load_workbook(_answer(settings).workbook)
    cell = book["csv"]["D2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (written, "s", quoted)
    assert any(row[3] == written for row in book[FIRST_SHEET].iter_rows(values_only=True))


def test_an_escaped_equals_sign_of_the_submitters_own_workbook_is_no_formula(settings: Settings) -> None:
    path = place_of(settings, "a.xlsx")
    WRITERS["xlsx"](path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert parts["xl/sharedStrings.xml"].count("+样例工厂".encode()) == 1
    parts["xl/sharedStrings.xml"] = parts["xl/sharedStrings.xml"].replace("+样例工厂".encode(), b"_x003D_1+1")
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    judge(settings)
    cell = openpyxl.load_workbook(_answer(settings).workbook)["表"]["D3"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("_x003D_1+1", "s", True)


def test_the_letter_speaks_of_a_workbook_only_where_there_is_one(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    WRITERS["csv"](place_of(settings, "a.csv"))
    judge(settings)
    path = _answer(settings).folder / "a.csv.反馈.md"
    assert "（共3处）。所附工作簿中，有问题的单元格已着色并加批注。\n" in path.read_text("utf-8")
    assert "(3 in all). In the workbook attached, each faulty cell is coloured" in path.read_text("utf-8")
    path.with_suffix(".json").unlink()
    monkeypatch.setattr("orchestration.feedback.writing.annotate", lambda _, jobs, __: ((job, None) for job in jobs))
    assert _answer(settings).workbook is None
    assert "请处理以下事项（共3处）。\n" in path.read_text("utf-8")
    assert "Please see to the following (3 in all).\n" in path.read_text("utf-8")
