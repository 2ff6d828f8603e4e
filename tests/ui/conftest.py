"""One server and one browser for all tests of the page; each test has a browser context of its own."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from asking import ask
from kitchen import Kitchen, measured

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a page over the kitchen's documents, with a measured quality that is out of date."""
    import uvicorn

    from assistant.records.store import Records
    from assistant.settings import Settings
    from assistant.ui.chat import mount
    from assistant.web.server import create_app

    live, settings = Kitchen(pause=0.4), Settings.read({}, data=tmp_path_factory.mktemp("data"))
    records = Records.open(settings)
    runs = tmp_path_factory.mktemp("runs")
    (runs / "r1").mkdir()
    (runs / "r1" / "report.html").write_text("<h1>The report</h1>", encoding="utf-8")

    def card() -> dict[str, object]:
        return measured(stale=True)

    app = create_app(live, settings, card=card, runs=runs)
    mount(app, live, settings, card=card, records=records)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        server.should_exit = True
        thread.join(15)
    records.close()


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory):
    """A headless Chromium with nothing in its profile."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    if not CHROMIUM.exists():
        pytest.skip("no Chromium is installed")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@dataclass
class Visit:
    """A page as one reader has it, and what it did."""

    page: object
    requested: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def ask(self, question: str, *, wait: str = "#now .actions") -> None:
        ask(self.page, question, wait)

    def hosts(self) -> set[str]:
        return {urlsplit(url).hostname or "" for url in self.requested if not url.startswith(("data:", "blob:"))}


@pytest.fixture
def visit(browser, address: str):
    """Open the page: `visit()` on a desk, `visit(width=390, height=844)` on a phone."""
    contexts = []

    def open_page(*, width: int = 1280, height: int = 800, scheme: str = "light", path: str = "") -> Visit:
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
        contexts.append(context)
        context.set_default_timeout(20_000)  # the machine may be busy
        here = Visit(context.new_page())
        context.on("request", lambda request: here.requested.append(request.url))
        here.page.on("console", lambda m: here.errors.append(m.text) if m.type == "error" else None)
        here.page.on("pageerror", lambda error: here.errors.append(str(error)))
        here.page.on("dialog", lambda dialog: here.errors.append(f"dialog {dialog.message}"))
        here.page.goto(address + path)
        for part in (
            "#talk[role=log] :is(.example, .turn)",
            "#box textarea",
            "#head header",
        ):  # each comes as its script is loaded
            here.page.wait_for_selector(part)
        return here

    yield open_page
    for context in contexts:
        context.close()
