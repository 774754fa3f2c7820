"""What each page says, cell by cell, of a small published fixture."""

from __future__ import annotations

import hashlib
import json
import re

import pytest

from orchestration.catalogue.published import read_published
from tests.catalogue.pages import read_page
from tests.catalogue.published import USCC


@pytest.fixture
def page(site):
    return lambda name: read_page(site.published / name)


def test_the_home_page_counts_datasets_rows_and_targets(page):
    home = page("zh/index.html")
    assert home.text("b")[:4] == ["4", "44", "3", "2024年12月31日"]


def test_the_home_page_lists_datasets_by_action_with_what_they_are(page):
    home = page("zh/index.html")
    assert list(home.tables) == ["行动三 新技术新产品推介", "代码表和由其他数据集得出的数据"]
    [product] = home.tables["行动三 新技术新产品推介"]
    assert product == [
        "新技术新产品中小企业申报并经各市、协会汇总的新技术新产品名录。",
        "33",
        "1.1.0",
        "2024年12月31日",
        "Parquet CSV Excel JSON XML",
    ]
    english = page("en/index.html").tables["Action 3 New technologies and products"]
    assert english[0][3] == "31 December 2024"


def test_the_home_page_says_how_many_targets_are_in_each_state(page):
    said = page("en/index.html").text("span")
    assert [text for text in said if text in ("reached", "on track", "behind", "no number set")][:3] == [
        "reached",
        "behind",
        "no number set",
    ]
    assert [text for text in said if text.endswith("%")] == ["60%", "180%"]


def test_the_facts_of_a_dataset(page):
    facts = dict(page("zh/datasets/new_products.html").pairs)
    assert facts == {
        "行数": "33",
        "版本": "1.1.0",
        "发布日期": "2024年12月31日",
        "质量": "1项检查通过",
        "许可": "知识共享 署名 4.0 国际（CC BY 4.0）",
        "开放属性": "无条件开放",
        "发布单位": "山东省工业和信息化厅",
        "方案条款": "总体要求、行动三",
        "报送批次": "2024-01、2024-02",
    }


def test_downloads_have_the_size_and_the_sum_of_the_file_that_they_lead_to(site, page):
    folder = site.published / "new_products" / "1.1.0"
    listed = page("en/datasets/new_products.html").tables["New technologies and products 1.1.0"]
    assert [row[0] for row in listed] == [f"new_products.{one}" for one in ("parquet", "csv", "xlsx", "json", "xml")]
    for name, _, _, digest in listed:
        assert digest == hashlib.sha256((folder / name).read_bytes()).hexdigest()
    other = page("en/datasets/new_products.html").tables["Code lists, descriptions and checksums"]
    everything = {row[0] for row in (*listed, *other)}
    assert everything == {path.name for path in folder.iterdir()}


def test_the_first_rows_stand_in_the_page_with_codes_by_their_names(page):
    shown = page("zh/datasets/new_products.html").tables["以下为前20行，共33行；代码以名称显示。"]
    assert len(shown) == 20
    assert shown[12][:8] == ["产品12", "新产品", "山东样例12有限公司", USCC, "济南市", "历下区", "高端装备", ""]
    assert shown[12][-1] == "2024-02"
    english = page("en/datasets/new_products.html").tables["The first 20 of 33 rows; codes are shown by their names."]
    assert english[12][4:7] == ["Jinan", "Lixia District", "High-End Equipment"]


def test_numbers_have_commas_and_years_none(page):
    shown = page("zh/datasets/targets.html").tables["共3行；代码以名称显示。"]
    assert "2,000" in shown[0]
    periods = page("zh/datasets/target_progress.html").tables["共8行；代码以名称显示。"]
    assert sorted({row[4] for row in periods}) == ["2023", "2023-2025", "2024"]


def test_the_dictionary_has_the_heading_of_the_form_beside_each_column(page):
    dictionary = page("zh/datasets/new_products.html").tables["新技术新产品：数据字典"]
    assert dictionary[1] == [
        "product_name",
        "产品名称",
        "产品名称也作：新产品名称、技术名称、产品（技术）名称、新技术新产品名称",
        "文本必填",
        "新技术或新产品的名称。",
    ]
    assert dictionary[0][2] == "发布时加入"
    assert dictionary[-1][2] == "发布时加入"
    assert "contact_phone" not in [row[0] for row in dictionary]


def test_a_derived_dataset_has_no_form(page):
    dictionary = page("zh/datasets/targets.html").tables["方案指标：数据字典"]
    assert {len(row) for row in dictionary} == {4}


def test_rows_held_back_are_counted_by_kind_and_no_value_is_told(site, page):
    dataset = page("zh/datasets/new_products.html")
    assert dataset.tables["最近一次运行读取了43行"] == [
        ["已发布", "33"],
        ["被更正或后一批次取代", "2"],
        ["有问题，暂不发布", "3"],
        ["不是数据（空行、合计、注释等）", "5"],
    ]
    assert dataset.tables["只列行数，不列内容；一行有几种问题的，分别计入。"] == [
        ["代码以科学计数法保存，末尾数字已丢失。", "2"],
        ["“…”必填，此处为空。", "1"],
        ["所填内容之间不符合本数据集的规则。", "1"],
    ]
    assert all("机密" not in path.read_text("utf-8") for path in site.published.rglob("*.html"))


def test_checks_are_told_with_their_results(page):
    assert page("en/datasets/new_products.html").tables["1 check passed"] == [
        ["The columns of “<b>” must be there.", "passed"],
        ["Compared with the last version.", "not applicable"],
    ]


def test_every_version_is_listed_with_what_changed(page):
    assert page("zh/datasets/new_products.html").tables["新技术新产品：版本和变化"] == [
        ["1.1.0", "2024年12月31日", "新增1行全部变化", "1", "0", "0"],
        ["1.0.0", "2024年6月30日", "首次发布", "—", "—", "—"],
    ]


def test_how_to_cite_and_to_load_name_the_version_and_the_files(page):
    code = page("en/datasets/new_products.html").text("code")
    assert (
        "Department of Industry and Information Technology of Shandong Province (2024). New technologies and products "
        "(sample data) (Version 1.1.0) [Data set]. 31 December 2024." in code
    )
    assert "SELECT * FROM 'new_products.parquet';" in code
    assert 'table <- arrow::read_parquet("new_products.parquet")' in code
    [pandas] = [text for text in code if "import pandas" in text]
    assert 'pd.read_csv("new_products.csv", dtype={"id": "str", "product_name": "str"' in pandas


def test_the_pandas_of_the_page_reads_the_published_csv(site, page, monkeypatch):
    [pandas] = [text for text in page("zh/datasets/new_products.html").text("code") if "import pandas" in text]
    monkeypatch.chdir(site.published / "new_products" / "1.1.0")
    found: dict = {}
    exec(compile(pandas, "page", "exec"), found)
    assert found["table"].shape == (33, 16)
    assert found["table"]["city_code"].tolist()[0] == "370100"


def test_the_structured_data_is_that_of_the_package_with_addresses_from_the_page(site, page):
    dataset = page("zh/datasets/new_products.html")
    [said] = [json.loads(text) for text in dataset.text("script")]
    package = json.loads((site.published / "new_products" / "1.1.0" / "schema.org.jsonld").read_bytes())
    assert said["distribution"][0]["contentUrl"] == "../../new_products/1.1.0/new_products.parquet"
    assert {**said, "distribution": None} == {**package, "distribution": None}


def test_what_the_scripts_read_of_a_table(site, page):
    [table] = [one for one in page("en/datasets/new_products.html").all("section") if one.get("id") == "table"]
    assert re.fullmatch(r"../../assets/new_products-en-[0-9a-f]{10}\.json", table["data-columns"])
    assert (table["data-rows"], table["data-lang"]) == ("33", "en")
    facts = json.loads((site.published / table["data-columns"].removeprefix("../../")).read_bytes())
    columns = {one["name"]: one for one in facts["columns"]}
    assert list(columns) == [one["name"] for one in read_published(site.published)["new_products"].columns]
    assert columns["id"]["hidden"] is True
    assert columns["city_code"]["codes"] == {"370100": "Jinan", "370200": "Qingdao"}
    assert columns["county_code"]["codes"] == {
        "370102": "Lixia District",
        "370103": "Shizhong District (Jinan)",
        "370402": "Shizhong District (Zaozhuang)",
    }
    assert columns["kind"] == {
        "name": "kind",
        "title": "Kind",
        "type": "string",
        "kind": "choice",
        "categories": ["新技术", "新产品"],
    }
    assert columns["round"]["kind"] == "round"


def test_charts_carry_their_numbers_as_a_table_and_in_words(page):
    dataset = page("zh/datasets/new_products.html")
    assert dataset.tables["按市"][:3] == [["青岛", "22"], ["济南", "11"], ["德州", "0"]]
    assert len(dataset.tables["按市"]) == 16
    assert dataset.tables["按产业链"] == [["高端装备", "17"], ["新一代信息技术", "16"]]
    assert dataset.tables["按报送批次"] == [["2024-01", "24"], ["2024-02", "9"]]
    assert "按市：青岛最多，为22。全部数字见下表。" in dataset.text("title")


def test_the_progress_page_says_state_and_share_in_words(page):
    assert page("en/progress.html").tables["Every target of the plan"] == [
        ["Indicator K01", "2023–2025", "1,200", "at least 2,000 items", "60%", "behind"],
        ["Indicator M1", "2023–2025", "157", "—", "", "no number set"],
        ["Indicator K08", "2024", "9", "about 5 × 100 million yuan", "180%", "reached"],
    ]


def test_the_progress_page_has_years_and_cities_of_a_target(page):
    progress = page("zh/progress.html")
    assert progress.tables["指标K01：分年度"] == [
        ["2023", "400", "—", "—", "—"],
        ["2024", "800", "—", "—", "—"],
        ["2023–2025", "1,200", "1,333.9", "60%", "滞后"],
    ]
    assert progress.tables["指标K01：2023–2025年各市"][:2] == [["济南", "700"], ["青岛", "500"]]
    assert "指标K08：2024年各市" not in progress.tables
    marks = [one for tag, one in progress.elements if tag == "rect" and one.get("class") == "mark"]
    assert marks[0]["x"] == "66.3"
    assert "完成60%，按时序应达66.7%" in [one.get("aria-label") for tag, one in progress.elements if tag == "svg"]


def test_the_lookup_names_the_table_that_it_searches(page):
    lookup = page("zh/enterprises.html")
    [section] = [one for one in lookup.all("section") if one.get("id") == "lookup"]
    assert section["data-parquet"] == "../enterprises/1.0.0/enterprises.parquet"
    assert any("下载企业名录自行查找" in text for text in lookup.text("p"))


def test_the_page_for_submitters_has_forms_rules_and_issues(site, page):
    submitters = page("zh/submitters.html")
    [form] = submitters.tables["各名录的报送表"]
    size = (site.published / "forms" / "new_products.xlsx").stat().st_size
    assert form == ["新技术新产品", "总体要求、行动三", f"new_products.xlsx {size / 1000:.1f} KB", "21", "5", "7"]
    errors = submitters.tables["错误：所在的行（或文件）暂不发布"]
    assert ["文件无法读取。", "请用Excel或WPS打开确认后另存为xlsx再报送。", "报送单位"] in errors
