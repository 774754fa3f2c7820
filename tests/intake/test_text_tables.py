"""Text tables: encodings, delimiters, quotes and rows that are too short or too long."""

import codecs

import pytest

from orchestration.intake.issues import Refusal
from orchestration.intake.limits import DEFAULT_LIMITS, Limits
from orchestration.intake.sheets import Row
from orchestration.intake.text_tables import decode, read_text_table

TEXT = "企业名称,数量\n山东样例机械有限公司,3\n"


def rows(text: str) -> list[Row]:
    (sheet,) = read_text_table(text, Limits())
    return sheet.rows


def refusal(text: str, limits: Limits = DEFAULT_LIMITS) -> tuple[str, str | None]:
    with pytest.raises(Refusal) as caught:
        read_text_table(text, limits)
    return caught.value.code, caught.value.detail


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_encodings(encoding: str) -> None:
    assert decode(TEXT.encode(encoding)) == TEXT


def test_utf_16_of_either_order() -> None:
    assert decode(codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be")) == TEXT
    assert decode(codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le")) == TEXT


def test_gb18030_holds_characters_outside_gbk() -> None:
    assert decode("䶮,𠀀 企业名称\n".encode("gb18030")) == "䶮,𠀀 企业名称\n"


@pytest.mark.parametrize(
    "data",
    [
        "Año,Población\nCórdoba,São\n".encode("latin-1"),
        "企業名稱,數量\n範例機械公司,三\n".encode("big5"),
        TEXT.encode("utf-16-le"),
        b"a,b\n1,\x00\n",
        b"\xff\xff\xff\xff",
    ],
)
def test_an_encoding_that_cannot_be_told_is_refused_and_not_guessed(data: bytes) -> None:
    with pytest.raises(Refusal) as caught:
        decode(data)
    assert caught.value.code == "file_encoding_unknown"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_text_cut_off_inside_a_character(encoding: str) -> None:
    with pytest.raises(Refusal) as caught:
        decode(("企业名称,数量\n" * 9 + "企").encode(encoding)[:-1])
    assert (caught.value.code, caught.value.detail) == ("file_truncated", None)


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_delimiters(delimiter: str) -> None:
    lines = [["附件1", "", ""], ["a", "b", "c"], ['"1,5"', "2", "3"], ["4", "5", "6"]]
    text = "\n".join(map(delimiter.join, lines))
    assert rows(text) == [["附件1", None, None], ["a", "b", "c"], ["1,5", "2", "3"], ["4", "5", "6"]]


def test_a_single_column_has_no_delimiter() -> None:
    assert rows("名称\n甲\n乙\n") == [["名称"], ["甲"], ["乙"]]


def test_line_breaks_inside_quotes_belong_to_the_value() -> None:
    assert rows('a,b\r\n"一\r\n二",2\r\n"三\n四",3\r\n') == [["a", "b"], ["一\r\n二", "2"], ["三\n四", "3"]]


def test_only_line_breaks_end_a_row() -> None:
    text = "a,b\r1\x0b2\x0c3\x1c4\u2028" + "5\x856,7\n"
    assert rows(text) == [["a", "b"], ["1\x0b2\x0c3\x1c4\u20285\x856", "7"]]


def test_quotes_are_doubled_inside_quotes_and_stand_for_themselves_elsewhere() -> None:
    assert rows('a,b\n"说""好""",37°36\'37.8"N\n') == [["a", "b"], ['说"好"', "37°36'37.8\"N"]]


def test_a_blank_before_a_quote_does_not_split_the_value() -> None:
    assert rows('a, b\n1, "6,000,000"\n') == [["a", "b"], ["1", "6,000,000"]]


def test_lists_inside_values_do_not_pass_for_columns() -> None:
    text = "名称,专利\n甲,1;2;3;4\n乙,5;6;7;8\n丙,9;10;11;12\n"
    assert rows(text)[1] == ["甲", "1;2;3;4"]


def test_blanks_at_the_edges_of_values_are_kept() -> None:
    assert rows('a,b\n" 甲, "," 乙"\n"丙, ""丁""", 戊\n') == [["a", "b"], [" 甲, ", " 乙"], ['丙, "丁"', " 戊"]]


def test_ragged_rows_are_filled_up() -> None:
    assert rows("a,b\n1\n\n1,2,3\n") == [["a", "b", None], ["1", None, None], [None] * 3, ["1", "2", "3"]]


def test_a_quote_that_is_never_closed_is_refused_and_does_not_swallow_rows() -> None:
    assert refusal('a,b\n1,"2\n3,4\n5,6\n') == ("file_unreadable", '" … (row 2)')


def test_text_of_nothing_but_line_breaks_is_a_sheet_without_cells() -> None:
    assert rows("\n\n\n") == [[], [], []]


def test_a_long_row_of_short_cells_is_within_the_limit_of_a_cell() -> None:
    text = ";".join(["abcdefghij"] * 90) + "\n"
    (sheet,) = read_text_table(text * 2, Limits(cell_characters=10))
    assert sheet.width == 90


def test_limits() -> None:
    assert refusal("a\n" * 4, Limits(rows=3)) == ("file_too_large", "> 3 rows")
    assert read_text_table("a\n" * 3, Limits(rows=3))[0].rows == [["a"]] * 3
    assert refusal("a,b,c\n", Limits(columns=2)) == ("file_too_large", "3 > 2 columns")
    assert refusal("a\n" * 9 + "," * 9, Limits(cells=99)) == ("file_too_large", "100 > 99 cells")
    assert refusal("a,bbbb\n", Limits(cell_characters=3)) == ("file_too_large", "> 3 characters in a cell")
