"""Files that are small to send and huge to read, as the tests make them; run as a module, their cost to the parent.

`python -m tests.intake.bombs INBOX WORKSPACE` takes in an inbox and prints what was refused, and by how many MiB the
peak memory of this process, which is the children's parent, rose meanwhile.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

from orchestration.contracts import load_contracts
from orchestration.intake import take_in
from orchestration.settings import PROJECT
from tests.intake.forms import with_part, write_ods, write_xlsx

LONG = 400 * 1024**2
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">%s]>' % b"".join(
    b'<!ENTITY %c "%s">' % (letter, b"&%c;" % (letter - 1) * 10) for letter in b"bcdefghij"
)


def _xlsx(path: Path, part: str, change: Callable[[bytes], bytes]) -> None:
    with_part(write_xlsx(path, {"表": [["甲"]]}), part, change)


def _ods(path: Path, change: Callable[[bytes], bytes]) -> None:
    with_part(write_ods(path, {"表": [["甲"]]}), "content.xml", change)


def _replaced(pattern: bytes, by: bytes) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        changed = re.sub(pattern, lambda _: by, content, count=1)
        assert changed != content
        return changed

    return change


def write_bombs(folder: Path) -> None:
    """One of each kind."""
    folder.mkdir(parents=True)
    sheet, strings = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
    far = b'</row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    _xlsx(folder / "dimension.xlsx", sheet, _replaced(rb"</row></sheetData>", far))
    _xlsx(folder / "long cell.xlsx", strings, _replaced("甲".encode(), b"a" * LONG))
    with (folder / "long cell.csv").open("wb") as file:
        for _ in range(LONG // 1024**2):
            file.write(b"a" * 1024**2)
    _xlsx(folder / "entities.xlsx", strings, lambda content: LAUGHS + content.replace("甲".encode(), b"&j;"))
    _ods(folder / "entities.ods", lambda content: LAUGHS + content.replace("甲".encode(), b"&j;"))
    many = b"".join(b'<sheet name="%d" sheetId="%d" r:id="rId1"/>' % (n, n) for n in range(1, 10_001))
    _xlsx(folder / "sheets.xlsx", "xl/workbook.xml", _replaced(rb"<sheet .*?/>", many))
    rows = b'<table:table-row table:number-rows-repeated="100000000">'
    _ods(folder / "rows.ods", _replaced(rb"<table:table-row[^>]*>", rows))


def _peak() -> int:
    # Not getrusage: its peak begins with that of the process which started this one.
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


def _main(inbox: str, workspace: str) -> None:
    contracts = load_contracts(PROJECT / "schemas")
    before = _peak()
    report = take_in(Path(inbox), Path(workspace), contracts)
    refused = {Path(each.submission).name: [each.issues[0].code, each.issues[0].detail] for each in report.refused}
    print(json.dumps({"refused": refused, "mebibytes": _peak() - before}))


if __name__ == "__main__":
    _main(*sys.argv[1:])
