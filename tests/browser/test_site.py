"""Every page of a built site in a browser: no fault, nothing from elsewhere, for everybody, on any screen."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass

import pytest

from orchestration.catalogue import build_site
from orchestration.catalogue.modules import modules
from orchestration.settings import PROJECT
from tests.browser.pages import served
from tests.catalogue.published import HERE, make_published

AXE = PROJECT / "node_modules" / "axe-core" / "axe.min.js"
VALIDATE = PROJECT / "node_modules" / ".bin" / "html-validate"
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    settings = make_published(tmp_path_factory.mktemp("site"))
    build_site(settings, HERE, modules(PROJECT))
    pages = sorted(path.relative_to(settings.published).as_posix() for path in settings.published.rglob("*.html"))
    with served(settings.published) as address:
        yield address, settings.published, pages


@dataclass(frozen=True)
class Visit:
    """What was found on one page, opened once: on a desktop in light and dark, then on a phone."""

    faults: list[str]
    violations: dict[str, list[tuple[str, str, str]]]
    phone_width: int


@pytest.fixture(scope="module")
def visits(site, browser):
    address, _, pages = site
    context = browser.new_context()
    page = context.new_page()
    faults = []
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda one: None if one.url.startswith((address, "data:")) else faults.append(one.url))
    page.on("response", lambda one: faults.append(f"{one.status} {one.url}") if one.status >= 400 else None)
    found = {}
    for path in pages:
        faults.clear()
        page.set_viewport_size(DESKTOP)
        page.goto(address + path)
        if page.query_selector("#table[data-parquet]"):
            page.wait_for_selector(".view-scroll[aria-busy=false]")
            page.click(".view-filters summary")
        if page.query_selector("#lookup[data-parquet]"):
            page.fill("#lookup-field", "山东")
            page.wait_for_function("() => document.querySelector('.view-status').textContent !== ''")
        said = list(faults)
        violations = {}
        for scheme, rules in (("light", None), ("dark", ["color-contrast"])):
            page.emulate_media(color_scheme=scheme)
            violations[scheme] = axe(page, rules) if AXE.exists() else []
        page.set_viewport_size(PHONE)
        found[path] = Visit(said, violations, page.evaluate("document.documentElement.scrollWidth"))
    context.close()
    return found


def axe(page, rules):
    """Violations as rule, element and what to do; only of these rules, if any are given."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    options = {"resultTypes": ["violations"], **({"runOnly": rules} if rules else {})}
    result = page.evaluate("options => axe.run(document, options)", options)
    assert result["passes"]
    return [
        (one["id"], str(node["target"]), node["failureSummary"])
        for one in result["violations"]
        for node in one["nodes"]
    ]


def test_no_page_has_a_fault_or_asks_elsewhere(visits):
    assert {path: visit.faults for path, visit in visits.items() if visit.faults} == {}


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: npm ci")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(visits, scheme):
    assert {path: visit.violations[scheme] for path, visit in visits.items() if visit.violations[scheme]} == {}


def test_no_page_scrolls_sideways_on_a_phone(visits):
    wide = {path: visit.phone_width for path, visit in visits.items() if visit.phone_width > PHONE["width"]}
    assert wide == {}


def test_the_language_switch_leads_to_the_same_page(site, open_page):
    address, _, pages = site
    page = open_page(address)
    for path in [path for path in pages if path.startswith("zh/")][::3]:
        page.goto(address + path)
        page.click("a.language")
        assert page.url == address + path.replace("zh/", "en/", 1)
        assert page.get_attribute("html", "lang") == "en"
        page.click("a.language")
        assert page.url == address + path


@pytest.mark.skipif(
    not VALIDATE.exists() or shutil.which("node") is None, reason="html-validate is not installed: npm ci"
)
def test_html_validate_finds_no_error(site):
    _, published, pages = site
    run = subprocess.run(
        [VALIDATE, "--formatter", "json", *pages], cwd=published, capture_output=True, text=True, check=False
    )
    found = [
        (one["filePath"], said["ruleId"], said["line"], said["message"])
        for one in json.loads(run.stdout)
        for said in one["messages"]
    ]
    assert found == []
