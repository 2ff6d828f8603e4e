"""What no page of another site may do, and what every response says."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import FastAPI, Response
from fastapi.testclient import TestClient
from serving import HERE, kitchen_application

from assistant.errors import SettingsError
from assistant.web.auth import COOKIE
from assistant.web.security import FOR_OTHER_PAGES, HEADERS, SecurityHeaders

EVIL = {"Origin": "https://evil.test"}
INTRANET = {"Origin": "https://intranet.example"}
TOKEN = "a-token-that-all-readers-share"
POSTS = ("/api/ask", "/api/ask/stream", "/api/search", "/api/feedback", "/v1/chat/completions", "/mcp",
         "/gradio_api/queue/join", "/gradio_api/run/predict", "/login", "/logout")  # fmt: skip


def client(data: Path, base_url: str = HERE, **settings: object) -> TestClient:
    return TestClient(kitchen_application(data, **settings), base_url=base_url, client=("10.0.0.9", 1))


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """The application on this machine, with nothing set."""
    return client(tmp_path_factory.mktemp("data"))


# --- writes of other sites -------------------------------------------------------------------


@pytest.mark.parametrize("path", POSTS)
def test_no_other_site_has_its_readers_browser_write(here: TestClient, path: str) -> None:
    cookie = {"Cookie": f"{COOKIE}=x"}
    for headers in (EVIL, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}):
        told = here.post(path, json={}, headers=headers | cookie)
        assert told.status_code == 403
        assert "access-control-allow-origin" not in told.headers


def test_our_own_page_and_what_is_no_browser_may_write(here: TestClient) -> None:
    for headers in ({}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {"Origin": HERE}):
        assert here.post("/api/ask", json={"question": "What does a caterer cost?"}, headers=headers).status_code == 200


def test_behind_a_proxy_that_says_its_name_our_page_may_write(tmp_path: Path) -> None:
    site = client(tmp_path, trusted_proxies="10.0.0.9")
    said = {"Origin": "http://ai.example", "X-Forwarded-Host": "ai.example"}
    assert site.post("/api/search", json={}, headers=said).status_code == 422
    assert here_refuses(client(tmp_path), said)


def here_refuses(site: TestClient, headers: dict[str, str]) -> bool:
    return site.post("/api/search", json={}, headers=headers).status_code == 403


# --- pages of other sites that may ask -------------------------------------------------------


def test_only_listed_origins_may_ask_from_a_page(tmp_path: Path) -> None:
    site = client(tmp_path, allowed_origins="https://intranet.example", access_token=TOKEN)
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}
    granted = site.options("/api/ask", headers=INTRANET | asked)
    assert (granted.status_code, granted.headers["access-control-allow-origin"]) == (200, INTRANET["Origin"])
    assert "access-control-allow-origin" not in site.options("/api/ask", headers=EVIL | asked).headers
    told = site.post("/api/ask", json={}, headers=INTRANET | {"Sec-Fetch-Site": "cross-site"})
    assert (told.status_code, told.headers["access-control-allow-origin"]) == (401, INTRANET["Origin"])
    assert site.post("/api/ask", json={}, headers=EVIL).status_code == 403


@pytest.mark.parametrize("setting", ["allowed_origins", "frame_ancestors"])
@pytest.mark.parametrize(
    "origin", ["*", "intranet.example", "https://x.example/path", "https://x; script-src *", "null"]
)
def test_what_is_no_origin_is_refused(tmp_path: Path, setting: str, origin: str) -> None:
    with pytest.raises(SettingsError, match=f"ASSISTANT_{setting.upper()}"):
        client(tmp_path, **{setting: origin})


# --- names -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["evil.test", "localhost.evil.test", "127.0.0.1.evil.test", "[", "a b"])
def test_on_this_machine_no_foreign_name_is_answered(here: TestClient, name: str) -> None:
    told = here.get("/api/documents", headers={"Host": name})
    assert told.status_code == 403
    assert "ASSISTANT_ALLOWED_HOSTS" in told.json()["hint"]


@pytest.mark.parametrize("name", ["localhost", "localhost:7860", "127.0.0.1:7860", "[::1]:7860", "10.1.2.3"])
def test_this_machines_names_and_addresses_are_answered(here: TestClient, name: str) -> None:
    assert here.get("/api/documents", headers={"Host": name}).status_code == 200


def test_names_that_are_set_are_the_only_ones(tmp_path: Path) -> None:
    site = client(tmp_path, allowed_hosts="ai.example, ai", access_token=TOKEN)
    assert site.get("/login", headers={"Host": "AI.example:443"}).status_code == 200
    assert site.get("/login", headers={"Host": "evil.test"}).status_code == 403
    assert client(tmp_path, access_token=TOKEN).get("/login", headers={"Host": "any.example"}).status_code == 200


# --- headers ---------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/api/documents", "/api/nothing", "/login", "/api/ask", "/v1/models"])
def test_refusals_carry_the_headers_too(tmp_path: Path, path: str) -> None:
    site = client(tmp_path, access_token=TOKEN)
    for told in (site.get(path), site.post(path, headers=EVIL), site.get(path, headers={"Host": "["})):
        names = {name.decode() for name, _ in HEADERS}
        assert all(len(told.headers.get_list(name)) == 1 for name in names)
        assert "frame-ancestors 'self'" in told.headers["content-security-policy"]


def test_frame_ancestors_are_exactly_those_that_are_set(tmp_path: Path) -> None:
    site = client(tmp_path, access_token=TOKEN, frame_ancestors="https://intranet.example, https://*.corp.example")
    for path in ("/api/health", "/login", "/nothing"):
        policy = site.get(path).headers["content-security-policy"]
        assert policy.endswith("frame-ancestors 'self' https://intranet.example https://*.corp.example")


def test_only_what_says_so_may_be_loaded_by_pages_of_other_sites() -> None:
    app = FastAPI()
    app.add_middleware(SecurityHeaders)
    name, value = (part.decode() for part in FOR_OTHER_PAGES)

    @app.get("/widget.js")
    def widget() -> Response:
        return Response("", headers={name: value})

    @app.get("/loose")
    def loose() -> Response:
        return Response("", headers={name: "nonsense"})

    assert TestClient(app).get("/widget.js").headers.get_list(name) == ["cross-origin"]
    assert TestClient(app).get("/loose").headers.get_list(name) == ["same-origin"]
