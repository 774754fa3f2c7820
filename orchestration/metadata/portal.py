"""`portal.json`: the fields that the province's open-data portal asks for of each dataset (山东公共数据开放网)."""

from __future__ import annotations

from typing import Any

from orchestration.metadata.described import Described
from orchestration.metadata.wording import wording


def portal_entry(described: Described, first: str, rows: int) -> dict[str, Any]:
    """One dataset in the portal's words: `first` is the day of its first release, `rows` the number of its rows.

    How often it is updated is said by no contract yet, and so not here.
    """
    package = described.package
    return {
        "数据目录标识": described.name,
        "数据目录名称": package["title"],
        "摘要": package["description"],
        "地市": wording()["place"]["zh"],
        "部门": described.owner["title"],
        "数据领域": wording()["portal_domain"],
        "开放类型": wording()["openness"][package["openness"]]["zh"],
        "发布日期": first,
        "更新日期": described.day,
        "版本": described.version,
        "数据量": rows,
        "数据格式": list(dict.fromkeys(one["format"] for one in described.tables)),
        "许可": described.licence["name"],
        "样例数据": package["sample"],
    }
