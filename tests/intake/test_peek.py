"""A look into a file shows what intake sees, for any file, and nothing of its values but headings."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from orchestration.contracts import Contract, load_contracts
from orchestration.intake.issues import Issue
from orchestration.intake.limits import Limits
from orchestration.intake.peek import Peek, peek, render
from orchestration.intake.seen import SeenColumn, SeenSheet
from orchestration.settings import PROJECT
from tests.intake.forms import write_docx, write_xlsx

HEADER = ["序号", "产品名称", "类别", "企业名称", "统一社会信用代码", "市", "销售收入（元）", "注册资金"]
ROW = [1, "减速机", "新产品", "山东样例公司", "91370100000000001X", "济南", 5, 6]


@pytest.fixture(scope="module")
def contracts() -> dict[str, Contract]:
    return load_contracts(PROJECT / "schemas")


def shown(seen: Peek, lang: str = "en") -> list[str]:
    """The lines that a terminal of 100 columns shows."""
    console = Console(width=100, file=io.StringIO())
    console.print(render(seen, lang))
    text: str = console.file.getvalue()  # type: ignore[attr-defined]
    return [line.rstrip() for line in text.split("\n")[:-1]]


def test_a_form_of_a_dataset(tmp_path: Path, contracts: dict[str, Contract]) -> None:
    rows = [["附件1："], HEADER, ["一、济南市"], ROW, [], ROW, ROW, ["合计", None, None, None, None, None, 15]]
    path = write_xlsx(tmp_path / "表.xlsx", {"产品": rows, "旧": [HEADER, ROW]}, hidden=["旧"])
    seen = peek(path, contracts)
    fields = [None, "product_name", "kind", "org_name", "uscc", "city_code", "sales", None]
    units = [None] * 6 + ["元", None]
    assert seen == Peek(
        "表.xlsx",
        "xlsx",
        "new_products",
        (
            SeenSheet(
                "产品",
                header_rows=(2,),
                columns=tuple(map(SeenColumn, "ABCDEFGH", HEADER, fields, units)),
                data_rows=3,
                ignored={"blank": (5,), "section": (3,), "total": (8,)},
            ),
            SeenSheet("旧", hidden=True),
        ),
        (Issue("sheet_hidden", sheet="旧"), Issue("column_unclaimed", None, "产品", "注册资金")),
    )
    assert shown(seen) == [
        "表.xlsx  xlsx  dataset new_products",
        "",
        "产品  header in row 2  3 rows of data",
        "  column  heading           field         unit",
        "  A       序号              —",
        "  B       产品名称          product_name",
        "  C       类别              kind",
        "  D       企业名称          org_name",
        "  E       统一社会信用代码  uscc",
        "  F       市                city_code",
        "  G       销售收入（元）    sales         元",
        "  H       注册资金          —",
        "  ignored: 1 blank (row 5)",
        "  ignored: 1 section (row 3)",
        "  ignored: 1 total (row 8)",
        "",
        "旧  hidden, not read",
        "! 旧: A hidden sheet was not read.",
        "! 产品: No field claims the column “注册资金”; it was not read.",
    ]


def test_a_table_of_no_dataset(tmp_path: Path, contracts: dict[str, Contract]) -> None:
    path = write_docx(tmp_path / "会.docx", [["会议", "地点"], ["甲", "乙"], ["丙", "丁"]], [["戊", "己"]])
    seen = peek(path, contracts)
    assert (seen.dataset, seen.refusal, seen.data_rows) == (None, None, 3)
    assert seen.unmatched == Issue("dataset_unknown", "会议、地点")
    assert shown(seen, "zh") == [
        "会.docx  docx  不属于任何名录",
        "! 表头不属于任何名录，读到的列是：会议、地点。",
        "",
        "表1  表头行 1  2 行数据",
        "  列  表头  字段  单位",
        "  A   会议  —",
        "  B   地点  —",
        "",
        "表2  续上表  1 行数据",
    ]
    assert peek(path, {}).data_rows == 3


def test_a_file_that_cannot_be_read(tmp_path: Path, contracts: dict[str, Contract]) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"%PDF-1.7")
    seen = peek(tmp_path / "a.xlsx", contracts)
    assert seen == Peek("a.xlsx", refusal=Issue("file_type_mismatch", "PDF"))
    assert shown(seen) == ["a.xlsx", "✗ The content is not what the file name says: PDF."]


def test_a_file_without_a_table_shows_its_sheets(tmp_path: Path, contracts: dict[str, Contract]) -> None:
    seen = peek(write_xlsx(tmp_path / "a.xlsx", {"甲": [[1, 2]], "乙": []}), contracts)
    assert seen.refusal == Issue("header_not_found", "甲、乙")
    assert shown(seen)[2:] == ["", "甲  no table", "", "乙  no table"]


def test_limits_are_kept(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"甲": [["a", "b"]] * 9})
    assert peek(path, {}, Limits(rows=3)).refusal == Issue("file_too_large", "9 > 3 rows")


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        peek(tmp_path / "a.xlsx", {})


def test_what_a_stranger_writes_does_not_steer_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "a\x1b[2J.csv").write_bytes("名称\x1b]0;x\x07,[red]数量[/red]\n甲,乙\n丙,丁\n".encode())
    lines = shown(peek(tmp_path / "a\x1b[2J.csv", {}))
    assert lines[0] == "a␛[2J.csv  csv  belongs to no dataset"
    assert [line.split()[1] for line in lines if line.startswith(("  A", "  B"))] == ["名称␛]0;x␇", "[red]数量[/red]"]


def test_what_turns_the_order_of_writing_is_shown_and_not_sent(tmp_path: Path) -> None:
    (tmp_path / "a\u202efdp.csv").write_bytes("名\u202e称,数\u2066量\n甲,乙\n丙,丁\n".encode())
    lines = shown(peek(tmp_path / "a\u202efdp.csv", {}))
    assert lines[0] == "a�fdp.csv  csv  belongs to no dataset"
    assert [line.split()[1] for line in lines if line.startswith(("  A", "  B"))] == ["名�称", "数�量"]


def test_many_row_numbers_are_drawn_together(tmp_path: Path) -> None:
    pair = [["甲", "1", "x"], []]
    rows = [["名称", "数量", "备注"], *pair * 3, [], [], *pair * 20, ["乙", "2", "y"]]
    seen = peek(write_xlsx(tmp_path / "a.xlsx", {"表": rows}), {})
    expected = "  ignored: 25 blank (row 3, 5, 7–9, 11, 13, 15, 17, 19, 21, 23, 25, 27, …)"
    assert expected in shown(seen)
