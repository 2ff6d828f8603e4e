import logging
import socket
from asyncio import CancelledError

import pytest
from fastapi import FastAPI, Response
from fastapi.testclient import TestClient
from kitchen import Kitchen, measured
from serving import HERE

from assistant import __version__
from assistant.errors import SettingsError
from assistant.settings import Settings
from assistant.ui.chat import mount
from assistant.web.security import HEADERS, POLICY, REPORT_POLICY
from assistant.web.server import _is_no_farewell, create_app, serve


@pytest.fixture(scope="module")
def client():
    live, settings = Kitchen(), Settings.read({})
    app = create_app(live, settings)
    mount(app, live, settings)
    with TestClient(app, base_url=HERE) as client:
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
    told = client.get("/api/health").json()
    assert told == {"status": "ok", "generation": "g1", "version": __version__}


def test_without_a_run_the_quality_says_that_nothing_was_measured(client) -> None:
    told = client.get("/api/quality").json()
    assert told["measured"] is False
    assert "assistant evaluate" in told["detail"]
    assert client.get("/quality/report").status_code == 404


@pytest.fixture
def runs(tmp_path):
    (tmp_path / "runs" / "r1").mkdir(parents=True)
    (tmp_path / "runs" / "r1" / "report.html").write_text("<h1>The report</h1>", encoding="utf-8")
    (tmp_path / "secret.html").write_text("secret", encoding="utf-8")
    return tmp_path / "runs"


def test_the_measured_quality_and_its_report_are_served(runs) -> None:
    client = TestClient(create_app(Kitchen(), Settings.read({}), card=measured, runs=runs), base_url=HERE)
    assert client.get("/api/quality").json() == measured()
    report = client.get("/quality/report")
    assert "The report" in report.text
    assert report.headers["content-type"].startswith("text/html")
    assert report.headers.get_list("content-security-policy") == [REPORT_POLICY]
    assert report.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/quality/report/../../secret.html", "/quality/secret.html", "/quality/report/r1"])
def test_no_other_file_than_the_report_is_served(runs, path: str) -> None:
    client = TestClient(create_app(Kitchen(), Settings.read({}), card=measured, runs=runs), base_url=HERE)
    assert client.get(path).status_code == 404
    assert "secret" not in client.get("/quality/report?report=../secret.html&run=..").text


def test_a_report_that_was_removed_is_not_there(runs) -> None:
    (runs / "r1" / "report.html").unlink()
    client = TestClient(create_app(Kitchen(), Settings.read({}), card=measured, runs=runs), base_url=HERE)
    assert client.get("/quality/report").status_code == 404


def test_a_response_cannot_loosen_the_policy() -> None:
    app = create_app(Kitchen(), Settings.read({}))

    @app.get("/loose")
    def loose() -> Response:
        return Response("x", headers={"Content-Security-Policy": "default-src *"})

    assert TestClient(app, base_url=HERE).get("/loose").headers.get_list("content-security-policy") == [POLICY]


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
