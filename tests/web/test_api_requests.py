import io
import json
import logging

import pytest
from kitchen import Kitchen
from serving import HERE

from assistant.settings import Settings
from assistant.web import api_logs
from assistant.web.api_requests import CURRENT, access

QUESTION = "How long was the notice of the first caterer?"


@pytest.fixture
def lines():
    """What is written to the log while the test runs, one JSON object a line."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(api_logs.JsonLines())
    before = access.level
    access.setLevel(logging.INFO)
    logging.getLogger("assistant").addHandler(handler)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    logging.getLogger("assistant").removeHandler(handler)
    access.setLevel(before)


@pytest.mark.parametrize("given", ["abc", "A-1_b.c", "x" * 64])
def test_a_sane_id_of_the_caller_is_kept(hotel_api, given: str) -> None:
    assert hotel_api.get("/api/health", headers={"x-request-id": given}).headers.get_list("x-request-id") == [given]


@pytest.mark.parametrize("given", ["", "x" * 65, "a b", "<b>", "é".encode(), "../x", "-x", 'a"b'])
def test_any_other_id_is_replaced(hotel_api, given) -> None:
    ids = hotel_api.get("/api/health", headers={"x-request-id": given}).headers.get_list("x-request-id")
    assert len(ids) == 1
    assert ids[0] != given
    assert len(ids[0]) == 32


def test_every_request_is_one_line_without_the_question(kitchen_api, lines) -> None:
    kitchen_api.post("/api/ask", json={"question": QUESTION}, headers={"x-request-id": "r1"})
    kitchen_api.get("/api/conversations/s3cret?search=s3cret")
    asked, read = lines()
    assert {asked["method"], asked["route"], asked["status"], asked["request_id"]} == {"POST", "/api/ask", 200, "r1"}
    assert (asked["answer_status"], asked["answer_form"], asked["answer_mode"]) == ("answered", "fact", "extractive")
    assert asked["seconds"] >= 0
    assert (read["route"], read["status"]) == ("/api/conversations/{id}", 404)
    assert "s3cret" not in json.dumps([asked, read])
    assert "caterer" not in json.dumps([asked, read])


def test_the_question_is_logged_if_it_is_to_be(tmp_path, lines) -> None:
    from fastapi.testclient import TestClient

    from assistant.web.server import create_app

    settings = Settings.read({}, data=tmp_path, log_questions="true")
    client = TestClient(create_app(Kitchen(), settings), base_url=HERE)
    client.post("/api/ask", json={"question": QUESTION + '\r\n{"status": 1}'})
    (line,) = lines()
    assert line["question"].startswith(QUESTION)


def test_a_crash_is_logged_once_with_its_request(kitchen_api, lines) -> None:
    kitchen_api.post("/api/ask", json={"question": "crash"}, headers={"x-request-id": "r2"})
    errors = [line for line in lines() if line["level"] == "error"]
    assert [line["request_id"] for line in errors] == ["r2"]
    assert "RuntimeError" in errors[0]["error"]
    assert CURRENT.get() == ""


def test_a_line_of_the_log_is_one_line_whatever_it_says() -> None:
    record = logging.LogRecord("x", logging.WARNING, "", 0, "a\nb\x1b[31m\u2028", (), None)
    written = api_logs.JsonLines().format(record)
    assert written.isascii()
    assert written.isprintable()
    assert json.loads(written)["message"] == "a\nb\x1b[31m\u2028"


def test_what_the_page_asks_has_one_name_in_the_figures(hotel_api) -> None:
    hotel_api.get("/gradio_api/heartbeat/s3cret")
    figures = hotel_api.get("/api/metrics").text
    assert 'route="page"' in figures
    assert "s3cret" not in figures


def test_more_questions_are_worked_on_where_a_language_model_is_waited_for() -> None:
    assert Settings.read({}).places == 2
    assert Settings.read({}, llm_model="m", llm_base_url="http://127.0.0.1:9/v1").places == 8
    assert Settings.read({}, at_once=5).places == 5
