"""The site as a whole: its tree, its links, what may act in it, and how it is written."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from orchestration.catalogue import Site, build_site
from orchestration.catalogue.modules import Modules
from orchestration.catalogue.pages.layout import POLICY
from orchestration.release.retention import Retention, retain
from tests.catalogue.pages import read_page, target
from tests.catalogue.published import HERE, HOSTILE, NAMES, SECOND, make_published, product, products, publish

PAGES = sorted(
    [
        *(f"datasets/{name}.html" for name in NAMES),
        *(f"{name}.html" for name in ("index", "progress", "enterprises", "submitters")),
    ]
)
ALL = ["index.html", *(f"{language}/{place}" for language in ("zh", "en") for place in PAGES)]


def tree(folder):
    names = ("index.html", "zh", "en", "assets", "forms")
    files = [path for name in names for path in [folder / name, *(folder / name).rglob("*")] if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_both_languages_have_the_same_tree(site):
    for language in ("zh", "en"):
        folder = site.published / language
        assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.html")) == PAGES


@pytest.mark.parametrize("name", ALL)
def test_a_page_is_well_formed_and_has_one_heading_of_the_first_rank(site, name):
    page = read_page(site.published / name)
    assert len(page.all("h1")) == 1
    assert len(page.all("main")) == 1
    assert len(set(page.ids())) == len(page.ids())
    assert page.all("html") == [{"lang": name[:2] if "/" in name else "zh"}]


@pytest.mark.parametrize("name", ALL)
def test_every_link_leads_to_a_file_and_every_fragment_to_an_element(site, name):
    path = site.published / name
    for link in read_page(path).links():
        if link == "https://creativecommons.org/licenses/by/4.0/":
            continue
        file, fragment = target(path, link)
        assert file.is_file(), link
        if fragment:
            assert fragment in read_page(file).ids(), link


@pytest.mark.parametrize("name", ALL)
def test_a_page_leads_to_the_same_page_in_the_other_language(site, name):
    path = site.published / name
    alternates = [one for one in read_page(path).all("link") if one["rel"] == "alternate" and "hreflang" in one]
    if name == "index.html":
        assert [one["href"] for one in alternates] == ["zh/index.html", "en/index.html"]
    else:
        other = {"zh": "en", "en": "zh"}[name[:2]]
        assert [one["hreflang"] for one in alternates] == [other]
        assert target(path, alternates[0]["href"])[0] == (site.published / f"{other}{name[2:]}").resolve()


@pytest.mark.parametrize("name", ALL)
def test_nothing_in_a_page_acts_and_nothing_is_loaded_from_elsewhere(site, name):
    page = read_page(site.published / name)
    policies = [one["content"] for one in page.all("meta") if one.get("http-equiv") == "Content-Security-Policy"]
    assert policies == [POLICY]
    assert "unsafe" not in POLICY
    for tag, attributes in page.elements:
        assert tag not in ("style", "iframe", "object", "embed", "form", "img", "base"), tag
        assert not [one for one in attributes if one.startswith("on") or one == "style"]
        if tag == "script":
            assert attributes == {"type": "application/ld+json"}
        for address in ("href", "src"):
            assert not re.match(r"\s*(javascript|data):", attributes.get(address, ""), re.IGNORECASE)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_hostile_cell_shows_as_the_text_that_it_is(site, language):
    page = read_page(site.published / language / "datasets" / "new_products.html")
    cells = page.text("td")
    for text in HOSTILE:
        shown = text.replace("\x00", "\ufffd").replace("\x1b", "\ufffd").strip()
        assert shown in cells, text


def test_made_up_data_is_marked_on_every_page_but_the_chooser(site):
    for name in ALL[1:]:
        said = read_page(site.published / name).text("p")[0]
        assert said.startswith("样例数据：" if name.startswith("zh") else "Sample data:"), name


def test_the_same_input_gives_the_same_bytes(site, tmp_path):
    settings = make_published(tmp_path)
    assert build_site(settings, HERE) == Site(pages=17, datasets=4, changed=30)
    assert tree(settings.published) == tree(site.published)


def test_what_has_not_changed_is_not_touched(tmp_path):
    settings = make_published(tmp_path)
    build_site(settings, HERE)
    before = {path: path.stat().st_mtime_ns for path in settings.published.rglob("*") if path.is_file()}
    assert build_site(settings, HERE).changed == 0
    assert {path: path.stat().st_mtime_ns for path in settings.published.rglob("*") if path.is_file()} == before


def test_what_no_page_needs_any_more_is_removed_and_nothing_else(tmp_path):
    settings = make_published(tmp_path)
    build_site(settings, HERE)
    stale = [
        settings.published / name
        for name in ("assets/site-0123456789.css", "zh/datasets/gone.html", "en/old/page.html", "forms/gone.xlsx")
    ]
    for path in stale:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"")
    kept = settings.published / "fuzhi.pub"
    kept.write_bytes(b"key")
    build_site(settings, HERE)
    assert [path for path in stale if path.exists()] == []
    assert not (settings.published / "en" / "old").exists()
    assert kept.read_bytes() == b"key"


def test_another_version_changes_the_pages_that_speak_of_it(tmp_path):
    settings = make_published(tmp_path)
    build_site(settings, HERE)
    before = tree(settings.published)
    publish(settings, "new_products", [*products(), product(99)], SECOND)
    build_site(settings, HERE)
    changed = {name for name, content in tree(settings.published).items() if before.get(name) != content}
    assert {name for name in changed if not name.startswith("assets/")} == {
        f"{language}/{place}" for language in ("zh", "en") for place in ("index.html", "datasets/new_products.html")
    }


def test_before_anything_is_released_there_is_a_site_that_says_so(tmp_path):
    settings = replace(make_published(tmp_path), published=tmp_path / "empty")
    settings.published.mkdir()
    assert build_site(settings, HERE).datasets == 0
    progress = read_page(settings.published / "zh" / "progress.html")
    assert "尚未发布指标进展数据。" in progress.text("p")
    assert "企业名录尚未发布。" in read_page(settings.published / "zh" / "enterprises.html").text("p")


def test_scripts_are_loaded_from_where_they_lie(tmp_path):
    settings = make_published(tmp_path)
    scripts = Modules("assets/script-1", {"table.js": b"// table", "enterprises.js": b"", "copy.js": b"// copy"})
    build_site(settings, HERE, scripts)
    path = settings.published / "zh" / "datasets" / "targets.html"
    loaded = [one["src"] for one in read_page(path).all("script") if "src" in one]
    assert [target(path, one)[0].read_bytes() for one in loaded] == [b"// table", b"// copy"]
    assert (settings.published / "assets" / "script-1" / "copy.js").read_bytes() == b"// copy"


def test_versions_that_were_removed_are_told(tmp_path):
    settings = make_published(tmp_path)
    retain(settings.published, "new_products", Retention(keep=1))
    build_site(settings, HERE)
    page = read_page(settings.published / "zh" / "datasets" / "new_products.html")
    assert [row[0] for row in page.tables["新技术新产品：版本和变化"]] == ["1.1.0"]
    assert "已移除的版本：1.0.0（2024年6月30日）。" in page.text("p")
    assert "../../new_products/removed.json" in page.links()


def test_a_build_that_fails_leaves_every_page_with_what_it_loads(tmp_path):
    settings = make_published(tmp_path)
    build_site(settings, HERE)
    publish(settings, "new_products", [*products(), product(99)], SECOND)
    blocked = settings.published / "en" / "index.html"
    blocked.unlink()
    blocked.mkdir()
    with pytest.raises(OSError):
        build_site(settings, HERE)
    pages = [path for path in settings.published.rglob("*.html") if path.is_file()]
    assert len(pages) == 16
    for path in pages:
        for link in read_page(path).links():
            assert link.startswith("https:") or target(path, link)[0].exists(), link
