"""One browser for all tests of the scripts; skipped, with the reason, where there is none."""

from __future__ import annotations

import shutil

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def browser():
    if CHROMIUM is None:
        pytest.skip("Debian's chromium is not installed")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as running:
        # Who is root has no sandbox.
        one = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield one
        one.close()


@pytest.fixture
def open_page(browser):
    """Open an address; what a page says on its console and asks of other hosts fails the test."""
    contexts = []
    faults = []

    def opened(address):
        context = browser.new_context(locale="zh-CN", accept_downloads=True)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        contexts.append(context)
        origin = "/".join(address.split("/")[:3])
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda message: faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("dialog", lambda dialog: faults.append(f"dialog {dialog.message}"))
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((f"{origin}/", "data:", "blob:"))
                else faults.append(f"asked {request.url}")
            ),
        )
        page.goto(address)
        return page

    opened.faults = faults
    yield opened
    for context in contexts:
        context.close()
    assert faults == []
