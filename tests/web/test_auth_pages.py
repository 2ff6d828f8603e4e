"""Two people, each with the page: neither reaches what is the other's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi.testclient import TestClient
from serving import HERE, kitchen_application

QUESTION = {"question": "What does a caterer cost?", "save": True}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The application with its page, behind a proxy that says who asks."""
    proxy = {"proxy_user_header": "X-Forwarded-User", "trusted_proxies": "10.0.0.9"}
    app = kitchen_application(tmp_path_factory.mktemp("data"), page=True, rate_per_minute=0, **proxy)
    with TestClient(app, base_url=HERE, client=("10.0.0.9", 5000)) as client:
        yield client


@dataclass
class Page:
    """The page as somebody has it open."""

    site: TestClient
    user: str
    name: str

    @property
    def headers(self) -> dict[str, str]:
        return {"X-Forwarded-User": self.user}

    def act(self, **order: Any) -> Any:
        """Do what page.js would have done, and return what the page gets."""
        config = self.site.get("/config", headers=self.headers).json()
        parts = {part["id"]: part["props"].get("elem_id") for part in config["components"]}
        event = next(d["id"] for d in config["dependencies"] if any(parts.get(t[0]) == "act" for t in d["targets"]))
        data = [json.dumps({"at": "1", **order}), None, None]
        sent = {"data": data, "fn_index": event, "session_hash": self.name}
        return self.site.post("/gradio_api/run/predict", json=sent, headers=self.headers)


def test_the_page_shows_the_conversations_of_its_user_alone(site: TestClient) -> None:
    ann, bob = Page(site, "ann", "page1"), Page(site, "bob", "page2")
    id = site.post("/api/ask", json=QUESTION, headers=ann.headers).json()["conversation_id"]
    assert id in ann.act(do="list").text
    assert "caterer" in ann.act(do="open", id=id).text
    assert id not in bob.act(do="list").text
    for order in ({"do": "open"}, {"do": "delete"}, {"do": "rename", "title": "mine"}):
        told = bob.act(id=id, **order).text
        assert "caterer" not in told
        assert "no such conversation" in told
    bob.act(do="rate", turn=1, thumb="down", reason="mine")
    kept = site.get(f"/api/conversations/{id}", headers=ann.headers).json()
    assert (kept["title"] == "mine", kept["turns"][0]["rating"]["thumb"]) == (False, "")


def test_a_page_that_somebody_else_opened_is_refused(site: TestClient) -> None:
    ann = Page(site, "ann", "page3")
    id = site.post("/api/ask", json=QUESTION, headers=ann.headers).json()["conversation_id"]
    ann.act(do="open", id=id)
    assert "caterer" in ann.act(do="save").text
    stolen = Page(site, "bob", "page3")
    assert stolen.act(do="save").status_code == 403
    for method, path, body in (
        ("GET", "/gradio_api/queue/data?session_hash=page3", None),
        ("GET", "/gradio_api/queue/data?session_hash=other&session_hash=page3", None),
        ("GET", "/gradio_api/heartbeat/page3", None),
        ("POST", "/gradio_api/queue/join", {"session_hash": "page3", "data": [], "fn_index": 0}),
        ("POST", "/gradio_api/cancel", {"session_hash": "page3", "fn_index": 0, "event_id": "x"}),
    ):
        told = site.request(method, path, json=body, headers=stolen.headers)
        assert (told.status_code, told.json()["type"]) == (403, "urn:problem:forbidden")
    assert "caterer" in ann.act(do="save").text


@pytest.mark.parametrize(
    "path",
    ["/", "/config", "/theme.css", "/gradio_api/info", "/gradio_api/heartbeat/x", "/gradio_api/queue/data?x=y",
     "/gradio_api/file=/etc/passwd", "/assets/x.js", "/static/x", "/login_check", "/gradio_api/token", "/nothing"],
)  # fmt: skip
def test_nothing_of_the_page_is_given_to_nobody(site: TestClient, path: str) -> None:
    assert site.get(path).status_code == 401
    assert site.post(path, json={}).status_code == 401


def test_a_body_that_is_no_json_is_left_to_the_page(site: TestClient) -> None:
    for body in (b"", b"[1]", b"{", b'{"session_hash": 1}'):
        told = site.post("/gradio_api/queue/join", content=body, headers={"X-Forwarded-User": "ann"})
        assert told.status_code in {400, 422}
