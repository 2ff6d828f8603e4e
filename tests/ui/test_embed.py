"""The page in a frame of another origin, and the button that opens it there, in a real Chromium."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from asking import ask
from embedding import HostPage, host_site, kitchen_app
from serving import serving

pytestmark = pytest.mark.browser

DECISION = "Should we outsource the canteen?"

STRICT = "default-src 'none'; frame-src {app}; script-src 'sha256-none'; style-src 'none'"
FOR_WIDGET = "default-src 'none'; frame-src {app}; script-src {app}"

START = '<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>Host</title>'
FRAME = START + (
    '<main><h1>Host</h1><iframe src="{app}/?embed=1&theme=%s" title="Assistant" width="%d" height="700"></iframe>'
)
WIDGET = (
    '<script src="{app}/widget.js" data-title="Ask about sourcing" data-theme="light" defer></script>'
    "<main><h1>Intranet</h1><p>Words of the host.</p></main></html>"
)
HOSTILE = """<style>
button, dialog, iframe, h2 { background: red !important; color: lime !important; font-size: 40px !important;
  display: inline !important; position: static !important; transform: rotate(9deg) }
div { display: none !important } * { box-sizing: content-box !important; letter-spacing: 9px }
</style>"""
FOLLOWS = """<iframe src="{app}/?embed=1" title="Assistant" width="700" height="500"></iframe>
<script>const frame = document.querySelector('iframe'); window.told = [];
addEventListener('message', event => {
  if (event.origin !== '{app}' || event.source !== frame.contentWindow) return;
  told.push(event.data);
  if (event.data.type === 'assistant:height') frame.height = event.data.height + 40;
});</script>"""

DOCUMENTED = Path(__file__).parents[2] / "docs" / "intranet.md"
FORM = next(
    block.replace("https://assistant.example", "{app}")
    for block in re.findall(r"```html\n(.*?)```", DOCUMENTED.read_text("utf-8"), re.DOTALL)
    if "<form>" in block
)

PAGES = {
    "/form": HostPage(START + FORM, "default-src 'none'; script-src 'unsafe-inline'; connect-src {app}"),
    "/wide": HostPage(FRAME % ("light", 1100), STRICT),
    "/narrow": HostPage(FRAME % ("dark", 640), STRICT),
    "/widget": HostPage(START + WIDGET, FOR_WIDGET),
    "/hostile": HostPage(START + HOSTILE + WIDGET, FOR_WIDGET + "; style-src 'unsafe-inline'"),
    "/follows": HostPage(START + FOLLOWS, "default-src 'none'; frame-src {app}; script-src 'unsafe-inline'"),
}

BLOCKED = """if (self !== top) {
  const throws = { get() { throw new DOMException('Access is denied', 'SecurityError'); } };
  for (const name of ['localStorage', 'sessionStorage', 'indexedDB']) Object.defineProperty(window, name, throws);
  Object.defineProperty(document, 'cookie', throws);
}"""
"""What a browser does to the frames of other sites that may store nothing."""

STYLES = """() => [...document.querySelector('assistant-widget').shadowRoot.querySelectorAll('*')].map(e => {
  const s = getComputedStyle(e), r = e.getBoundingClientRect();
  return [e.localName, s.color, s.backgroundColor, s.fontSize, s.letterSpacing, s.position, r.x, r.y, r.width];
})"""


@dataclass
class Sites:
    """A site that may show the assistant, one that may not, and the assistant's address, of another site."""

    host: str
    foreign: str
    app: str


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    """Three servers on this machine."""
    app: list[str] = []
    with host_site(PAGES, app) as host, host_site(PAGES, app) as foreign:
        served = serving(kitchen_app(tmp_path_factory.mktemp("data"), frame_ancestors=host, allowed_origins=host))
        app.append(next(served).replace("127.0.0.1", "localhost"))
        yield Sites(host, foreign, app[0])
        next(served, None)


@dataclass
class Seen:
    """A page of a host as one reader has it, and what it did."""

    page: object
    requested: list[str]
    errors: list[str]

    @property
    def frame(self):
        return next(frame for frame in self.page.frames if "embed=" in frame.url)

    def hosts(self) -> set[str]:
        return {urlsplit(url).hostname or "" for url in self.requested if not url.startswith(("data:", "blob:"))}

    def ask(self, question: str) -> None:
        ask(self.frame, question, "#now .actions")


@pytest.fixture
def look(browser):
    """Open a page of a host; by default in a window as wide as a desk's."""
    contexts = []

    def open_page(address: str, *, width: int = 1280, height: int = 860, script: str = "") -> Seen:
        context = browser.new_context(viewport={"width": width, "height": height})
        contexts.append(context)
        context.set_default_timeout(20_000)
        if script:
            context.add_init_script(script)
        seen = Seen(context.new_page(), [], [])
        context.on("request", lambda request: seen.requested.append(request.url))
        seen.page.on("console", lambda m: seen.errors.append(m.text) if m.type == "error" else None)
        seen.page.on("pageerror", lambda error: seen.errors.append(str(error)))
        seen.page.goto(address)
        return seen

    yield open_page
    for context in contexts:
        context.close()


def in_frame(seen: Seen) -> None:
    """Wait until the page in the frame can be asked."""
    seen.page.frame_locator("iframe").locator("#talk[role=log] :is(.example, .turn)").first.wait_for()


def test_a_frame_of_another_origin_under_a_strict_policy_answers_and_shows_citations(look, sites: Sites) -> None:
    seen = look(f"{sites.host}/wide", script=BLOCKED)
    in_frame(seen)
    seen.ask(DECISION)
    seen.frame.click("#now .cite[data-cite=t1q10]")
    seen.frame.wait_for_selector(".card.hit:focus")
    assert seen.frame.locator("mark.hit").all_inner_texts() == ["Who owns the equipment today?"]
    for hidden in (".talks", ".theme", ".quality", "#history"):
        assert not seen.frame.locator(hidden).is_visible()
    assert seen.frame.locator("header").bounding_box()["height"] <= 46
    assert seen.errors == []
    assert seen.hosts() == {"127.0.0.1", "localhost"}


def test_a_narrow_frame_is_dark_where_the_host_says_so_and_has_the_sources_in_a_drawer(look, sites: Sites) -> None:
    seen = look(f"{sites.host}/narrow")
    in_frame(seen)
    seen.ask(DECISION)
    assert seen.frame.evaluate("document.body.classList.contains('dark')")
    assert not seen.frame.locator("#panel").is_visible()
    seen.frame.click("#now .cite >> nth=0")
    seen.frame.wait_for_selector("#panel", state="visible")
    assert seen.frame.evaluate("document.documentElement.scrollWidth") == 640


def test_a_page_that_is_no_frame_ancestor_shows_nothing(look, sites: Sites) -> None:
    seen = look(f"{sites.foreign}/wide")
    seen.page.wait_for_timeout(1500)
    assert any("frame-ancestors" in error for error in seen.errors)
    assert not any(frame.url.startswith(sites.app) for frame in seen.page.frames)


def test_a_host_that_follows_the_height_comes_to_rest(look, sites: Sites) -> None:
    seen = look(f"{sites.host}/follows")
    in_frame(seen)
    seen.page.wait_for_timeout(1500)
    assert seen.page.evaluate("told.at(-1).height < screen.availHeight - 150")
    seen.ask("How long is the notice?")
    seen.page.wait_for_timeout(1000)
    heights = seen.page.evaluate("told.map(each => each.height)")
    assert len(heights) <= 8
    assert heights[-1] <= seen.page.evaluate("screen.availHeight")
    talk = seen.frame.locator("#talk")
    assert talk.evaluate("e => e.scrollHeight - e.clientHeight") <= 0
    seen.page.wait_for_timeout(1000)
    assert seen.page.evaluate("told.length") == len(heights)


def test_the_theme_is_taken_from_the_host_alone(look, sites: Sites) -> None:
    seen = look(f"{sites.host}/follows")
    in_frame(seen)
    dark = "document.body.classList.contains('dark')"
    assert not seen.frame.evaluate(dark)
    seen.frame.evaluate("postMessage({ type: 'assistant:theme', theme: 'dark' }, '*')")  # from itself
    seen.page.wait_for_timeout(300)
    assert not seen.frame.evaluate(dark)
    seen.page.evaluate("frame.contentWindow.postMessage({ type: 'assistant:theme', theme: 'dark' }, '*')")
    seen.frame.wait_for_function(dark)


@pytest.mark.parametrize("width", [1280, 390])
def test_the_widget_opens_the_chat_answers_and_closes_with_escape(look, sites: Sites, width: int) -> None:
    seen = look(f"{sites.host}/widget", width=width, height=844)
    page, opener = seen.page, seen.page.locator("assistant-widget .opener")
    opener.wait_for()
    assert [url for url in seen.requested if url.startswith(sites.app)] == [f"{sites.app}/widget.js"]
    assert opener.get_attribute("aria-expanded") == "false"

    opener.press("Enter")
    in_frame(seen)
    dialog = page.get_by_role("dialog", name="Ask about sourcing")
    box = dialog.bounding_box()
    assert (box["width"], box["height"]) == ((390, 844) if width == 390 else (440, 700))
    seen.ask(DECISION)
    seen.frame.click("#now .cite >> nth=0")
    seen.frame.wait_for_selector(".card.hit:focus")
    assert opener.get_attribute("aria-expanded") == "true"

    page.keyboard.press("Escape")  # the sources
    seen.frame.wait_for_selector("#panel", state="hidden")
    page.keyboard.press("Escape")  # the chat
    dialog.wait_for(state="hidden")
    assert opener.get_attribute("aria-expanded") == "false"
    assert page.evaluate("document.activeElement.localName") == "assistant-widget"

    opener.press("Enter")
    assert seen.frame.locator("#now .cite").count() > 5
    assert seen.errors == []
    assert seen.hosts() == {"127.0.0.1", "localhost"}


def test_the_widget_takes_nothing_from_a_hostile_page_and_leaves_nothing_in_it(look, sites: Sites) -> None:
    plain, hostile = (look(f"{sites.host}/{name}") for name in ("widget", "hostile"))
    looks = []
    for seen in (plain, hostile):
        seen.page.locator("assistant-widget .opener").click()
        in_frame(seen)
        looks.append(seen.page.evaluate(STYLES))
    assert looks[0] == looks[1]
    ours = hostile.page.evaluate("Object.keys(window).filter(name => /widget|assistant|script|styles/i.test(name))")
    assert ours == []


def test_the_widget_is_closed_by_its_own_frame_alone(look, sites: Sites) -> None:
    seen = look(f"{sites.host}/widget")
    page = seen.page
    page.locator("assistant-widget .opener").click()
    in_frame(seen)
    page.evaluate("postMessage({ type: 'assistant:close' }, '*')")
    page.wait_for_timeout(300)
    assert page.locator("assistant-widget dialog").is_visible()
    page.evaluate("document.querySelector('script').dataset.theme = 'dark'")
    seen.frame.wait_for_function("document.body.classList.contains('dark')")


def test_the_documented_form_of_a_page_of_another_origin_shows_an_answer_and_its_sources(look, sites: Sites) -> None:
    seen = look(f"{sites.host}/form")
    seen.page.fill("input", "How long is the notice?")
    seen.page.click("button")
    seen.page.locator("#answer", has_text="thirty days").wait_for()
    assert "[1] Diary of a canteen: “The first caterer left" in seen.page.locator("#answer").inner_text()
    assert seen.errors == []

    elsewhere = look(f"{sites.foreign}/form")
    elsewhere.page.fill("input", "How long is the notice?")
    elsewhere.page.click("button")
    elsewhere.page.wait_for_timeout(1000)
    assert "thirty" not in elsewhere.page.locator("#answer").inner_text()


@pytest.mark.parametrize(("name", "width"), [("wide", 1280), ("narrow", 1280), ("widget", 1280), ("widget", 390)])
def test_axe_finds_nothing_serious_in_an_embed(look, sites: Sites, name: str, width: int) -> None:
    from axe_core_python.sync_playwright import Axe

    seen = look(f"{sites.host}/{name}", width=width, height=844)
    checked = {}
    if name == "widget":
        checked["closed"] = serious(Axe(), seen.page)
        seen.page.locator("assistant-widget .opener").click()
    in_frame(seen)
    seen.ask(DECISION)
    seen.frame.click("#now .cite >> nth=0")
    seen.page.wait_for_timeout(400)
    checked |= {"host": serious(Axe(), seen.page), "frame": serious(Axe(), seen.frame)}
    assert {state: found for state, found in checked.items() if found} == {}


def serious(axe, page) -> list[str]:
    """What is wrong in a page or a frame; the script goes in past the page's policy."""
    found = axe.run(page)["violations"]
    return [
        f"{v['id']}: {n['html'][:120]}" for v in found if v["impact"] in {"serious", "critical"} for n in v["nodes"]
    ]
