import io

import pytest
from docx import Document
from fastapi import FastAPI
from fastapi.testclient import TestClient
from serving import HERE, hotel_application

from assistant.web.identity import User
from assistant.web.schemas_answer import ConversationOut, ConversationsOut
from assistant.web.security import REPORT_POLICY

DECISION = "Should we outsource the laundry of our hotel?"
SECOND = "Which temperature is linen of sick guests washed at?"


@pytest.fixture
def client(live, tmp_path):
    with TestClient(hotel_application(live, tmp_path), base_url=HERE) as client:
        yield client


@pytest.fixture
def id(client) -> str:
    """The id of a kept conversation of two turns."""
    first = client.post("/api/ask", json={"question": DECISION, "save": True}).json()["conversation_id"]
    client.post("/api/ask", json={"question": SECOND, "conversation_id": first})
    return first


def test_a_kept_conversation_is_listed_and_read_with_every_answer(client, id) -> None:
    listed = client.get("/api/conversations").json()
    ConversationsOut.model_validate(listed)
    assert [(c["id"], c["title"], c["turns"]) for c in listed["conversations"]] == [(id, DECISION, 2)]
    kept = client.get(f"/api/conversations/{id}").json()
    ConversationOut.model_validate(kept)
    assert [turn["question"] for turn in kept["turns"]] == [DECISION, SECOND]
    fresh = client.post("/api/ask", json={"question": DECISION}).json()
    assert kept["turns"][0]["answer"] == {**fresh, "seconds": kept["turns"][0]["answer"]["seconds"]}


def test_a_conversation_is_found_by_words_of_its_answers(client, id) -> None:
    def found(words: str) -> list[str]:
        return [c["id"] for c in client.get("/api/conversations", params={"search": words}).json()["conversations"]]

    assert found("60 degrees") == [id]
    assert found("elephants") == []


def test_the_title_and_the_facts_can_be_changed(client, id) -> None:
    change = {"title": "The laundry", "facts": [{"name": "jurisdiction", "value": "Florida"}]}
    changed = client.patch(f"/api/conversations/{id}", json=change).json()
    assert changed["title"] == "The laundry"
    assert [(f["name"], f["value"], f["state"]) for f in changed["facts"]] == [("jurisdiction", "Florida", "edited")]
    assert client.get(f"/api/conversations/{id}").json() == changed


def test_a_rating_is_kept_with_its_turn_and_can_be_taken_back(client, id) -> None:
    def rated(thumb: str, reason: str = "") -> dict:
        said = {"conversation_id": id, "turn": 2, "thumb": thumb, "reason": reason}
        assert client.post("/api/feedback", json=said).status_code == 204
        return client.get(f"/api/conversations/{id}").json()["turns"][1]["rating"]

    assert rated("down", "not what I asked") == {"thumb": "down", "reason": "not what I asked"}
    assert rated("") == {"thumb": "", "reason": ""}


@pytest.mark.parametrize("said", [{"turn": 3}, {"turn": 0}, {"thumb": "sideways"}, {"reason": "x" * 501}])
def test_a_rating_of_nothing_is_refused(client, id, said) -> None:
    body = {"conversation_id": id, "turn": 1, "thumb": "up", **said}
    assert client.post("/api/feedback", json=body).status_code == 422


def test_a_conversation_goes_out_as_a_file(client, id) -> None:
    def exported(**query):
        response = client.get(f"/api/conversations/{id}/export", params=query)
        assert response.status_code == 200
        return response

    word = exported(format="docx")
    assert 'attachment; filename="should-we' in word.headers["content-disposition"]
    assert any(DECISION in p.text for p in Document(io.BytesIO(word.content)).paragraphs)
    assert SECOND in exported(format="markdown").text
    assert SECOND not in exported(format="markdown", turn=1).text
    page = exported(format="html")
    assert page.headers.get_list("content-security-policy") == [REPORT_POLICY]
    assert client.get(f"/api/conversations/{id}/export?format=exe").status_code == 422
    assert client.get(f"/api/conversations/{id}/export?turn=9").status_code == 422


def test_a_deleted_conversation_is_gone(client, id) -> None:
    assert client.delete(f"/api/conversations/{id}").status_code == 204
    for gone in (client.get(f"/api/conversations/{id}"), client.delete(f"/api/conversations/{id}")):
        assert (gone.status_code, gone.json()["type"]) == (404, "urn:problem:unknown-conversation")
    assert client.get("/api/conversations").json() == {"conversations": []}


class As:
    """Stands in for the sign-on: says who asks by a header of the test."""

    def __init__(self, app) -> None:
        self.app = app

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] == "http":
            name = dict(scope["headers"]).get(b"x-test-user", b"nobody").decode()
            scope.setdefault("state", {})["user"] = User(name)
        await self.app(scope, receive, send)


def test_nobody_reaches_the_conversation_of_another(live, tmp_path) -> None:
    app: FastAPI = hotel_application(live, tmp_path)
    app.add_middleware(As)
    ann, bob = {"x-test-user": "ann"}, {"x-test-user": "bob"}
    with TestClient(app, base_url=HERE) as client:
        id = client.post("/api/ask", json={"question": DECISION, "save": True}, headers=ann).json()["conversation_id"]
        rating = {"conversation_id": id, "turn": 1, "thumb": "up"}
        tried = [
            client.get(f"/api/conversations/{id}", headers=bob),
            client.get(f"/api/conversations/{id}/export", headers=bob),
            client.patch(f"/api/conversations/{id}", json={"title": "Mine"}, headers=bob),
            client.delete(f"/api/conversations/{id}", headers=bob),
            client.post("/api/feedback", json=rating, headers=bob),
            client.post("/api/ask", json={"question": SECOND, "conversation_id": id}, headers=bob),
        ]
        assert [response.status_code for response in tried] == [404] * len(tried)
        assert client.get("/api/conversations", headers=bob).json() == {"conversations": []}
        assert client.get(f"/api/conversations/{id}", headers=ann).json()["title"] == DECISION
