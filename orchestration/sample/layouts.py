"""How a form is dressed: its title, its header, what stands around its rows, and the hand that fills it in."""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.sample.spelling import Spelling

_PLAIN = Spelling()


@dataclass(frozen=True)
class Layout:
    """One way to dress a form, of those under "Forms as they arrive" in the notes on the domain."""

    title: bool = False
    header_rows: int = 1
    headings: str = "plain"
    synonyms: bool = False
    shuffled: bool = False
    leave_out: float = 0.1
    extra_columns: int = 0
    serials: str | None = None
    margin: bool = False
    sections: bool = False
    blank_rows: bool = False
    total: bool = False
    notes: bool = False
    header_repeated: bool = False
    sheets: int = 1
    hidden_sheet: bool = False
    empty_sheets: int = 0
    quoted: bool = False
    hand: Spelling = _PLAIN


@dataclass(frozen=True)
class Format:
    """A file format; `encoding` is that of a csv."""

    suffix: str
    encoding: str = ""


XLSX, XLS, ODS, DOCX = Format("xlsx"), Format("xls"), Format("ods"), Format("docx")
CSV, CSV_BOM, CSV_GB18030 = (Format("csv", encoding) for encoding in ("utf-8", "utf-8-sig", "gb18030"))

BUREAU = Layout(
    title=True, headings="units", serials="number", leave_out=0.05,
    sections=True, total=True, notes=True, blank_rows=True,
    hand=Spelling(dates=("date_chinese",), placeholders=(None, "无"), spaces=0.1, breaks=0.05),
)  # fmt: skip
TWO_ROWS = Layout(
    title=True, header_rows=2, headings="breaks", synonyms=True, shuffled=True, serials="number",
    extra_columns=1, notes=True,
    hand=Spelling(
        dates=("date_chinese", "date_slash", "date_dots", "date_compact", "date_iso"),
        codes=("number", "number", "name"), placeholders=("—", "/", None), separators=("；", "、"),
        phones=("number", "plain"), year_word=True,
    ),
)  # fmt: skip
EXPORT = Layout(leave_out=0.0, hand=Spelling(codes=("code",)))
MARGIN = Layout(
    headings="spaces", margin=True, blank_rows=True, shuffled=True, extra_columns=2,
    hand=Spelling(
        dates=("date_cell",), codes=("name", "alias"), placeholders=(None, "/"), separators=("，", "\n"), money="元",
        thousands=True, full_width=0.35, brackets=True, phones=("grouped", "plain"), spaces=0.1,
    ),
)  # fmt: skip
SHEETS = Layout(
    title=True, headings="stars", synonyms=True, serials="number", sheets=3, hidden_sheet=True,
    header_repeated=True, total=True,
    hand=Spelling(
        dates=("date_cell", "date_serial"), codes=("alias", "name"), placeholders=(None, "无"), phones=("number",),
    ),
)  # fmt: skip
TYPED = Layout(
    title=True, headings="units", synonyms=True, serials="number", extra_columns=1, notes=True, empty_sheets=2,
    hand=Spelling(
        dates=("date_serial", "date_slash"), codes=("alias",), placeholders=("无", "—", None), spaces=0.2,
        full_width=0.1, percent_sign=True, thousands=True, phones=("plain", "grouped"),
    ),
)  # fmt: skip
PORTAL = Layout(
    synonyms=True, shuffled=True, quoted=True,
    hand=Spelling(
        dates=("date_compact",), codes=("code", "name"), breaks=0.1, brackets=True, separators=(";", "；"), money="元",
    ),
)  # fmt: skip
WORD = Layout(
    headings="units", serials="word", sections=True, sheets=2, leave_out=0.15,
    hand=Spelling(
        dates=("date_chinese", "date_dots"), codes=("name", "alias"), placeholders=("无", "/"), breaks=0.2,
        full_width=0.2, year_word=True,
    ),
)  # fmt: skip

# A form with few rows may come in any format; the large ones come as workbooks and csv.
FEW_ROWS = 90
SMALL = (
    (XLSX, BUREAU), (DOCX, WORD), (CSV_BOM, TYPED), (XLS, TWO_ROWS), (ODS, MARGIN), (XLSX, SHEETS), (CSV, EXPORT),
    (DOCX, TWO_ROWS), (XLS, TYPED), (CSV_GB18030, BUREAU), (ODS, SHEETS), (XLSX, TWO_ROWS), (CSV_GB18030, PORTAL),
)  # fmt: skip
LARGE = (
    (XLSX, BUREAU), (CSV, EXPORT), (XLSX, SHEETS), (CSV_GB18030, PORTAL), (XLSX, TWO_ROWS), (CSV_BOM, TYPED),
    (CSV, EXPORT), (XLSX, MARGIN), (CSV_GB18030, BUREAU),
)  # fmt: skip
