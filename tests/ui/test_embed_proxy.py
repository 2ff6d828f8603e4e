"""The page, the API and the button behind a real nginx under a prefix, with the configuration of docs/intranet.md."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from embedding import kitchen_app
from serving import events, serving

from assistant.web.prefix import Prefixed

DOCUMENTED = Path(__file__).parents[2] / "docs" / "intranet.md"
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"

AROUND = """worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off; client_body_buffer_size 4m; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{ listen 127.0.0.1:{port}; {locations} }}
}}"""

pytestmark = pytest.mark.skipif(not Path(NGINX).exists(), reason="nginx is not installed")


def documented() -> str:
    """The location blocks of the documentation's example."""
    return re.search(r"```nginx\n(.*?)```", DOCUMENTED.read_text("utf-8"), re.DOTALL)[1]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an assistant that is served under /assistant and believes the proxy on this machine."""
    made = kitchen_app(
        tmp_path_factory.mktemp("data"),
        root_path="/assistant",
        proxy_user_header="X-Forwarded-User",
        trusted_proxies="127.0.0.1",
    )
    yield from serving(Prefixed(made, "/assistant"))


@contextmanager
def nginx(folder: Path, app: str, *, stripped: bool) -> Iterator[str]:
    """Run nginx with the documented configuration while the caller has the public address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    locations = documented().replace("http://127.0.0.1:7860", app).replace("$remote_user", '"eva@example.test"')
    if stripped:
        locations = locations.replace(f"proxy_pass {app};", f"proxy_pass {app}/;")
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, port=port, locations=locations), encoding="utf-8")
    process = subprocess.Popen([NGINX, "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "error.log"])
    public = f"http://127.0.0.1:{port}/assistant/"
    try:
        for _ in range(100):
            try:
                httpx.get(public + "api/health", timeout=10)
                break
            except httpx.ConnectError:
                time.sleep(0.05)
        yield public
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="module", params=[False, True], ids=["prefix left on", "prefix taken off"])
def public(request, app: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with nginx(tmp_path_factory.mktemp("nginx"), app, stripped=request.param) as public:
        yield public


def test_the_api_the_script_and_the_refusals_are_there(public: str) -> None:
    for path in ("api/health", "widget.js", "favicon.ico", "theme.css", "config", "api/docs"):
        response = httpx.get(public + path)
        assert response.status_code == 200, path
    assert httpx.get(public + "api/nothing").json()["type"] == "urn:problem:nothing-here"
    without = httpx.get(public.rstrip("/"))
    assert without.status_code == 301
    assert without.headers["location"] == "/assistant/"


def test_the_proxy_says_who_asks_whatever_the_caller_claims(public: str) -> None:
    mine = httpx.post(public + "api/ask", json={"question": "How long is the notice?", "save": True}).json()
    claimed = httpx.get(public + "api/conversations", headers={"X-Forwarded-User": "somebody-else"}).json()
    assert mine["conversation_id"] in [one["id"] for one in claimed["conversations"]]


def test_who_passes_the_proxy_by_is_nobody(public: str, app: str) -> None:
    assert httpx.get(f"{app}/assistant/api/conversations").status_code == 401


def test_a_stream_comes_piece_by_piece(public: str) -> None:
    came: list[float] = []
    with httpx.stream("POST", public + "api/ask/stream", json={"question": "slowly"}, timeout=30) as response:
        text = ""
        for piece in response.iter_text():
            came.append(time.monotonic())
            text += piece
    assert [name for name, _ in events(text)][-1] == "answer"
    assert came[-1] - came[0] > 1  # the kitchen waits between its sentences; a buffer would give them at once
    assert len(came) > 5


def test_a_body_that_is_too_long_is_refused_in_our_words(public: str) -> None:
    response = httpx.post(public + "api/ask", json={"question": "x" * 2_000_000}, timeout=30)
    assert response.status_code == 413
    assert response.json()["type"] == "urn:problem:too-large"


@pytest.mark.browser
def test_the_page_answers_and_its_links_lead_through_the_proxy(public: str, browser) -> None:
    context = browser.new_context(accept_downloads=True)
    context.set_default_timeout(20_000)
    page, requested, errors = context.new_page(), [], []
    page.on("request", lambda request: requested.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("response", lambda r: errors.append(f"{r.status} {r.url}") if r.status >= 400 else None)
    page.goto(public)
    page.wait_for_selector("#talk[role=log] .example")
    page.fill("#box textarea", "Should we outsource the canteen?")
    page.press("#box textarea", "Enter")
    page.wait_for_selector("#now .take-away a")
    page.click("#now .cite >> nth=0")
    page.wait_for_selector(".card.hit:focus")
    for link in page.locator("#now .take-away a").all():
        exported = context.request.get(link.evaluate("e => e.href"))
        assert exported.ok, link.evaluate("e => e.href")
    assert "c=" in page.url
    page.reload()
    page.wait_for_selector("#turn-1 .cite")
    assert page.url.startswith(public)
    assert all(url.startswith((public, "data:", "blob:")) for url in requested), requested
    assert errors == []
    context.close()
