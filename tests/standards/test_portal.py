"""portal.json: what the province's portal asks for of each dataset."""

from __future__ import annotations

import json

from tests.standards.conftest import DATASETS


def test_each_dataset_is_entered_in_the_words_of_the_portal(published):
    entries = json.loads((published / "portal.json").read_bytes())["datasets"]
    assert [one["数据目录标识"] for one in entries] == DATASETS
    summary = entries[0].pop("摘要")
    assert summary.startswith("样例数据：全部内容由程序虚构")
    assert entries[0] == {
        "数据目录标识": "morning_star_factories",
        "数据目录名称": "晨星工厂（样例数据）",
        "地市": "山东省",
        "部门": "山东省工业和信息化厅",
        "数据领域": "工业和信息化",
        "开放类型": "无条件开放",
        "发布日期": "2024-03-05",
        "更新日期": "2024-09-30",
        "版本": "1.1.0",
        "数据量": 19,
        "数据格式": ["parquet", "csv", "xlsx", "json", "xml"],
        "许可": "CC-BY-4.0",
        "样例数据": True,
    }
