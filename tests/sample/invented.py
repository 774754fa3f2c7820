"""Two registers that nobody thought of, one of which refers to the other, and the words for them."""

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from orchestration.contracts import Contract, load_contracts
from orchestration.sample.words import WORDS
from tests.sample.conftest import ROOT

HEAD = """
name: {name}
title: {title}
title_en: Invented
description: 虚构的名录。
description_en: An invented register.
owner: 山东省工业和信息化厅
owner_en: Department of Industry and Information Technology of Shandong Province
openness: unconditional
licence: CC-BY-4.0
missingValues: [""]
"""
OPEN = {"description": "内容。", "description_en": "Content.", "visibility": "public", "openness": "unconditional"}


def field(name: str, kind: str, title: str, **more: Any) -> dict[str, Any]:
    types = {"money": "number", "boolean": "boolean", "date": "date", "integer": "integer"}
    return {
        "name": name,
        "type": types.get(kind, "string"),
        "kind": kind,
        "title": title,
        "title_en": name,
        **OPEN,
        **more,
    }


ENTERPRISE = [{"name": name, "type": "string", "common": True} for name in ("org_name", "uscc", "city_code")]
MUST = {"constraints": {"required": True}}
WISHES: dict[str, Any] = {
    "primaryKey": ["uscc", "wish_name"],
    "fields": [
        field("wish_name", "name", "心愿名称", **MUST),
        *ENTERPRISE,
        field("stage", "choice", "办理阶段", categories=["办理中", "已办结"], **MUST),
        field("done_on", "date", "办结日期"),
        field("agreed", "boolean", "同意公开"),
        field("budget", "money", "预算", unit="万元", consent="agreed", constraints={"minimum": 0}),
        field("ways", "set", "途径", categories=["甲", "乙", "丙"], maxItems=2),
        field("tags", "list", "标签", maxItems=3),
        field("since", "month", "起始月份"),
        field("cost", "money", "费用", unit="万元", constraints={"minimum": 0}),
        field("refund", "money", "退款", unit="万元", constraints={"minimum": 0}),
        field("opened", "integer", "开通数", constraints={"minimum": 0}),
        field("closed", "integer", "关闭数", constraints={"minimum": 0}),
    ],
    "rules": [
        {"name": "refund_as_computed", "fields": ["refund", "cost"],
         "holds": "cost is null or abs(refund - least(0.2 * cost, 300)) < 0.01"},
        {"name": "done_has_a_day", "fields": ["stage", "done_on"], "holds": "stage <> '已办结' or done_on is not null"},
        {"name": "not_done_has_none", "fields": ["done_on", "stage"], "holds": "stage = '已办结' or done_on is null"},
        {"name": "closed_were_open", "fields": ["opened", "closed"], "holds": "closed <= opened",
         "from_round": "2024-02"},
    ],
}  # fmt: skip
for rule in WISHES["rules"]:
    rule |= {"message": "应当相符。", "message_en": "They must agree."}
DEALS = {
    "primaryKey": ["uscc", "deal_name"],
    "fields": [
        field("deal_name", "name", "交易名称", **MUST),
        *ENTERPRISE,
        field("wish_name", "name", "心愿名称"),
    ],
    "foreignKeys": [
        {"fields": ["uscc", "wish_name"], "reference": {"resource": "wishes", "fields": ["uscc", "wish_name"]}}
    ],
}
WISHES_WORDS = {
    "rows": 60,
    "senders": 5,
    "fields": {
        "wish_name": {"texts": ["{feature}{product}心愿"]},
        "done_on": {"only": {"stage": ["已办结"]}},
        "budget": {"numbers": [10, 900]},
        "ways": {"some": [1, 3]},
        "tags": {"some": [2, 5], "texts": ["{product}{10-99}"]},
        "since": {"months": ["2021-11", "2022-02"]},
        "cost": {"numbers": [100, 2000], "empty": 0},
        "refund": {"share_of": "cost", "share": 0.2, "at_most": 300},
        "opened": {"numbers": [50, 90], "empty": 0},
        "closed": {"numbers": [1, 50], "empty": 0},
    },
    "rules": {
        "refund_as_computed": {"field": "refund", "plus": [5, 60]},
        "done_has_a_day": {"field": "done_on", "empty": True, "where": {"stage": "已办结"}},
        "not_done_has_none": {"field": "done_on", "set": date(2024, 3, 5), "where": {"stage": "办理中"}},
        "closed_were_open": {"field": "closed", "above": "opened", "by": [1, 30]},
    },
}
DEALS_WORDS = {"rows": 60, "senders": 4, "fields": {"deal_name": {"texts": ["{feature}{product}交易"]}}}


def contracts_in(folder: Path, **registers: dict[str, Any]) -> dict[str, Contract]:
    """The contracts of these registers, each a mapping of what its file holds beside the head."""
    schemas = folder / "schemas"
    schemas.mkdir()
    for name in ("shared", "codes"):
        (schemas / name).symlink_to(ROOT / "schemas" / name)
    for name, register in registers.items():
        own = HEAD.format(name=name, title=f"样例{name}") + yaml.safe_dump(register, allow_unicode=True)
        (schemas / f"{name}.yaml").write_text(own, encoding="utf-8")
    return load_contracts(schemas)


def words_in(folder: Path, **flavours: dict[str, Any]) -> Path:
    """A words file with the words of these registers beside it."""
    (folder / "datasets").mkdir()
    for name, flavour in flavours.items():
        text = yaml.safe_dump(flavour, allow_unicode=True)
        (folder / "datasets" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return Path(shutil.copy(WORDS, folder))
