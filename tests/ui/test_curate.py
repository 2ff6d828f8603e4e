"""The curators' page in a real Chromium: a document goes in, answers, and comes out again."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from curated import changeable
from serving import serving

pytestmark = pytest.mark.browser

PORTERS = {
    "name": "porters.md",
    "mimeType": "text/markdown",
    "buffer": b"# <i>Night</i> porters\n\n## Bottom line\n\nA hotel shares its night porter.\n",
}
BROKEN = {"name": "broken.pdf", "mimeType": "application/pdf", "buffer": b"nothing"}
SLOW = 60_000  # milliseconds; a build on a busy machine


@pytest.fixture(scope="module")
def curate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the page."""
    app, live = changeable(tmp_path_factory.mktemp("curate"))
    for address in serving(app):
        yield f"{address}/curate"
    live.close()


@pytest.fixture
def opened(browser, curate: str):
    """Open the page with a width and a colour scheme; nothing may go wrong in it or leave the machine."""
    pages, faults = [], []

    def open_page(width: int = 1280, scheme: str = "light"):
        page = browser.new_page(viewport={"width": width, "height": 844}, color_scheme=scheme)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if "Content Security" in said.text else None)
        page.on("request", lambda r: faults.append(r.url) if urlsplit(r.url).hostname != "127.0.0.1" else None)
        page.on("dialog", lambda dialog: dialog.accept())
        pages.append(page)
        page.goto(curate)
        return page

    yield open_page
    for page in pages:
        page.close()
    assert not faults


def test_a_document_goes_in_is_looked_at_and_comes_out_again(opened) -> None:
    page = opened()
    page.set_input_files("#files", files=[PORTERS, BROKEN])
    page.wait_for_selector("#results .refused")
    assert "“broken.pdf” holds something else" in page.inner_text("#results .refused")
    assert "porters.md was taken: “" in page.inner_text("#results .taken")
    row = "#documents tr:has(a[href='api/documents/porters.md'])"
    page.wait_for_selector(row, timeout=SLOW)
    page.click(f"{row} [data-do=preview]")
    page.wait_for_selector("#preview[open] li")
    assert "A hotel shares its night porter." in page.inner_text("#preview li")
    assert page.locator("#preview i, #documents i").count() == 0
    page.click("#preview button")
    page.click(f"{row} [data-do=remove]")
    page.wait_for_selector(row, state="detached", timeout=SLOW)
    page.click("#undo")
    page.wait_for_selector(row, timeout=SLOW)


def test_a_dropped_file_of_a_name_that_is_taken_can_replace_it(opened) -> None:
    page = opened()
    for words in ("One porter.", "Two porters."):
        data = page.evaluate_handle(
            "words => { const d = new DataTransfer();"
            " d.items.add(new File([`# Day\\n\\n${words}\\n`], 'day.md')); return d; }",
            words,
        )
        page.dispatch_event(".drop", "drop", {"dataTransfer": data})
        page.wait_for_selector("#results li.taken, #results li.refused button")
    page.click("text=Replace it", timeout=SLOW)
    page.wait_for_selector("#results li.taken:first-child")
    page.wait_for_selector("#last:has-text('Replaced day.md')", timeout=SLOW)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")])
def test_the_page_fits_and_everybody_can_use_it(opened, width: int, scheme: str) -> None:
    axe = pytest.importorskip("axe_core_python.sync_playwright").Axe()
    page = opened(width, scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.click("[data-do=preview] >> nth=0")
    page.wait_for_selector("#preview[open] li")
    page.click("#preview button")
    found = axe.run(page)["violations"]
    assert [(v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in {"serious", "critical"}] == []
