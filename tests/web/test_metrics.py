from fastapi.testclient import TestClient
from kitchen import Kitchen
from prometheus_client.parser import text_string_to_metric_families
from serving import HERE

from assistant.settings import Settings
from assistant.types import Conversation
from assistant.web.metrics import Metrics
from assistant.web.server import create_app


def figures(client: TestClient) -> dict[tuple[str, ...], float]:
    """Return each figure by its name and labels."""
    response = client.get("/api/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=")
    families = text_string_to_metric_families(response.text)
    return {(s.name, *sorted(s.labels.values())): s.value for family in families for s in family.samples}


def test_answers_are_counted_by_how_they_came_out(kitchen_api) -> None:
    for question in ("Should we?", "Should we?", "How is the weather?"):
        kitchen_api.post("/api/ask", json={"question": question})
    kitchen_api.post("/api/ask/stream", json={"question": "Should we?"})
    found = figures(kitchen_api)
    assert found["assistant_answers_total", "answered", "decision", "extractive"] == 3
    assert found["assistant_answers_total", "abstained", "extractive", "fact"] == 1
    assert found["assistant_requests_total", "/api/ask", "200", "POST"] == 3
    assert found["assistant_request_seconds_count", "/api/ask"] == 3
    assert found["assistant_answer_seconds_count", "total"] == 4
    assert found["assistant_index", "g1", "none"] == 1
    assert found["assistant_index_documents",] == 3
    assert found["assistant_questions_in_flight",] == 0


def test_questions_of_the_page_are_counted_too(tmp_path) -> None:
    app = create_app(Kitchen(), Settings.read({}, data=tmp_path))
    list(app.state.live.stream("Should we?", Conversation()))
    found = figures(TestClient(app, base_url=HERE))
    assert found["assistant_answers_total", "answered", "decision", "extractive"] == 1


def test_refusals_are_counted_by_their_kind(kitchen_api) -> None:
    kitchen_api.get("/api/nothing")
    kitchen_api.post("/api/ask", json={})
    found = figures(kitchen_api)
    assert found["assistant_refused_requests_total", "nothing-here"] == 1
    assert found["assistant_refused_requests_total", "invalid"] == 1


def test_two_applications_count_apart() -> None:
    first, second = Metrics(), Metrics()
    first.request("GET", "/a", 200, 0.1)
    index = {"generation": "g", "embedding_model": "m", "documents": 1, "passages": 2}
    assert b'route="/a"' in first.text(index)
    assert b'route="/a"' not in second.text(index)


def test_a_made_up_method_makes_no_new_figure(kitchen_api) -> None:
    kitchen_api.request("BREW", "/api/ask")
    assert not any("BREW" in labels for labels in figures(kitchen_api))
