"""The table in a browser, against the Parquet's own contents: search, filters, sorting, pages, link, download."""

from __future__ import annotations

from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.release.tables import write_csv
from tests.browser.pages import served, write_page
from tests.browser.tables import CITIES, COLUMNS, NAUGHTY, write_small

SHOWN = [column["name"] for column in COLUMNS if not column.get("hidden")]


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """The address of the page and the rows of its table."""
    site = tmp_path_factory.mktemp("small")
    write_page(site, COLUMNS)
    rows = write_small(site / "data.parquet").to_pylist()
    with served(site) as address:
        yield address, rows, site


def settled(page):
    page.wait_for_selector(".view-scroll[aria-busy=false]")
    return page


def cells(page):
    return page.eval_on_selector_all(
        ".view tbody tr", "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
    )


def column(page, name):
    return [row[SHOWN.index(name)] for row in cells(page)]


def status(page):
    return page.text_content(".view-status")


def search(page, query):
    page.fill("#view-search", query)
    settled(page)


def tick(page, label):
    page.locator(".view-filters label", has_text=label).locator("input").click()
    settled(page)


def opened_filters(page):
    page.click(".view-filters summary")
    return {
        group.query_selector("legend").text_content(): [
            label.text_content().strip() for label in group.query_selector_all(".view-values label")
        ]
        for group in page.query_selector_all(".view-filters fieldset")
    }


def label_of(row):
    return CITIES.get(row["city_code"], "（空）")


def text_of(row):
    """What a search looks into, as the issue has it: all text columns, and what codes stand for."""
    return "\0".join(
        [row["id"], row["side"] or "", row["name"] or "", row["city_code"] or "", CITIES.get(row["city_code"], "")]
    ).lower()


def test_the_first_page_shows_the_first_rows_and_how_many_there_are(small, open_page):
    address, rows, _ = small
    page = settled(open_page(address))
    assert status(page) == "共230条"
    assert len(cells(page)) == 50
    assert column(page, "number") == ["" if row["number"] is None else str(row["number"]) for row in rows[:50]]
    assert column(page, "big") == ["" if row["big"] is None else str(row["big"]) for row in rows[:50]]
    assert column(page, "day") == [str(row["day"] or "") for row in rows[:50]]
    assert column(page, "city_code") == [CITIES.get(row["city_code"], "") for row in rows[:50]]
    assert column(page, "open") == [{True: "是", False: "否", None: ""}[row["open"]] for row in rows[:50]]
    assert not page.is_visible("[data-first-rows]")
    assert page.text_content(".view-pages span") == "第1页，共5页"


def test_cells_stay_text_whatever_they_hold(small, open_page):
    address, _, _ = small
    page = settled(open_page(address))
    assert column(page, "name")[: len(NAUGHTY)] == NAUGHTY
    assert page.query_selector_all(".view img, .view svg, .view script, .view b, .view a") == []
    assert len(page.query_selector_all("script")) == 2


QUERIES = [
    "机器人",
    "人平",
    "ai质检",
    "AI 青岛",
    "淄博",
    "370100",
    "供给 机器人 1",
    "<script>",
    '"引号"',
    ".*+?^$()|[]\\/-",
    "𠮷",
    "=1",
]


def test_a_search_finds_the_rows_that_have_every_word(small, open_page):
    address, rows, _ = small
    page = settled(open_page(address))
    for query in QUERIES:
        search(page, query)
        found = [row for row in rows if all(word in text_of(row) for word in query.lower().split())]
        assert found
        assert status(page) == f"共230条，符合条件的{len(found)}条"
        assert column(page, "name") == [row["name"] or "" for row in found[:50]]


def test_a_search_without_a_row_says_so_and_clearing_brings_all_back(small, open_page):
    address, _, _ = small
    page = settled(open_page(address))
    search(page, "没有这样的词")
    assert (status(page), cells(page)) == ("没有符合条件的数据", [])
    page.get_by_role("button", name="清除全部条件").click()
    settled(page)
    assert (status(page), page.input_value("#view-search")) == ("共230条", "")


def test_filters_say_how_many_rows_each_value_gives_and_hold_together(small, open_page):
    address, rows, _ = small
    page = settled(open_page(address))
    counts = opened_filters(page)
    assert list(counts) == ["方向", "市", "开放"]
    assert counts["市"] == [
        f"{label} ({sum(label_of(row) == label for row in rows)})" for label in (*CITIES.values(), "（空）")
    ]
    tick(page, "青岛市")
    tick(page, "淄博市")
    tick(page, "供给")
    found = [row for row in rows if row["city_code"] in ("370200", "370300") and row["side"] == "供给"]
    assert status(page) == f"共230条，符合条件的{len(found)}条"
    assert column(page, "name") == [row["name"] or "" for row in found[:50]]
    # What another city would add, the side being chosen.
    jinan = sum(row["city_code"] == "370100" and row["side"] == "供给" for row in rows)
    assert page.locator(".view-filters label", has_text="济南市").inner_text().strip() == f"济南市 ({jinan})"
    assert page.text_content(".view-filters summary") == "筛选 (2)"


def test_values_that_a_first_view_leaves_out_take_their_place_later(small, open_page):
    address, _, _ = small
    page = settled(open_page(f"{address}#q={quote('青岛')}&f.side={quote('供给')}&f.open=nothing"))
    assert [label.split(" (")[0] for label in opened_filters(page)["市"]] == []
    page.get_by_role("button", name="清除全部条件").click()
    settled(page)
    labels = page.locator("fieldset", has_text="市").first.locator("label").all_text_contents()
    assert [label.strip().split(" (")[0] for label in labels] == [*CITIES.values(), "（空）"]


def test_no_value_can_be_asked_for(small, open_page):
    address, rows, _ = small
    page = settled(open_page(address))
    page.click(".view-filters summary")
    page.locator("fieldset", has_text="市").nth(0).locator("label", has_text="（空）").locator("input").click()
    settled(page)
    assert column(page, "name") == [row["name"] or "" for row in rows if row["city_code"] is None][:50]


def test_headers_sort_up_then_down_then_not_with_missing_values_last(small, open_page):
    address, rows, _ = small
    page = settled(open_page(address))
    rank = {"需求": 0, "供给": 1}
    for name in ("amount", "number", "big", "day", "side", "city_code", "open"):
        header = page.locator(".view thead th").nth(SHOWN.index(name))
        full = sorted((row for row in rows if row[name] is not None), key=lambda row: rank.get(row[name], row[name]))
        empty = [row for row in rows if row[name] is None]
        for said, expected in (("ascending", [*full, *empty]), ("descending", [*reversed(full), *empty]), (None, rows)):
            header.locator("button").click()
            settled(page)
            assert header.get_attribute("aria-sort") == said
            assert column(page, "name") == [row["name"] or "" for row in expected[:50]]


def test_text_sorts_as_chinese_readers_expect(tmp_path, open_page):
    names = ["淄博2", "淄博10", "安丘", "北京", "昌邑", "德州", None]
    write_page(tmp_path, [{"name": "name", "title": "名称", "type": "string", "kind": "text"}])
    pq.write_table(pa.table({"name": names}), tmp_path / "data.parquet", compression="zstd")
    with served(tmp_path) as address:
        page = settled(open_page(f"{address}#sort=name"))
        assert [row[0] for row in cells(page)] == ["安丘", "北京", "昌邑", "德州", "淄博2", "淄博10", ""]


def test_pages_are_turned_and_end(small, open_page):
    address, rows, _ = small
    page = settled(open_page(address))
    seen = []
    for number in range(1, 6):
        assert page.text_content(".view-pages span") == f"第{number}页，共5页"
        seen += column(page, "name")
        if number < 5:
            page.get_by_role("button", name="下一页").click()
            settled(page)
    assert seen == [row["name"] or "" for row in rows]
    assert page.get_by_role("button", name="下一页").is_disabled()


def test_the_address_is_a_link_to_the_view(small, open_page):
    address, _, _ = small
    page = settled(open_page(address))
    page.click(".view-filters summary")
    search(page, "平台 & 1=#")
    search(page, "平台")
    tick(page, "济南市")
    page.locator(".view thead button").nth(SHOWN.index("amount")).click()
    settled(page)
    page.get_by_role("button", name="复制当前视图的链接").click()
    page.wait_for_selector("button:text('已复制')")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.url == f"{address}#q={quote('平台')}&f.city_code=370100&sort=amount"
    again = settled(open_page(copied))
    assert (cells(again), status(again)) == (cells(page), status(page))
    assert again.input_value("#view-search") == "平台"
    assert again.locator("th[aria-sort=ascending]").inner_text() == "投资额（万元）"


def test_an_address_that_says_nothing_of_use_does_no_harm(small, open_page):
    address, _, _ = small
    page = settled(open_page(f"{address}#page=999&sort=nothing&f.nothing=1&f.name=x"))
    page.wait_for_function("() => document.querySelectorAll('.view tbody tr').length === 30")
    assert page.text_content(".view-pages span") == "第5页，共5页"
    for said in ("page=-1", "page=x", "q=%00", "sort=", "=", "a=%E0%A4%A", "f.side=~"):
        page.evaluate("said => { location.hash = said }", said)
        page.wait_for_function("() => document.querySelector('.view-pages span').textContent.startsWith('第1页')")
        settled(page)
        assert cells(page)
    page.evaluate("location.hash = 'quality'")
    assert "f.side=" not in page.url


def test_the_download_of_everything_is_the_published_csv_byte_for_byte(small, open_page, tmp_path):
    address, _, site = small
    write_csv(site / "data.parquet", tmp_path / "published.csv")
    assert downloaded(settled(open_page(address))) == ("data.csv", (tmp_path / "published.csv").read_bytes())


def test_the_download_of_a_view_has_its_rows_in_its_order(small, open_page, tmp_path):
    address, rows, site = small
    write_csv(site / "data.parquet", tmp_path / "published.csv")
    name, content = downloaded(settled(open_page(f"{address}#q={quote('机器人')}&sort=-number")))
    found = [row for row in rows if "机器人" in (row["name"] or "")]
    full = sorted((row for row in found if row["number"] is not None), key=lambda row: row["number"])
    expected = [row["id"] for row in [*reversed(full), *(row for row in found if row["number"] is None)]]
    header, *lines = content.decode().splitlines()
    published = (tmp_path / "published.csv").read_text(encoding="utf-8").split("\n")
    assert (name, header) == ("data-view.csv", published[0])
    assert [line.split(",")[0] for line in lines] == expected
    assert set(lines) <= set(published)


def downloaded(page):
    with page.expect_download() as download:
        page.get_by_role("button", name="下载筛选出的数据").click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def test_it_can_be_used_by_keyboard_and_says_what_it_is(small, open_page):
    address, _, _ = small
    page = settled(open_page(address))
    page.focus("#view-search")
    page.keyboard.type("机器人")
    settled(page)
    for _ in ("clear", "link", "download", "filters"):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    settled(page)
    assert "f.side=" in page.url
    assert page.get_by_role("searchbox", name="搜索各文本列").is_visible()
    assert page.get_by_role("region", name="数据表").is_visible()
    assert page.get_by_role("status").text_content().startswith("共230条")
    assert page.get_by_role("group", name="方向").is_visible()
    assert page.get_by_role("columnheader", name="投资额（万元）").get_attribute("scope") == "col"


def test_a_button_copies_what_it_names(small, open_page):
    address, _, _ = small
    page = settled(open_page(address))
    page.get_by_role("button", name="copy", exact=True).click()
    page.wait_for_selector("button:text('copied!')")
    assert page.evaluate("navigator.clipboard.readText()") == "cited <b> text"


def test_a_server_without_ranges_will_do(small, open_page):
    _, rows, site = small

    class Plain(SimpleHTTPRequestHandler):
        def __init__(self, *arguments):
            super().__init__(*arguments, directory=str(site))

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Plain)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        page = settled(open_page(f"http://127.0.0.1:{server.server_port}/"))
        assert column(page, "name") == [row["name"] or "" for row in rows[:50]]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_the_first_rows_stay_where_the_file_cannot_be_read(tmp_path, open_page):
    write_page(tmp_path, COLUMNS)
    (tmp_path / "data.parquet").write_bytes(b"no Parquet at all")
    with served(tmp_path) as address:
        page = open_page(address)
        alert = page.wait_for_selector("[role=alert]")
        assert alert.text_content() == "数据表未能读取，可直接下载文件。"
        assert page.is_visible("[data-first-rows]")
        assert [fault for fault in open_page.faults if "PAR1" in fault or "magic" in fault or "footer" in fault]
        open_page.faults.clear()


def test_an_empty_table_is_shown_as_one(tmp_path, open_page):
    write_page(tmp_path, COLUMNS)
    write_small(tmp_path / "data.parquet", rows=0)
    with served(tmp_path) as address:
        page = settled(open_page(address))
        assert (status(page), cells(page)) == ("共0条", [])
        assert downloaded(page)[1] == (",".join(column["name"] for column in COLUMNS) + "\n").encode()
