"""From nothing to the first answer, and from `make run` to a page that can be used."""

from __future__ import annotations

import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import perf_counter
from typing import Any

from speed.measure import ROOT, Bar, assistant, timed, write

QUESTION = "Should we outsource our patient portal?"
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking".split()
FIELD = "#box textarea"
MOST_SECONDS = 120
HEAVY = ("torch", "sentence_transformers", "transformers")


def measure(*, times: int, **where: Path) -> Path:
    """Start everything from cold several times and write the medians."""
    cold = [timed(assistant("ask", QUESTION)) for _ in range(times)]
    page, served = [], []
    for _ in range(times):
        at = free_port()
        with a_browser() as browser, make_run(at, {}) as running:
            first_get, usable = until_usable(at, running, browser)
        served.append(first_get)
        page.append(usable)
    packages = imported()
    heavy = [name for name in HEAVY if name in packages]
    bars = [
        Bar("start.ask", "`assistant ask` from cold, median", statistics.median(t.seconds for t in cold), 1.5, "s"),
        Bar("start.page", "page usable after `make run`, median", statistics.median(page), 4, "s"),
        Bar("start.torch", "torch and its like in the serving process", len(heavy), 0, "packages"),
    ]
    details: dict[str, Any] = {
        "ask": {"n": times, "seconds": [t.seconds for t in cold], "processor": [t.processor for t in cold]},
        "ask_megabytes": max(t.megabytes for t in cold),
        "page_usable": page,
        "page_first_get": served,
        "page_seen_by": "Chromium" if CHROMIUM.exists() else "a GET that has the page",
        "packages": sorted(packages),
        "heavy": heavy,
    }
    return write("start", bars, details, **where)


@contextmanager
def make_run(port: int, environ: dict[str, str], command: tuple[str, ...] = ("make", "run")) -> Iterator[tuple]:
    """Yield the process and the moment of its start; end it with all that it started."""
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "ASSISTANT_PORT": str(port), **environ},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as running:
        try:
            yield running, perf_counter()
        finally:
            with suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGINT)
            for _ in range(100):
                if running.poll() is not None:
                    break
                time.sleep(0.1)
            else:
                os.killpg(running.pid, signal.SIGKILL)


@contextmanager
def a_browser() -> Iterator[Any]:
    """Yield a browser, as a reader has one open before the page is there; None where there is none."""
    if not CHROMIUM.exists():
        yield None
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def until_usable(port: int, running: tuple, browser: Any) -> tuple[float, float]:
    """Return the seconds until the page is served, and until its question field can be typed into."""
    process, started = running
    address = f"http://127.0.0.1:{port}/"
    page = browser.new_page() if browser else None
    wait_for(address, process)
    served = perf_counter() - started
    if page:
        page.goto(address)
        page.locator(FIELD).fill("?")
    return served, perf_counter() - started


def wait_for(address: str, process: subprocess.Popen[str]) -> None:
    """Return when the address answers. Raises when the process ends or takes too long."""
    for _ in range(MOST_SECONDS * 50):
        with suppress(urllib.error.URLError, ConnectionError):
            if urllib.request.urlopen(address, timeout=10).status == 200:
                return
        if process.poll() is not None:
            raise SystemExit(f"the server ended: {process.stderr.read()[-2000:] if process.stderr else ''}")
        time.sleep(0.02)
    raise SystemExit("the server did not come up")


def imported() -> set[str]:
    """Return the packages that a serving process has imported once it has answered a question."""
    port = free_port()
    log = Path(os.environ.get("TMPDIR", "/tmp")) / f"imports-{port}"
    command = ("sh", "-c", f"exec {sys.executable} -X importtime app.py 2> {log}")
    try:
        with make_run(port, {}, command) as (process, _):
            wait_for(f"http://127.0.0.1:{port}/", process)
            body = f'{{"question": "{QUESTION}"}}'.encode()
            asked = urllib.request.Request(
                f"http://127.0.0.1:{port}/api/ask", body, {"Content-Type": "application/json"}
            )
            urllib.request.urlopen(asked, timeout=60).read()
        lines = re.findall(r"^import time:.*\| +([\w.]+)$", log.read_text("utf-8", "replace"), re.MULTILINE)
        return {line.split(".")[0] for line in lines if not line.startswith("_")}
    finally:
        log.unlink(missing_ok=True)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
