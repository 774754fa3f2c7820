"""Files that cannot be read as a submission, one or two of each obvious kind, and the refusal that each must meet."""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.sample.layouts import CSV, XLSX
from orchestration.sample.sheets import Sheet
from orchestration.sample.writers import write

_NOTE = "本文件为样例，纯属虚构"
_MEETING = Sheet(
    "会议安排",
    (
        ("会议名称", "会议时间", "会议地点", "参会人数"),
        ("样例产业链对接会", "2024年5月6日", "样例会议中心", 120),
        ("样例新产品推介会", "2024年9月12日", "样例会展中心", 300),
    ),
)
_PORTAL_ERROR = '{"code": 500, "message": "样例：数据接口调用失败，请稍后再试", "data": null}'
_PDF = (
    b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    b"2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
)


@dataclass(frozen=True)
class Stray:
    """A file with the code of its refusal; `round` and `submitter` are those of its folders, if it lies in any."""

    path: str
    content: bytes
    code: str
    round: str | None = None
    submitter: str | None = None


def strays(rounds: list[str], bureaus: list[str]) -> list[Stray]:
    """The refused files of the sample, for at least one round and five bureaus."""
    first, last = rounds[0], rounds[-1]
    meeting = write((_MEETING,), XLSX)
    refused = [
        (first, 1, "场景供需项目_接口导出（样例）.csv", _PORTAL_ERROR.encode(), "file_type_mismatch"),
        (last, 3, "新技术新产品_接口导出（样例）.csv", _PORTAL_ERROR.encode(), "file_type_mismatch"),
        (first, 2, "晨星工厂（样例，空文件）.xlsx", b"", "file_empty"),
        (last, 4, "场景供需项目（样例，空文件）.csv", b"", "file_empty"),
        (first, 0, "会议安排（样例）.xlsx", meeting, "dataset_unknown"),
        (last, 2, "会议安排（样例）.csv", write((_MEETING,), CSV), "dataset_unknown"),
        (first, 4, "报送说明（样例）.pdf", _PDF, "file_type_unknown"),
        (last, 0, "会议安排（样例，传输中断）.xlsx", meeting[: len(meeting) // 2], "file_truncated"),
    ]
    found = [
        Stray(f"{round_id}/{bureaus[index]}/{name}", content, code, round_id, bureaus[index])
        for round_id, index, name, content, code in refused
    ]
    table = write((Sheet("", (("说明",), (_NOTE,))),), CSV)
    found.append(Stray("未归档的表（样例）.csv", table, "round_unknown"))
    found.append(Stray(f"{last}/未归档的表（样例）.csv", table, "round_unknown"))
    return found
