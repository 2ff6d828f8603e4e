import json
import threading
import time

import httpx
import pytest
from fastapi.testclient import TestClient
from kitchen import Kitchen
from serving import HERE, events, hotel_application, serving

from assistant.payload import answer_payload
from assistant.settings import Settings
from assistant.web.schemas_answer import SavedAnswer
from assistant.web.server import create_app

ANSWERED = "Which temperature is linen of sick guests washed at?"
DECISION = "Should we outsource the laundry of our hotel?"


def ask(client, question: str, **more):
    response = client.post("/api/ask", json={"question": question, **more})
    assert response.status_code == 200, response.text
    return response.json()


def untimed(payload: dict) -> dict:
    return {name: value for name, value in payload.items() if name != "seconds"}


# --- the whole answer ---------------------------------------------------------------------


def test_the_answer_is_the_object_of_the_command(hotel_api, live) -> None:
    expected = json.loads(json.dumps(answer_payload(live.ask(ANSWERED), live.info())))
    assert untimed(ask(hotel_api, ANSWERED)) == untimed(expected)


def test_every_quote_is_an_exact_slice_of_the_document_that_the_api_shows(hotel_api) -> None:
    answer = ask(hotel_api, DECISION)
    assert answer["citations"]
    for cited in answer["citations"]:
        document = hotel_api.get(f"/api/documents/{cited['document_id']}").json()
        assert document["text"][cited["start"] : cited["end"]] == cited["quote"]


def test_a_follow_up_is_read_in_its_history(hotel_api) -> None:
    history = [{"role": "user", "text": DECISION}, {"role": "assistant", "text": "Yes."}]
    assert ask(hotel_api, "And what about the towels?", history=history)["query"] != "And what about the towels?"


@pytest.mark.parametrize(
    ("filters", "kept"),
    [
        ({"documents": ["articles/linen.md"]}, {"articles/linen.md"}),
        ({"kinds": ["article"]}, {"articles/linen.md"}),
        ({"topics": ["Laundry"]}, {"guidance/laundry.md"}),
        ({"kinds": ["guidance"], "topics": ["catering"]}, {"guidance/kitchen.md"}),
    ],
)
def test_a_filtered_question_is_answered_from_that_part_alone(hotel_api, filters, kept) -> None:
    answer = ask(hotel_api, "What is the most frequent quarrel with an outside laundry?", filters=filters)
    assert {hit["document_id"] for hit in answer["evidence"]} <= kept
    assert answer["evidence"]
    assert [hit["rank"] for hit in answer["evidence"]] == list(range(1, len(answer["evidence"]) + 1))


def test_a_filter_for_a_document_that_is_not_there_is_told(hotel_api) -> None:
    response = hotel_api.post("/api/ask", json={"question": ANSWERED, "filters": {"documents": ["none.md"]}})
    assert (response.status_code, response.json()["type"]) == (404, "urn:problem:unknown-document")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"question": ""},
        {"question": " \u200b\n"},
        {"question": "x" * 8001},
        {"question": 7},
        {"question": "a", "k": 3},
        {"question": "a", "history": "b"},
        {"question": "a", "history": [{"role": "system", "text": "b"}]},
        {"question": "a", "history": [], "conversation_id": "c"},
        {"question": "a", "facts": [{"name": "colour", "value": "red"}]},
        {"question": "a", "filters": {"kinds": []}},
        [],
    ],
)
def test_a_question_that_cannot_be_asked_is_refused_with_the_reason(hotel_api, body) -> None:
    response = hotel_api.post("/api/ask", json=body)
    assert response.status_code == 422
    assert response.json()["detail"]
    assert response.json()["hint"]


# --- kept ---------------------------------------------------------------------------------


def test_nothing_is_kept_unless_it_is_asked_for(hotel_api) -> None:
    before = hotel_api.get("/api/conversations").json()
    assert "conversation_id" not in ask(hotel_api, ANSWERED)
    assert hotel_api.get("/api/conversations").json() == before


def test_a_kept_conversation_goes_on_by_its_id(hotel_api) -> None:
    first = ask(hotel_api, DECISION, save=True)
    second = ask(hotel_api, "And what about the towels?", conversation_id=first["conversation_id"])
    assert (first["turn"], second["turn"]) == (1, 2)
    assert second["conversation_id"] == first["conversation_id"]
    assert second["query"] != "And what about the towels?"
    assert {"conversation_id", "turn"} <= SavedAnswer.model_fields.keys()


def test_an_answer_that_cannot_be_kept_is_given_all_the_same(live, tmp_path) -> None:
    (tmp_path / "records.sqlite").mkdir()  # where a file should be
    with TestClient(hotel_application(live, tmp_path), base_url=HERE) as client:
        answer = ask(client, ANSWERED, save=True)
    assert answer["status"] == "answered"
    assert answer["not_kept"]
    assert "conversation_id" not in answer


# --- part by part -------------------------------------------------------------------------


def test_the_stream_tells_every_step_and_ends_with_the_answer(hotel_api) -> None:
    response = hotel_api.post("/api/ask/stream", json={"question": DECISION})
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["x-accel-buffering"] == "no"
    told = events(response.text)
    names = [name for name, _ in told]
    assert names[:2] == ["query", "evidence"]
    assert names[-1] == "answer"
    assert set(names[2:-1]) == {"sentence"}
    sentences, answer = [data for name, data in told if name == "sentence"], told[-1][1]
    assert [s["text"] for s in sentences] == [s["text"] for s in answer["sentences"]]
    by_number = {c["number"]: c for c in answer["citations"]}
    assert all(cited == by_number[cited["number"]] for s in sentences for cited in s["cited"])
    assert untimed(answer) == untimed(ask(hotel_api, DECISION))


def test_a_streamed_answer_is_kept_too(hotel_api) -> None:
    told = events(hotel_api.post("/api/ask/stream", json={"question": DECISION, "save": True}).text)
    id = told[-1][1]["conversation_id"]
    assert hotel_api.get(f"/api/conversations/{id}").json()["turns"][0]["question"] == DECISION


@pytest.mark.parametrize(("question", "status"), [("no index", 503), ("crash", 500)])
def test_what_fails_before_a_word_is_said_has_its_status(kitchen_api, question: str, status: int) -> None:
    response = kitchen_api.post("/api/ask/stream", json={"question": question})
    assert response.status_code == status
    assert "/etc/kitchen" not in response.text


class Stumbling(Kitchen):
    def stream(self, question, conversation=None):
        yield from list(super().stream(question))[:3]
        raise RuntimeError("secret detail /etc/kitchen")


def test_what_fails_later_ends_the_stream_with_an_error(tmp_path) -> None:
    with TestClient(create_app(Stumbling(), Settings.read({}, data=tmp_path)), base_url=HERE) as client:
        told = events(client.post("/api/ask/stream", json={"question": "Should we?"}).text)
    name, problem = told[-1]
    assert name == "error"
    assert problem["status"] == 500
    assert problem["request_id"]
    assert "/etc/kitchen" not in json.dumps(problem)


class Endless(Kitchen):
    def __init__(self) -> None:
        super().__init__()
        self.said, self.ended = 0, threading.Event()

    def stream(self, question, conversation=None):
        answer = self._decision(question)
        yield answer.evidence.query
        try:
            while True:
                time.sleep(0.02)
                self.said += 1
                yield answer.sentences[0]
        finally:
            self.ended.set()


def test_a_reader_who_leaves_ends_the_work(tmp_path) -> None:
    kitchen = Endless()
    app = create_app(kitchen, Settings.read({}, data=tmp_path, at_once=1))
    for address in serving(app):
        with httpx.stream("POST", f"{address}/api/ask/stream", json={"question": "Should we?"}) as response:
            lines = response.iter_lines()
            assert next(lines) == "event: query"
        assert kitchen.ended.wait(5)
        said = kitchen.said
        time.sleep(0.2)
        assert kitchen.said == said
        free = httpx.get(f"{address}/api/metrics").text
        assert "assistant_questions_in_flight 0.0" in free


def test_one_question_too_many_is_told_to_come_back(tmp_path) -> None:
    app = create_app(Endless(), Settings.read({}, data=tmp_path, at_once=1, waiting=0))
    for address in serving(app):
        with httpx.stream("POST", f"{address}/api/ask/stream", json={"question": "Should we?"}) as response:
            lines = response.iter_lines()  # held, for letting go of it would close the stream
            assert next(lines) == "event: query"
            for path, body in (("/api/ask", {"question": "Should we?"}), ("/api/search", {"question": "soup"})):
                refused = httpx.post(f"{address}{path}", json=body)
                assert (refused.status_code, refused.json()["type"]) == (503, "urn:problem:busy")
                assert int(refused.headers["retry-after"]) > 0
        assert 'assistant_refused_requests_total{problem="busy"} 2.0' in httpx.get(f"{address}/api/metrics").text


# --- searching ----------------------------------------------------------------------------


def test_a_search_gives_the_nearest_passages(hotel_api) -> None:
    found = hotel_api.post("/api/search", json={"question": "lost towels", "k": 2}).json()
    assert len(found["hits"]) == 2
    assert "towels" in found["hits"][0]["text"]
    assert [hit["rank"] for hit in found["hits"]] == [1, 2]


@pytest.mark.parametrize("way", ["/api/ask", "/api/ask/stream"])
def test_an_answer_that_takes_too_long_is_refused_with_when_to_come_back(tmp_path, way: str) -> None:
    class Hanging(Kitchen):
        def stream(self, question, conversation=None):
            time.sleep(1)
            yield from super().stream(question)

    app = create_app(Hanging(), Settings.read({}, data=tmp_path, answer_seconds=0.1))
    with TestClient(app, base_url=HERE) as client:
        told = client.post(way, json={"question": "How long is the notice?"})
    assert (told.status_code, told.json()["type"], told.headers["retry-after"]) == (503, "urn:problem:too-slow", "10")
