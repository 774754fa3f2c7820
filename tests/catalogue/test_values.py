"""How charts, counts, texts and states are made, each by itself."""

from __future__ import annotations

import string
from dataclasses import replace
from html import unescape

import pyarrow as pa
import pytest

from orchestration.catalogue import charts
from orchestration.catalogue.cells import fit_for_html
from orchestration.catalogue.held_back import HeldBack, held_back
from orchestration.catalogue.issues import issue_words
from orchestration.catalogue.pages.dataset import dataset_page
from orchestration.catalogue.pages.layout import Frame
from orchestration.catalogue.progress import targets
from orchestration.catalogue.published import read_published
from orchestration.catalogue.rendering import render
from orchestration.catalogue.texts import say_number, say_size, texts
from orchestration.quality.registry import issue_types
from orchestration.settings import PROJECT
from tests.release.marts import CODE_LISTS


def test_every_city_of_today_has_a_tile_of_its_own():
    lines = CODE_LISTS["cities"].table.read_text("utf-8").splitlines()[1:]
    standing = {line.split(",")[0] for line in lines if line.split(",")[5] == ""}
    assert set(charts.places()) == standing
    assert len(set(charts.places().values())) == 16


@pytest.mark.parametrize(
    ("number", "shade"), [(0, 0), (1, 1), (24, 1), (25, 2), (49, 2), (50, 3), (75, 4), (99, 4), (100, 4)]
)
def test_a_tile_is_shaded_by_quarters_of_the_most(number, shade):
    chart = charts.tile_map("x", "x", {"370100": number, "370200": 100}, str)
    assert next(tile.shade for tile in chart.tiles if tile.name == "370100") == shade


def test_without_numbers_no_tile_is_shaded_and_no_bar_has_a_length():
    assert {tile.shade for tile in charts.tile_map("x", "x", {}, str).tiles} == {0}
    assert [bar.length for bar in charts.bars("x", "x", [("a", 0), ("b", 0)]).bars] == [0, 0]


def test_the_longest_bar_is_whole_and_the_others_in_proportion():
    assert [bar.length for bar in charts.bars("x", "x", [("a", 30), ("b", 10), ("c", 0)]).bars] == [100, 33.33, 0]


def test_rows_without_a_value_are_not_counted():
    assert charts.count(pa.chunked_array([["a", None, "b"], ["a"]])) == {"a": 2, "b": 1}


def test_a_row_counts_once_for_each_kind_of_issue(site):
    assert held_back(site.marts, "new_products") == HeldBack(
        {"published": 33, "superseded": 2, "quarantined": 3, "ignored": 5},
        (("digits_lost", 2), ("required_missing", 1), ("rule_broken", 1)),
    )
    assert held_back(site.marts, "targets") is None


def test_a_yearly_target_is_judged_by_its_latest_year_and_the_others_by_the_plan(site):
    found = {one.id: one for one in targets(read_published(site.published))}
    assert {name: (one.now.name, one.now.state, one.yearly) for name, one in found.items()} == {
        "K01": ("2023–2025", "behind", False),
        "K08": ("2024", "reached", True),
        "M1": ("2023–2025", "no_number", False),
    }
    assert (found["K01"].now.length, found["K08"].now.length, found["M1"].now.length) == (60, 100, 0)
    assert found["K01"].cities == {"370100": 700, "370200": 500}


@pytest.mark.parametrize(
    ("size", "said"), [(0, "0 B"), (999, "999 B"), (1000, "1.0 KB"), (156_414, "156 KB"), (1_403_111, "1.4 MB")]
)
def test_sizes(size, said):
    assert say_size(size) == said


@pytest.mark.parametrize(("number", "said"), [(0, "0"), (10102.0, "10,102"), (29.45, "29.45"), (1333.9, "1,333.9")])
def test_numbers(number, said):
    assert say_number(number) == said


def test_what_html_cannot_hold_is_shown_as_a_replacement():
    assert fit_for_html("a\x00b\x1bc\x85d\ufffee\tf\ng") == "a\ufffdb\ufffdc\ufffdd\ufffde\tf\ng"


def test_every_kind_of_issue_is_said_in_general_in_both_languages():
    types = issue_types(PROJECT / "schemas")
    for code in types:
        for language in ("zh", "en"):
            said = issue_words(types, code, language)
            assert said.endswith(("。", ".")) and "{" not in said and "[" not in said, code
    assert issue_words(types, "file_unreadable", "en") == "The file cannot be read."
    assert issue_words(types, "dataset_unknown", "zh") == "表头不属于任何名录。"
    assert issue_words(types, "dataset_unknown", "en") == "The header belongs to no dataset."
    assert issue_words(types, "unheard_of", "en") == "unheard_of"


@pytest.mark.parametrize(
    ("passed", "accepted", "said"),
    [
        (49, 0, "All 49 checks passed"),
        (1, 0, "1 check passed"),
        (48, 1, "48 checks passed, 1 failed and accepted by a person"),
    ],
)
def test_a_check_that_was_accepted_has_not_passed(site, passed, accepted, said):
    one = read_published(site.published)["new_products"]
    summary = {"passed": passed, "accepted": accepted, "skipped": 0}
    one = replace(one, validation={**one.validation, "summary": summary})
    frame = Frame("en", "datasets/new_products.html")
    page = dataset_page(frame, one, None, None, {}, column_facts="", base_url="")
    assert page.verdict == said


def test_with_an_address_of_the_site_the_commands_read_from_it(site):
    one = read_published(site.published)["new_products"]
    frame = Frame("en", "datasets/new_products.html", {"site.css": "a.css", "icon.svg": "a.svg"})
    page = dataset_page(frame, one, None, None, {}, column_facts="", base_url="https://data.example.org/fuzhi/")
    assert page.address == "https://data.example.org/fuzhi/new_products/1.1.0/"
    html = render("dataset.html", frame, page=page).decode()
    assert "'https://data.example.org/fuzhi/new_products/1.1.0/new_products.parquet'" in unescape(html)


def messages(entry, key=""):
    if set(entry) == {"zh", "en"} and all(isinstance(text, str) for text in entry.values()):
        yield key, entry
    else:
        for name, inner in entry.items():
            yield from messages(inner, f"{key}.{name}".lstrip("."))


def test_every_text_is_there_in_both_languages_with_the_same_places():
    found = dict(messages(texts()))
    assert len(found) > 200
    for key, entry in found.items():
        places = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in entry.values()]
        if key != "cite.text":
            assert places[0] == places[1], key


def test_no_template_says_anything_but_through_the_texts():
    for path in (PROJECT / "orchestration" / "catalogue" / "templates").glob("*.html"):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            if line.startswith("{#"):
                continue
            chinese = {character for character in line if "\u4e00" <= character <= "\u9fff"} - {"总"}
            assert not chinese, f"{path.name}:{number}"
