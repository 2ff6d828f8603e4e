"""Behind a proxy that serves us under a prefix and has stripped it, as uvicorn passes such requests on."""

import pytest
from fastapi.testclient import TestClient
from serving import hotel_application

from assistant.web.openai_schemas import MODEL


@pytest.fixture(scope="module")
def client(live, tmp_path_factory) -> TestClient:
    app = hotel_application(live, tmp_path_factory.mktemp("data"), allowed_hosts="intranet.example")
    return TestClient(app, base_url="https://intranet.example/assistant", root_path="/assistant")


def test_routes_and_refusals_are_the_same_under_a_prefix(client) -> None:
    assert client.get("api/health").status_code == 200
    assert client.get("api/nothing").json()["type"] == "urn:problem:nothing-here"
    assert client.get("api/ask").status_code == 405
    assert client.get("v1/nothing").json()["error"]["code"] == "nothing_here"
    assert 'route="/api/health"' in client.get("api/metrics").text


def test_a_citation_leads_through_the_proxy(client) -> None:
    body = {"model": MODEL, "messages": [{"role": "user", "content": "Should we outsource the laundry of our hotel?"}]}
    message = client.post("v1/chat/completions", json=body).json()["choices"][0]["message"]
    url = message["annotations"][0]["url_citation"]["url"]
    assert url.startswith("https://intranet.example/assistant/api/documents/")
    assert client.get(url).json()["marked"]["text"]
