"""How much one caller may send."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from serving import HERE, kitchen_application, serving
from starlette.requests import Request

from assistant.web import limits
from assistant.web.limits import MOST_BYTES, address_of

TOKEN = "a-token-that-all-readers-share"
PROXY = {"proxy_user_header": "X-Forwarded-User", "trusted_proxies": "10.0.0.0/8"}


def client(data: Path, **settings: object) -> TestClient:
    return TestClient(kitchen_application(data, **settings), base_url=HERE, client=("10.0.0.9", 5000))


def asks(site: TestClient, times: int, **headers: str) -> list[int]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return [site.get("/api/documents", headers=named).status_code for _ in range(times)]


def test_one_user_too_fast_is_told_to_wait_and_the_others_are_not(tmp_path: Path) -> None:
    site = client(tmp_path, rate_per_minute=5, **PROXY)
    assert asks(site, 7, x_forwarded_user="ann") == [200] * 5 + [429] * 2
    told = site.get("/api/documents", headers={"X-Forwarded-User": "ann"})
    assert told.headers["content-type"] == "application/problem+json"
    assert 1 <= int(told.headers["retry-after"]) <= 60
    assert asks(site, 5, x_forwarded_user="bob") == [200] * 5
    posted = site.post("/gradio_api/queue/join", json={}, headers={"X-Forwarded-User": "ann"})
    assert posted.status_code == 429


def test_those_who_share_a_token_are_told_apart_by_address(tmp_path: Path) -> None:
    site = client(tmp_path, rate_per_minute=3, access_token=TOKEN, trusted_proxies="10.0.0.9")
    shared = {"authorization": f"Bearer {TOKEN}"}
    assert asks(site, 4, x_forwarded_for="192.0.2.1", **shared) == [200] * 3 + [429]
    assert asks(site, 3, x_forwarded_for="192.0.2.2", **shared) == [200] * 3
    assert asks(site, 1, x_forwarded_for="192.0.2.9, 192.0.2.1", **shared) == [429], "the proxy's own word counts"


def test_an_address_that_no_trusted_proxy_tells_is_not_believed(tmp_path: Path) -> None:
    site = client(tmp_path, rate_per_minute=3, access_token=TOKEN)
    shared = {"authorization": f"Bearer {TOKEN}"}
    found = [asks(site, 1, x_forwarded_for=f"192.0.2.{n}", **shared)[0] for n in range(4)]
    assert found == [200] * 3 + [429]


def test_what_a_page_is_made_of_and_the_probes_are_not_counted(tmp_path: Path) -> None:
    site = client(tmp_path, rate_per_minute=2, **PROXY)
    named = {"X-Forwarded-User": "ann"}
    assert {site.get(path, headers=named).status_code for path in ["/api/health", "/nothing"] * 5} == {200, 404}
    assert asks(site, 2, x_forwarded_user="ann") == [200] * 2


def test_this_machine_has_no_limit(tmp_path: Path) -> None:
    assert asks(client(tmp_path, rate_per_minute=2), 5) == [200] * 5


def test_of_an_ipv6_address_the_network_counts() -> None:
    def of(host: str) -> str:
        return address_of(Request({"type": "http", "headers": [], "client": (host, 1)}))

    assert of("2001:db8::1") == of("2001:db8::ffff:1") != of("2001:db8:0:1::1")
    assert of("192.0.2.1") != of("192.0.2.2")


@pytest.mark.parametrize("path", ["/api/ask", "/v1/chat/completions", "/mcp", "/login", "/gradio_api/queue/join"])
def test_a_body_that_is_too_long_is_refused_before_it_is_read(tmp_path: Path, path: str) -> None:
    read = []

    def endless(*, most: int = 100) -> Iterator[bytes]:
        for _ in range(most):
            read.append(0)
            yield b"x" * 100_000

    site = client(tmp_path)
    declared = site.post(path, content=b"x", headers={"Content-Length": "200000000"})
    assert declared.status_code == 413
    assert "MB" in declared.text
    assert site.post(path, content=endless()).status_code == 413


def test_a_form_with_a_file_may_be_as_long_as_a_file(tmp_path: Path) -> None:
    site = client(tmp_path, max_file_mb=2)
    fits = site.post("/api/ask", files={"file": b"x" * (MOST_BYTES * 2)})
    assert fits.status_code == 415
    assert site.post("/api/ask", files={"file": b"x" * (MOST_BYTES * 4)}).status_code == 413


@pytest.mark.parametrize("way", ["Content-Length: 100", "Transfer-Encoding: chunked"])
def test_a_body_that_does_not_come_to_its_end_is_not_waited_for(
    tmp_path: Path, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "BODY_SECONDS", 0.3)
    with contextmanager(serving)(kitchen_application(tmp_path)) as address:
        host, port = address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=20) as caller:
            head = f"POST /api/ask HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n{way}\r\n\r\n"
            caller.sendall(head.encode())
            assert caller.recv(2_000).startswith(b"HTTP/1.1 408")
