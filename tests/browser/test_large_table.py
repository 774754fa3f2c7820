"""A million rows: the first page comes without reading the rest, and search, filter and sort bear it."""

from __future__ import annotations

import pyarrow.parquet as pq
import pytest

from tests.browser.pages import served, write_page
from tests.browser.tables import COLUMNS, write_large

ROWS = 1_000_000
# Far beyond what is seen (a few seconds on two cores): only a table that cannot be borne fails.
PATIENCE = 60_000


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    site = tmp_path_factory.mktemp("large")
    write_page(site, COLUMNS)
    write_large(site / "data.parquet", ROWS)
    with served(site) as address:
        yield address, site / "data.parquet"


def status_becomes(page, text):
    page.wait_for_function(
        "text => document.querySelector('.view-status')?.textContent === text"
        " && document.querySelector('.view-scroll').getAttribute('aria-busy') === 'false'",
        arg=text,
    )


def test_a_million_rows_can_be_searched_filtered_sorted_and_paged(large, open_page):
    address, parquet = large
    page = open_page(address)
    page.set_default_timeout(PATIENCE)
    status_becomes(page, "共1,000,000条")

    name = pq.read_table(parquet, columns=["name"]).column("name").to_pylist()
    page.fill("#view-search", "码头 4321")
    found = [i for i in range(ROWS) if "码头" in name[i] and ("4321" in name[i] or "4321" in f"{i:016x}")]
    status_becomes(page, f"共1,000,000条，符合条件的{len(found):,}条")
    shown = page.eval_on_selector_all(".view tbody tr", "rows => rows.map(row => row.cells[1].textContent)")
    assert shown == [name[i] for i in found[:50]]

    page.click(".view-filters summary")
    page.locator(".view-filters label", has_text="需求").locator("input").click()
    found = [i for i in found if i % 2 == 0]
    status_becomes(page, f"共1,000,000条，符合条件的{len(found):,}条")

    page.locator(".view thead button", has_text="投资额").click()
    page.wait_for_selector("th[aria-sort=ascending]")
    status_becomes(page, f"共1,000,000条，符合条件的{len(found):,}条")
    found.sort(key=lambda i: i * 31 % 100000)
    shown = page.eval_on_selector_all(".view tbody tr", "rows => rows.map(row => row.cells[1].textContent)")
    assert shown == [name[i] for i in found[:50]]

    page.get_by_role("button", name="清除全部条件").click()
    status_becomes(page, "共1,000,000条")
    page.evaluate("location.hash = 'page=20000'")
    page.wait_for_function("() => document.querySelector('.view-pages span').textContent === '第20,000页，共20,000页'")
    shown = page.eval_on_selector_all(".view tbody tr", "rows => rows.map(row => row.cells[1].textContent)")
    assert shown == name[-50:]


def test_the_first_page_reads_no_text_of_the_other_row_groups(large, browser):
    address, parquet = large
    metadata = pq.read_metadata(parquet)
    at = metadata.schema.names.index("name")
    texts = [metadata.row_group(i).column(at).data_page_offset for i in range(metadata.num_row_groups)]
    page = browser.new_page()
    page.set_default_timeout(PATIENCE)
    spans = []
    page.on("request", lambda request: spans.append(request.headers.get("range")))
    page.goto(address)
    status_becomes(page, "共1,000,000条")
    page.close()
    read = [tuple(map(int, span.removeprefix("bytes=").split("-"))) for span in spans if span]
    assert any(first <= texts[0] <= last for first, last in read)
    # The last group may lie in what is read for the footer.
    assert len(texts) > 5
    assert not [offset for offset in texts[1:-1] for first, last in read if first <= offset <= last]
