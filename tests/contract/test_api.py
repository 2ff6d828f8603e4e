"""docs/api.md names every route, field, event, problem, figure and tool; the description shows what is answered."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from kitchen import Kitchen
from prometheus_client.parser import text_string_to_metric_families
from serving import awaited

from assistant.payload import answer_payload
from assistant.settings import Settings
from assistant.web import mcp
from assistant.web.api_ask import EVENTS
from assistant.web.problems import KINDS
from assistant.web.schemas import AskBody
from assistant.web.schemas_answer import AnswerOut
from assistant.web.server import create_app, make_parts

DOCS = (Path(__file__).parents[2] / "docs" / "api.md").read_text("utf-8")
APP = create_app(Kitchen(), Settings.read({}))
PATHS = APP.openapi()["paths"]
ROUTES = [(method.upper(), path) for path, methods in PATHS.items() for method in methods]


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_every_route_is_documented_with_an_example(method: str, path: str) -> None:
    assert f"| `{method} {path}` |" in DOCS
    example = re.escape(path).replace(re.escape("{id}"), r"[\w-]+").replace(re.escape("{document_id}"), r"[\w./-]+")
    assert re.search(rf"http://127\.0\.0\.1:7860{example}(?=[\s'?])", DOCS)


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_every_route_describes_what_it_answers_and_how_it_fails(method: str, path: str) -> None:
    operation = PATHS[path][method.lower()]
    assert operation["summary"]
    assert operation["description"]
    told = set(operation["responses"])
    assert told & {"200", "204"}
    assert {"401", "403", "429", "500", "503"} <= told
    if "requestBody" in operation:
        assert {"400", "413", "415"} <= told


def test_no_route_is_documented_that_does_not_exist() -> None:
    named = re.findall(r"^\| `(\w+) (/\S+)` \|", DOCS, re.MULTILINE)
    assert set(named) == set(ROUTES)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_problem_is_documented_with_its_status(kind) -> None:
    row = next(line for line in DOCS.splitlines() if re.match(rf"\| .*`{kind.name}`", line))
    assert f" | {kind.status} | " in row


@pytest.mark.parametrize("field", AskBody.model_fields)
def test_every_field_of_a_question_is_documented(field: str) -> None:
    assert f"| `{field}` |" in DOCS


def test_every_event_of_the_stream_is_documented() -> None:
    for event in ("query", "evidence", "sentence", "notice", "answer", "error"):
        assert f"| `{event}` |" in DOCS
        assert f"`{event}`" in EVENTS


def test_every_figure_is_documented() -> None:
    parts = make_parts(Kitchen(), Settings.read({}))
    for family in text_string_to_metric_families(parts.metrics.text(parts.live.info()).decode()):
        assert re.search(rf"`{family.name}(_total)?`", DOCS), family.name


def test_every_tool_is_documented_with_what_it_takes() -> None:
    tools = awaited(mcp.mcp_server(make_parts(Kitchen(), Settings.read({}))).list_tools())
    for tool in tools:
        row = next(line for line in DOCS.splitlines() if line.startswith(f"| `{tool.name}` |"))
        assert all(f"`{name}`" in row for name in tool.input_schema["properties"])


@pytest.mark.parametrize("question", ["Should we?", "How do they differ?", "How is the weather?", "which one?"])
def test_an_answer_has_the_fields_that_are_described(question: str) -> None:
    payload = answer_payload(Kitchen().ask(question), Kitchen().info())
    assert payload.keys() == AnswerOut.model_fields.keys()
    assert AnswerOut.model_validate(payload).model_dump(exclude_unset=True) == payload
