from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from kitchen import Kitchen
from serving import HERE, awaited
from starlette.types import Receive, Scope, Send

from assistant.settings import Settings
from assistant.web.prefix import Prefixed
from assistant.web.server import create_app


def client_of(data: Path, **settings: str) -> TestClient:
    return TestClient(create_app(Kitchen(), Settings.read({}, data=data, **settings)), base_url=HERE)


def test_pages_of_any_site_can_load_the_script_and_browsers_keep_it(tmp_path: Path) -> None:
    response = client_of(tmp_path).get("/widget.js", headers={"Sec-Fetch-Site": "cross-site"})
    assert response.headers["content-type"].startswith("text/javascript")
    assert response.headers.get_list("cross-origin-resource-policy") == ["cross-origin"]
    assert response.headers["cache-control"] == "public, max-age=3600"
    assert response.headers["x-content-type-options"] == "nosniff"


def test_the_script_needs_no_sign_in(tmp_path: Path) -> None:
    client = client_of(tmp_path, access_token="a secret of the canteen")
    assert client.get("/widget.js").status_code == 200
    assert client.get("/api/documents").status_code == 401


def test_a_page_of_a_listed_origin_can_ask_and_read_the_answer(tmp_path: Path) -> None:
    client = client_of(tmp_path, allowed_origins="https://intranet.example")
    there = {"Origin": "https://intranet.example", "Sec-Fetch-Site": "same-site"}
    asked = client.options(
        "/api/ask",
        headers=there | {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"},
    )
    answered = client.post("/api/ask", json={"question": "How long is the notice?"}, headers=there)
    assert asked.status_code == 200
    for response in (asked, answered):
        assert response.headers["access-control-allow-origin"] == "https://intranet.example"
    assert "thirty days" in answered.json()["text"]

    elsewhere = client.post("/api/ask", json={"question": "x"}, headers={"Origin": "https://evil.example"})
    assert elsewhere.status_code == 403
    assert "access-control-allow-origin" not in elsewhere.headers


@pytest.mark.parametrize("prefix", ["/assistant", "/assistant/", "assistant"])
@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("/api/health", "/assistant/api/health"),
        ("/assistant/api/health", "/assistant/api/health"),
        ("/assistant", "/assistant"),
        ("/assistants", "/assistant/assistants"),
        ("/", "/assistant/"),
    ],
)
def test_a_path_has_the_prefix_once_whether_or_not_the_proxy_took_it_off(prefix, sent, seen) -> None:
    assert passed(prefix, sent) == ("/assistant", seen)


@pytest.mark.parametrize("prefix", ["", "/"])
def test_without_a_prefix_nothing_changes(prefix: str) -> None:
    assert passed(prefix, "/api/health") == ("", "/api/health")


def passed(prefix: str, path: str) -> tuple[str, str]:
    """Return the root path and the path that an application behind the prefix is given."""
    found: list[Scope] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        found.append(scope)

    async def nothing(*_: object) -> dict[str, str]:
        return {}

    awaited(Prefixed(app, prefix)({"type": "http", "path": path, "root_path": ""}, nothing, nothing))
    return found[0]["root_path"], found[0]["path"]
