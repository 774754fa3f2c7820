"""A look into a file as text for the terminal, in English or Chinese."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from orchestration.intake.issues import Issue
from orchestration.intake.seen import Peek, SeenSheet
from orchestration.quality.registry import render as message_of
from orchestration.visible import visible

WORDS = {
    "en": {
        "dataset": "dataset", "no_dataset": "belongs to no dataset",
        "hidden": "hidden, not read", "no_table": "no table", "header": "header in row",
        "continued": "continues the table above", "data": "rows of data",
        "column": "column", "heading": "heading", "field": "field", "unit": "unit", "row": "row",
        "ignored": "ignored", "blank": "blank", "section": "section", "total": "total", "note": "note",
        "repeated": "header again",
    },
    "zh": {
        "dataset": "名录", "no_dataset": "不属于任何名录",
        "hidden": "隐藏，未读取", "no_table": "没有表格", "header": "表头行",
        "continued": "续上表", "data": "行数据",
        "column": "列", "heading": "表头", "field": "字段", "unit": "单位", "row": "行",
        "ignored": "忽略", "blank": "空行", "section": "分组", "total": "合计", "note": "注",
        "repeated": "重复表头",
    },
}  # fmt: skip
REASONS = {"blank": "blank", "section": "section", "total": "total", "note": "note", "header": "repeated"}
RANGES = 12


def render(peek: Peek, lang: str = "en") -> RenderableType:
    """The look as one block: the file, then each sheet with its header, columns, rows and what is ignored."""
    words = WORDS[lang]
    blocks: list[RenderableType] = [_title(peek, words)]
    blocks += [_line(f"✗ {_reason(peek.refusal, lang)}", "red")] if peek.refusal else []
    blocks += [_line(f"! {_reason(peek.unmatched, lang)}", "yellow")] if peek.unmatched else []
    for sheet in peek.sheets:
        blocks += _sheet(sheet, words)
    for issue in peek.issues:
        blocks.append(_line(f"! {_reason(issue, lang)}", "yellow"))
    return Group(*blocks)


def _title(peek: Peek, words: dict[str, str]) -> Text:
    title = _line(peek.file, "bold")
    if peek.kind:
        title.append(f"  {peek.kind}", "dim")
    if peek.dataset:
        title.append(f"  {words['dataset']} {peek.dataset}", "green")
    elif peek.refusal is None:
        title.append(f"  {words['no_dataset']}", "yellow")
    return title


def _sheet(sheet: SeenSheet, words: dict[str, str]) -> Iterator[RenderableType]:
    yield _line("")
    name = _line(sheet.name, "bold")
    if sheet.data_rows is None:
        yield name.append(f"  {words['hidden' if sheet.hidden else 'no_table']}", "dim")
        return
    rows = "–".join(dict.fromkeys(map(str, (sheet.header_rows[0], sheet.header_rows[-1])))) if sheet.header_rows else ""
    place = f"{words['header']} {rows}" if rows else words["continued"]
    yield name.append(f"  {place}  ", "dim").append(f"{sheet.data_rows:,} {words['data']}", "green")
    if sheet.header_rows:
        yield Padding(_columns(sheet, words), (0, 0, 0, 2))
    for reason, numbers in sheet.ignored.items():
        where = f"{words['ignored']}: {len(numbers):,} {words[REASONS[reason]]}"
        yield _line(f"  {where} ({words['row']} {_ranges(numbers)})", "dim")


def _columns(sheet: SeenSheet, words: dict[str, str]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for word in ("column", "heading", "field", "unit"):
        table.add_column(words[word])
    for column in sheet.columns:
        field = Text(column.field, "green") if column.field else Text("—", "dim")
        table.add_row(column.letter, _line(column.heading), field, column.unit or "")
    return table


def _ranges(numbers: tuple[int, ...]) -> str:
    """Row numbers as a spreadsheet shows them: `4, 97–99, …`."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][-1] + 1:
            ranges[-1] = [ranges[-1][0], number]
        else:
            ranges.append([number])
    shown = ["–".join(map(str, each)) for each in ranges[:RANGES]]
    return ", ".join(shown + ["…"] * (len(ranges) > RANGES))


def _reason(issue: Issue, lang: str) -> str:
    message, _ = message_of(issue.code, lang, heading=issue.heading or "", detail=issue.detail or "")
    return f"{issue.sheet}: {message}" if issue.sheet else message


def _line(text: str, style: str = "") -> Text:
    return Text(visible(text), style)
