import json

import pytest
from fastapi.testclient import TestClient
from serving import HERE, hotel_application

from assistant.errors import AssistantError, IndexUnavailable, NoIndex, SettingsError, UnreadableFile
from assistant.web.problems import FAILED, KINDS, MEDIA_TYPE, NOT_READY, Kind, Problem, Refused, kind_of, told

BOMB = b"[" * 100_000
HUGE = b'{"question": "a", "k": ' + b"9" * 5000 + b"}"
JSON = {"content-type": "application/json"}

REFUSED = {
    "an unknown address": ("GET", "/api/nothing", {}, 404),
    "the folder of the addresses": ("GET", "/api", {}, 404),
    "another method": ("GET", "/api/ask", {}, 405),
    "a made-up method": ("BREW", "/api/ask", {}, 405),
    "a form": ("POST", "/api/ask", {"data": {"question": "a"}}, 415),
    "no type": ("POST", "/api/ask", {"content": b'{"question": "a"}'}, 415),
    "no JSON": ("POST", "/api/ask", {"content": b"{", "headers": JSON}, 400),
    "nothing": ("POST", "/api/ask", {"content": b"", "headers": JSON}, 400),
    "no UTF-8": ("POST", "/api/ask", {"content": b'{"question": "\xff"}', "headers": JSON}, 400),
    "a depth bomb": ("POST", "/api/ask", {"content": BOMB, "headers": JSON}, 400),
    "a name twice": ("POST", "/api/ask", {"content": b'{"question": "a", "question": "b"}', "headers": JSON}, 400),
    "NaN": ("POST", "/api/search", {"content": b'{"question": "a", "k": NaN}', "headers": JSON}, 400),
    "infinity": ("POST", "/api/search", {"content": b'{"question": "a", "k": 1e999}', "headers": JSON}, 422),
    "a huge number": ("POST", "/api/search", {"content": HUGE, "headers": JSON}, 400),
    "half a surrogate pair": ("POST", "/api/ask", {"content": b'{"question": "\\ud800"}', "headers": JSON}, 400),
    "only a NUL": ("POST", "/api/ask", {"json": {"question": "\0"}}, 422),
    "a large body": ("POST", "/api/ask", {"content": b" " * 1_000_001, "headers": JSON}, 413),
    "a large body in parts": ("POST", "/api/ask", {"content": iter([b" " * 600_000] * 2), "headers": JSON}, 413),
    "an unknown field": ("POST", "/api/feedback", {"json": {"x": 1}}, 422),
    "a list": ("PATCH", "/api/conversations/x", {"json": []}, 422),
    "no conversation": ("GET", "/api/conversations/x", {}, 404),
    "no document": ("GET", "/api/documents/x", {}, 404),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_every_refusal_has_the_one_shape(hotel_api: TestClient, name: str) -> None:
    method, path, more, status = REFUSED[name]
    response = hotel_api.request(method, path, **more)
    assert response.status_code == status
    assert response.headers["content-type"] == MEDIA_TYPE
    problem = Problem.model_validate(response.json(), extra="forbid")
    assert problem.status == status
    assert problem.request_id == response.headers["x-request-id"]
    assert problem.type.startswith("urn:problem:")
    assert problem.title
    assert problem.detail


def test_what_the_model_hides_is_asked_without_it(hotel_api: TestClient) -> None:
    asked = hotel_api.post("/api/ask", json={"question": "Lost\u0000 towels\u202e?"})
    assert asked.json()["question"] == "Lost towels?"


def test_405_says_what_is_allowed(hotel_api: TestClient) -> None:
    assert hotel_api.put("/api/conversations/x").headers["allow"] == "DELETE, GET, PATCH"


@pytest.mark.parametrize("path", ["/api/ask", "/api/ask/stream"])
@pytest.mark.parametrize(("question", "status"), [("crash", 500), ("no index", 503)])
def test_a_failure_tells_nothing_of_the_machine(kitchen_api, path: str, question: str, status: int) -> None:
    response = kitchen_api.post(path, json={"question": question})
    assert (response.status_code, response.headers["content-type"]) == (status, MEDIA_TYPE)
    assert "secret" not in response.text
    assert "assistant index" not in response.text
    assert ("retry-after" in response.headers) == (status == 503)
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (NoIndex("there is no index in /srv/secret", hint="/srv"), NOT_READY),
        (IndexUnavailable("/srv/secret"), NOT_READY),
        (SettingsError("ASSISTANT_SECRET cannot be /srv/secret"), FAILED),
        (UnreadableFile("/srv/secret", "no"), FAILED),
        (AssistantError("/srv/secret"), FAILED),
    ],
)
def test_words_that_may_name_a_path_are_not_told(error: AssistantError, kind: Kind) -> None:
    assert kind_of(error) == kind
    assert "/srv" not in " ".join(told(error))


def test_our_own_words_are_told() -> None:
    assert told(Refused(FAILED, "no soup today", hint="Come back.")) == ("No soup today", "Come back.")


def test_each_kind_has_its_own_name() -> None:
    assert len({kind.name for kind in KINDS}) == len(KINDS)


def test_a_fault_names_the_field_and_not_what_was_sent(hotel_api: TestClient) -> None:
    sent = {"question": "a", "history": [{"role": "s3cret", "text": "b"}], "é\n<b>": 1}
    response = hotel_api.post("/api/ask", json=sent)
    assert {error["where"] for error in response.json()["errors"]} == {"body.history.0.role", "body.?\n<b>"}
    assert "s3cret" not in response.text


def test_readiness_fails_while_nothing_can_be_searched(live, tmp_path) -> None:
    class Closed:
        def __getattr__(self, name: str):
            return getattr(live, name)

        def search(self, question: str, k: int):
            raise NoIndex("there is no index in /srv/secret")

    app = hotel_application(live, tmp_path)
    with TestClient(app, base_url=HERE) as client:
        assert client.get("/api/ready").json()["index"] == json.loads(json.dumps(live.info()))
    with TestClient(hotel_application(Closed(), tmp_path), base_url=HERE) as client:
        response = client.get("/api/ready")
        assert (response.status_code, response.json()["type"]) == (503, "urn:problem:not-ready")
        assert int(response.headers["retry-after"]) > 0
        assert client.get("/api/health").status_code == 200
