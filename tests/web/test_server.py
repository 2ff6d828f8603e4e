import logging
import socket
from asyncio import CancelledError

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from kitchen import Kitchen

from assistant.errors import SettingsError
from assistant.settings import Settings
from assistant.ui.chat import mount
from assistant.web.security import HEADERS
from assistant.web.server import _is_no_farewell, create_app, serve


@pytest.fixture(scope="module")
def client():
    live, settings = Kitchen(), Settings.read({})
    app = create_app(live, settings)
    mount(app, live, settings)
    with TestClient(app) as client:
        yield client


@pytest.mark.parametrize(
    "path", ["/", "/api/health", "/favicon.ico", "/theme.css", "/config", "/nothing", "/gradio_api/file=/etc/passwd"]
)
def test_every_response_carries_the_security_headers(client, path: str) -> None:
    response = client.get(path)
    for name, value in HEADERS:
        assert response.headers.get_list(name.decode()) == [value.decode()]


def test_the_policy_names_no_other_host_and_allows_no_eval(client) -> None:
    policy = client.get("/").headers["content-security-policy"]
    assert "unsafe-eval" not in policy
    assert "http" not in policy
    assert "object-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy


def test_health_says_which_generation_answers(client) -> None:
    assert client.get("/api/health").json() == {"status": "ok", "generation": "g1"}


def test_other_sites_are_not_admitted(client) -> None:
    assert "access-control-allow-origin" not in client.get("/config", headers={"origin": "https://evil.test"}).headers
    asked = client.post("/gradio_api/queue/join", json={}, headers={"sec-fetch-site": "cross-site"})
    assert asked.status_code == 403
    assert asked.headers["content-type"] == "application/problem+json"


def test_nothing_can_be_uploaded(client) -> None:
    response = client.post("/gradio_api/upload", files={"files": ("a.txt", b"0123456789")})
    assert response.status_code == 413


def test_files_of_the_machine_are_not_served(client) -> None:
    assert client.get("/gradio_api/file=/etc/passwd").status_code in {403, 404}


def test_no_handler_of_the_page_can_be_called_by_name(client) -> None:
    info = client.get("/gradio_api/info").json()
    assert info["named_endpoints"] == {}
    assert info["unnamed_endpoints"] == {}


def test_the_page_names_no_other_host_to_load_from(client) -> None:
    page = client.get("/").text
    for attribute in ('src="http', 'href="http', "src='http", "href='http"):
        assert attribute not in page


def test_a_port_that_is_taken_is_said_with_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"cannot listen on 127.0.0.1:{port}: address already in use") as raised:
            serve(FastAPI(), Settings.read({}, port=port), say=print)
    assert "--port" in raised.value.hint


def test_open_pages_that_are_cut_off_at_the_end_are_no_error() -> None:
    def record(message: str, error: BaseException | None) -> logging.LogRecord:
        exc_info = (type(error), error, None) if error else None
        return logging.LogRecord("uvicorn.error", logging.ERROR, "", 0, message, (), exc_info)

    assert not _is_no_farewell(record("Exception in ASGI application", CancelledError()))
    assert not _is_no_farewell(record("Cancel 2 running task(s), timeout graceful shutdown exceeded", None))
    assert _is_no_farewell(record("Exception in ASGI application", ValueError()))
