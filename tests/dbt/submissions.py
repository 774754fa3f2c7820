"""What is submitted in the tests of the models: few rows, each with a habit of real forms or a fault."""

from __future__ import annotations

from tests.dbt.raw_workspace import RawWorkspace, Row

# Three credit codes with a right check character; made up.
CODE_A, CODE_B, CODE_C = "91370100MA3C00001H", "91370200MA3C00002R", "91370400MA3C000037"

# A dataset that only a contract and a mart stand for, of kinds that the others lack.
# Nobody submits anything for its twin `idle`.
TRIALS = """
name: trials
title: 试点
title_en: Trials
description: 试点名录。
description_en: A register of trials.
owner: 某厅
owner_en: A department
openness: unconditional
licence: CC-BY-4.0
primaryKey: [trial_name]
fields:
  - {name: trial_name, type: string, kind: name, title: 试点名称, title_en: Trial name, description: 名称。,
     description_en: Name., constraints: {required: true, minLength: 2}, visibility: public, openness: unconditional}
  - {name: on_schedule, type: boolean, kind: boolean, title: 是否按期, title_en: On schedule, description: 是否按期。,
     description_en: Whether it is on schedule., visibility: public, openness: unconditional}
  - {name: keywords, type: string, kind: list, title: 关键词, title_en: Keywords, description: 关键词。,
     description_en: Keywords., visibility: public, openness: unconditional}
rules:
  - {name: no_keywords_for_a_while, fields: [keywords], holds: keywords is null,
     from_round: 2024-05, until_round: 2024-06, message: 暂不填关键词。, message_en: No keywords for the time being.}
"""


def submit_everything(workspace: RawWorkspace) -> None:
    """Write the raw tables and the records of intake of the whole test inbox."""
    _scene_items(workspace)
    _new_products(workspace)
    _morning_star_factories(workspace)
    _trials(workspace)
    workspace.table("idle", "nothing was ever submitted", [])
    workspace.write_intake()


def scene(**changes: str | None) -> Row:
    return {
        "side": "需求",
        "scene_name": "视觉质检",
        "org_name": "济南甲有限公司",
        "uscc": CODE_A,
        "city_code": "济南市",
        "county_code": "历下区",
        "field": "质量提升",
        "chain": "高端装备",
        "description": "在线检测。",
        "investment": "300",
        "published_on": "2024-03-05",
        "valid_until": "2025-03-05",
        "matching_status": "待对接",
        "contact_phone": "13800138000",
        **changes,
    }


def _scene_items(workspace: RawWorkspace) -> None:
    first = workspace.table(
        "scene_items",
        "jinan, first round",
        [
            scene(description="第一稿。"),
            {"_ignored": "section", "side": "一、需求"},
            scene(scene_name="能耗优化", published_on="2024年3月5日", valid_until="2024.2.1"),
            scene(
                description=" 第二稿。\n",
                side="供给",
                scene_name="排产\n调度",
                uscc="９１３７０１００ＭＡ３Ｃ００００１Ｈ",
            ),
            scene(description="第二稿。", contact_phone="电话见附件"),
            {"_ignored": "blank"},
            scene(scene_name="仓储", city_code="青岛", county_code="市中区", investment="约300", uscc=None),
            {"_ignored": "total", "investment": "900"},
        ],
        sheet="需求",
        first_row=5,
        headings={"investment": "投资额（万元）"},
    )
    second = workspace.table(
        "scene_items",
        "jinan, first round",
        [scene(scene_name="仓储", investment="0.5亿", chain="C06"), {"_ignored": "note", "side": "注：如实填写"}],
        number=2,
        sheet="供给",
        first_row=3,
    )
    assert first == second
    workspace.submit("2024-01/jinan/a.xlsx", "scene_items", first, rows_read=10)
    workspace.submit("2024-02/copy/a (1).xlsx", "scene_items", first, rows_read=10)
    later = workspace.table(
        "scene_items",
        "jinan, second round",
        [
            scene(description="第三稿。", investment="3,000,000", published_on="45356"),
            scene(scene_name="无", matching_status="签约"),
        ],
        units={"investment": "元"},
    )
    workspace.submit("2024-02/jinan/b.csv", "scene_items", later, rows_read=2)
    empty = workspace.table("scene_items", "nothing but a header", [])
    workspace.submit("2024-02/weihai/c.csv", "scene_items", empty)
    refused = workspace.table("scene_items", "refused", [scene(scene_name="拒收")])
    workspace.submit("2024-02/yantai/d.csv", "scene_items", refused, status="refused")
    workspace.table("scene_items", "of an inbox that was cleared", [scene(scene_name="已撤")])


def _new_products(workspace: RawWorkspace) -> None:
    good = {
        "product_name": "智能传感器(二代)",
        "kind": "新产品",
        "org_name": "青岛 乙 有限公司",
        "uscc": CODE_B.lower(),
        "city_code": "370200.0",
        "county_code": "胶南市",
        "chain": "新一代信息技术产业链",
        "ip_types": "软件著作权/发明专利",
        "patent_numbers": "ZL202110123456.7；ZL202110123457.1",
        "specifications": "精度≤0.1%，符合GB/T 19001-2016",
        "tiers": "专精特新小巨人、瞪羚",
        "sales": "1,200.5万元",
    }
    file = workspace.table(
        "new_products",
        "products",
        [
            good,
            {
                **good,
                "product_name": "甲",
                "uscc": "9.137E+17",
                "ip_types": "商标、发明专利",
                "applications": "详询13800138000",
            },
            {**good, "product_name": "乙", "uscc": CODE_B[:-1] + "0", "sales": "保密", "kind": None},
            {**good, "product_name": "丙", "city_code": "莱芜", "county_code": "莱城区", "specifications": "#" * 2001},
        ],
    )
    workspace.submit("2024-01/qingdao/products.xlsx", "new_products", file, rows_read=4)


def _morning_star_factories(workspace: RawWorkspace) -> None:
    good = {
        "factory_name": "一号工厂",
        "org_name": "枣庄丙有限公司",
        "uscc": CODE_C,
        "city_code": "枣庄",
        "county_code": "市中区",
        "industry_code": "工业机器人制造",
        "recognised_year": "2024年",
        "connected_devices": "30台",
        "connection_rate": "85%",
        "data_volume": "1.5",
        "valid_until": "2027/12/31",
    }
    file = workspace.table(
        "morning_star_factories",
        "factories",
        [
            good,
            {
                **good,
                "factory_name": "二号工厂",
                "recognised_year": "2019",
                "connected_devices": "12.5",
                "connection_rate": "120",
            },
            {
                **good,
                "factory_name": "三号工厂",
                "industry_code": "机器人",
                "valid_until": "2181-02-06",
                "data_volume": "大",
            },
        ],
    )
    workspace.submit("2024-01/zaozhuang/factories.docx", "morning_star_factories", file, rows_read=3, city="370400")
    elsewhere = workspace.table(
        "morning_star_factories",
        "another city's enterprise",
        [{**good, "factory_name": "四号工厂"}, {**good, "factory_name": "五号工厂", "city_code": None}],
    )
    workspace.submit("2024-02/dezhou/factories.csv", "morning_star_factories", elsewhere, rows_read=2, city="371400")
    first_try = workspace.table(
        "morning_star_factories",
        "replaced by a correction",
        [
            {**good, "factory_name": "六号工厂"},
            {**good, "factory_name": "七号工厂", "uscc": "无"},
            {"_ignored": "total"},
        ],
    )
    workspace.submit(
        "2024-03/zaozhuang/factories.xls",
        "morning_star_factories",
        first_try,
        rows_read=3,
        replaced_by="2024-03/zaozhuang/factories（更正）.xls",
    )


def _trials(workspace: RawWorkspace) -> None:
    file = workspace.table(
        "trials",
        "trials",
        [
            {"trial_name": "试点一", "on_schedule": "√", "keywords": "视觉、质检"},
            {"trial_name": "试点二", "on_schedule": "无", "keywords": "无"},
            {"trial_name": "三", "on_schedule": "待定", "keywords": "甲、a.b@example.com"},
        ],
    )
    workspace.submit("2024-01/association/trials.ods", "trials", file, rows_read=3)
    without_names = workspace.table("trials", "a column is missing", [{"on_schedule": "是"}])
    workspace.submit("2024-01/weihai/trials.csv", "trials", without_names, rows_read=1)
    again = workspace.table("trials", "sent in four rounds", [{"trial_name": "试点四", "keywords": "甲"}])
    for number in range(4, 8):
        workspace.submit(f"2024-{number:02}/weihai/trials.csv", "trials", again, rows_read=1)
