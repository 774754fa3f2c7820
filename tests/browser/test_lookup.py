"""Looking up an enterprise: by a part of its name, by its code, and what is said of it."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.browser.pages import served, write_page

COLUMNS = [
    {"name": "uscc", "title": "统一社会信用代码", "type": "string", "kind": "uscc"},
    {"name": "org_name", "title": "企业名称", "type": "string", "kind": "text"},
    {"name": "city_code", "title": "市", "type": "string", "kind": "city", "codes": {"370100": "济南市"}},
    {"name": "datasets", "title": "所在数据集", "type": "string", "kind": "text"},
]
ENTERPRISES = [
    ("91370100YL0000001A", "济南样例甲机器人有限公司", "370100", "scene_items;vr_centers"),
    ("91370100YL0000002B", "<b onclick=alert(1)>乙</b>", None, "constructor;<i>x</i>"),
    *((f"91370200YL{i:07d}C", f"青岛样例{i}号有限公司", "370200", "scene_items") for i in range(40)),
]
DATASETS = {"scene_items": {"title": "场景供需项目", "address": "datasets/scene_items.html"}}


@pytest.fixture(scope="module")
def lookup(tmp_path_factory):
    site = tmp_path_factory.mktemp("lookup")
    write_page(site, COLUMNS, script="enterprises.js", section="lookup", more={"datasets": DATASETS})
    columns = [list(values) for values in zip(*ENTERPRISES, strict=True)]
    table = pa.table(dict(zip((column["name"] for column in COLUMNS), columns, strict=True)))
    pq.write_table(table, site / "data.parquet", compression="zstd")
    with served(site) as address:
        yield address


def found(page, query):
    page.fill("#lookup-field", query)
    page.wait_for_function("() => document.querySelector('.view-status').textContent !== ''")
    return page.locator(".lookup-found li")


def test_a_part_of_the_name_and_the_code_find_an_enterprise_and_its_lists(lookup, open_page):
    page = open_page(lookup)
    page.wait_for_selector("#lookup-field")
    for query in ("甲机器人", "91370100yl0000001a"):
        page.fill("#lookup-field", "")
        entries = found(page, query)
        entries.get_by_text("济南样例甲机器人有限公司").wait_for()
        assert entries.count() == 1
        assert page.text_content(".view-status") == "找到1家"
        assert entries.locator("dd").all_text_contents() == [
            "91370100YL0000001A",
            "济南样例甲机器人有限公司",
            "济南市",
            "场景供需项目vr_centers",
        ]
        assert entries.locator("a").get_attribute("href") == "datasets/scene_items.html"


def test_values_stay_text_and_no_link_is_made_of_them(lookup, open_page):
    page = open_page(f"{lookup}#q=%E4%B9%99")
    entries = page.locator(".lookup-found li")
    entries.wait_for()
    assert entries.locator("dd").all_text_contents()[1:] == ["<b onclick=alert(1)>乙</b>", "constructor<i>x</i>"]
    assert entries.locator("b, i, a").count() == 0


def test_many_are_told_and_the_first_of_them_listed(lookup, open_page):
    page = open_page(lookup)
    page.wait_for_selector("#lookup-field")
    page.fill("#lookup-field", "青岛样例")
    page.wait_for_function("() => document.querySelectorAll('.lookup-found li').length === 20")
    assert page.text_content(".view-status") == "找到40家，列出前20家，请输入更多的字"
    page.fill("#lookup-field", "没有")
    page.wait_for_function("() => document.querySelectorAll('.lookup-found li').length === 0")
    assert page.text_content(".view-status") == "没有符合条件的数据"
