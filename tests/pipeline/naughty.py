"""Strings that break programs, forms of each format full of them, and what the contract makes of each string."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from orchestration.sample.layouts import Format
from orchestration.sample.sheets import Sheet
from orchestration.sample.writers import write
from tests.pipeline.conftest import Installation

LIST = Path(__file__).parents[2].parent / "shared" / "real" / "naughty-strings" / "blns.json"
NOWHERE = "example.invalid"
DATASET = "naughty_texts"
SUBMITTER = "2024-01/济南市工业和信息化局"
HEADER = ["文字", "名称", "条目", "登记号", "企业名称", "市", "备注"]
ORG = "济南样例甲有限公司"
FORMATS = ("csv", "xlsx", "ods", "docx")
# What a spreadsheet, a terminal or a browser would take for something to act on; the list has few of them.
ACTIVE = [
    "=1+1",
    "@SUM(1,1)",
    "+1+1",
    "-1-1",
    "=cmd|' /C calc'!A0",
    '=DDE("cmd";"/C calc";"__DdeLink_60_870516294")',
    "{=1+1}",
    '=HYPERLINK("http://example.invalid/","x")',
    '=WEBSERVICE("http://example.invalid/")',
    "'=1+1",
    "\t=1+1",
    "http://example.invalid/",
    "file:///etc/passwd",
    "internal:'数据 Data'!A1",
    "#1 #REF",
    "<r>x</r>",
    "<r><t>x</t></r>",
    "_x0041_ _x005F_ _x001B_",
    "\x1b]0;title\x07\x1b[2J\x1b[31mred",
    "\x9b31mred \x85next\x7f",
    "甲\u202e乙\u2066丙\u2069丁\u200f",
    "[red]rich[/red] [link=http://example.invalid]x[/link]",
    "甲\n乙",
    "甲\r\n乙\rc",
    "无",
    "——",
]
# What moves the cursor, changes colours and the title of a terminal, and turns the order of writing round.
STEERING = "\x1b]0;t\x07\x1b[31m\x9b2J\x85坏\x08\u202e列\x7f"
# Nothing of the list is one of these, so that the checks that hold a row back are seen to do so here too.
HELD_BACK = {
    "13800138000": "personal_data",
    "电话：0531-86912345": "personal_data",
    "mail me: someone@example.com": "personal_data",
    "110101199003070038": "personal_data",
    "#REF!": "error_cell",
    "#N/A": "error_cell",
}
_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BLANK = " \t\n\r\xa0\u200b\u3000\ufeff"
_NOTHING = {"", "无", "暂无", "空", "none", "null", "n/a"}


def strings(host: str) -> list[str]:
    """Every distinct string of the list, in its order, then those above, their links leading to `host`."""
    listed = json.loads(LIST.read_text("utf-8"))
    return list(dict.fromkeys([*listed, *(text.replace(NOWHERE, host) for text in ACTIVE), *HELD_BACK]))


def holds(form: str, text: str) -> bool:
    """Whether a form of that format can hold the string.

    A csv holds any. A document in XML 1.0 (ods, docx) has no control characters but tab and line feed, a carriage
    return is read as a line feed, and U+FFFE is no character. An xlsx writes control characters as `_x001B_`
    (ECMA-376, ST_Xstring); of U+FFFE calamine leaves what is written, and XlsxWriter takes `<r>…</r>` for XML.
    """
    if form == "xlsx":
        return text != "\ufffe" and not text.startswith("<r>")
    return form == "csv" or not _NOT_XML.search(text)


def tidied(kind: str, text: str) -> str | None:
    """The value published for the text of a cell, in a column of that kind; None for an empty one.

    Empty is what holds nothing but white space, a word such as 无 or null, or dashes and slashes alone. Else:
    text: as it stands, but for blanks at its ends. name: letters, digits and signs in half width but for ！，：；？,
    round brackets in full width, one space for several blanks, none and no line break between Chinese characters, no
    space of any kind (Unicode Zs) at its ends.
    list: in half width, the items parted by one semicolon. No kind is normalised beyond that (no NFKC, no NFC).
    """
    bare = text.strip(_BLANK + "\f")
    if text.isspace() or bare.lower() in _NOTHING or not bare.strip("-－—–/／"):
        return None
    return {"text": _text, "name": _name, "list": _list}[kind](text)


def _text(text: str) -> str:
    return text.strip(_BLANK)


def _name(text: str) -> str:
    narrow = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F) if chr(wide) not in "！（），：；？"}
    text = text.translate({**narrow, ord("("): "（", ord(")"): "）", 0x200B: "", 0xFEFF: ""})
    other = "[^\x00-\x7f]"
    text = re.sub("[ \t\xa0\u3000]+", " ", text)
    text = re.sub(f"(?<={other}) ?[\r\n][ \t\n\f\r]*|[ \t\n\f\r]*[\r\n] ?(?={other})", "", text)
    text = re.sub(f"(?<={other}) (?={other})", "", re.sub("[ \t\n\f\r]+", " ", text))
    return text.strip("".join(map(chr, range(0x2000, 0x200B))) + " \xa0\u1680\u202f\u205f\u3000")


def _list(text: str) -> str | None:
    half = text.translate({wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)})
    blank = _BLANK + "\f"
    items = re.split(f"[{blank}]*[、,;\r\n][、,;{blank}]*", half.strip("、,;" + blank))
    return ";".join(items) or None


def number(form: str, position: int) -> int:
    """The key of the string at that place of the list in the form of that format."""
    return (FORMATS.index(form) + 1) * 10_000 + position


def rows(form: str, texts: Sequence[str]) -> list[list[Any]]:
    """The form's rows: the string in every text column, the private one too, the first column among them.

    The private one has a word more, for a public text that repeats a private one is not published.
    """
    return [
        [text, text, text, str(number(form, position)), ORG, "济南市", text if text in HELD_BACK else f"{text} 私"]
        for position, text in enumerate(texts)
        if holds(form, text)
    ]


def answer_to(form: str) -> str:
    """The name of the annotated workbook that answers the form of that format."""
    return "文字.反馈.xlsx" if form == "xlsx" else f"文字.{form}.反馈.xlsx"


def in_answer(form: str, text: str) -> str | None:
    """What the answer shows in the cell of the string.

    The submitter's own workbook keeps what it held, but for …; from another format a workbook is made, of the cells
    that are not blank, and what a workbook cannot hold is shown as �.
    """
    if form == "xlsx":
        return text or None
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "�", text) if text and not text.isspace() else None


def submit(installation: Installation, texts: Sequence[str]) -> None:
    """Add the dataset, without Python, one form of each format, and two files to be refused by what is in them."""
    _add_dataset(installation)
    for form in FORMATS:
        sheet = Sheet("表", [HEADER, *rows(form, texts)])
        path = installation.settings.inbox / SUBMITTER / f"文字.{form}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(write([sheet], Format(form, "utf-8")))
    installation.submit(f"{SUBMITTER}/{STEERING}.csv", "甲,乙\n1,2\n")
    installation.submit(f"{SUBMITTER}/未知.csv", f"甲,{STEERING},丙\n1,2,3\n")


def _add_dataset(installation: Installation) -> None:
    schemas = installation.settings.schemas
    contract = yaml.safe_load((schemas / "morning_star_factories.yaml").read_text("utf-8"))
    common = [field for field in contract["fields"] if field["name"] in ("org_name", "city_code", "remarks")]
    contract.update(name=DATASET, title="文字", title_en="Texts", primaryKey=["register_number"], rules=[])
    contract["fields"] = [
        _field("register_number", "integer", "integer", "登记号") | {"constraints": {"required": True}},
        _field("words", "string", "text", "文字"),
        _field("label", "string", "name", "名称"),
        _field("items", "string", "list", "条目"),
        *common,
    ]
    suite = [{"expect": "expect_table_row_count_to_be_between", "min_value": 1, "why": "非空", "why_en": "Not empty."}]
    (schemas / f"{DATASET}.yaml").write_text(yaml.safe_dump(contract, allow_unicode=True), "utf-8")
    (installation.settings.expectations / f"{DATASET}.yaml").write_text(yaml.safe_dump(suite), "utf-8")
    marts = installation.settings.dbt_project / "models" / "marts"
    mart = (marts / "scene_items.sql").read_text("utf-8").replace("scene_items", DATASET)
    (marts / f"{DATASET}.sql").write_text(mart, "utf-8")


def _field(name: str, type_: str, kind: str, title: str) -> dict[str, Any]:
    described = {"description": title, "description_en": name}
    return {
        "name": name, "type": type_, "kind": kind, "title": title, "title_en": name, **described,
        "visibility": "public", "openness": "unconditional",
    }  # fmt: skip


def steering(printed: str) -> set[str]:
    """The characters printed that control a terminal, or turn the order of writing round."""
    turning = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
    controls = {character for character in printed if unicodedata.category(character) == "Cc"}
    return controls - {"\n"} | {character for character in printed if unicodedata.bidirectional(character) in turning}
