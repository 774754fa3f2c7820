"""Small good forms, one per dataset, to be spoiled by tests."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from orchestration.contracts import Contract

PRODUCTS = """\
企业名称,统一社会信用代码,市,产品名称,类别
济南样例甲有限公司,91370100MA3C00001H,济南市,样例一号,新产品
济南样例甲有限公司,91370100MA3C00001H,济南市,样例二号,新技术
"""
SCENES = """\
企业名称,统一社会信用代码,市,方向,场景名称,发布日期
济南样例甲有限公司,91370100MA3C00001H,济南市,需求,样例质检,2024-03-05
"""
FACTORIES = """\
企业名称,统一社会信用代码,市,工厂名称,认定年度
济南样例甲有限公司,91370100MA3C00001H,济南市,样例工厂,2024
"""


def form_of(contract: Contract, rows: Sequence[Mapping[str, str]]) -> str:
    """A CSV under the contract's own headings, with the columns that any row gives."""
    fields = [field for field in contract.fields if any(field.name in row for row in rows)]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(field.heading for field in fields)
    writer.writerows([row.get(field.name, "") for field in fields] for row in rows)
    return text.getvalue()
