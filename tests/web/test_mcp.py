"""The tools, as the protocol's own client calls them: over HTTP and over standard input and output."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from mcp import Client, StdioServerParameters, stdio_client
from serving import HERE, awaited

from assistant.settings import Settings

DECISION = "Should we outsource the laundry of our hotel?"


def talk(to: Any, say: Callable[[Client], Awaitable[Any]]) -> Any:
    """Connect a client, have it say something, and return what it was told."""

    async def connected() -> Any:
        async with Client(to) as client:
            return await say(client)

    return awaited(connected())


def call(address: str, tool: str, **arguments: Any) -> Any:
    return talk(f"{address}/mcp", lambda client: client.call_tool(tool, arguments))


def test_the_client_of_the_sdk_gets_a_cited_answer(served) -> None:
    result = call(served, "ask", question=DECISION)
    answer = result.structured_content
    assert not result.is_error
    assert answer["status"] == "answered"
    assert answer["citations"][0]["quote"]
    assert "[1]" in result.content[0].text
    assert answer["citations"][0]["quote"] in result.content[0].text


def test_the_tools_say_what_they_take_and_give_and_that_they_only_read(served) -> None:
    listed = talk(f"{served}/mcp", lambda client: client.list_tools()).tools
    assert {tool.name for tool in listed} == {"ask", "search", "get_document"}
    for tool in listed:
        assert tool.description
        assert tool.annotations.read_only_hint is True
        assert tool.annotations.open_world_hint is False
        assert tool.output_schema["properties"]
        assert tool.input_schema["required"]


def test_a_follow_up_is_read_in_its_history(served) -> None:
    history = [{"role": "user", "text": DECISION}, {"role": "assistant", "text": "Yes."}]
    told = call(served, "ask", question="And what about the towels?", history=history).structured_content
    assert told["query"] != "And what about the towels?"


def test_a_hit_leads_to_the_text_around_it(served) -> None:
    hit = call(served, "search", question="lost towels", k=1).structured_content["hits"][0]
    place = {"document_id": hit["document_id"], "start": hit["start"], "end": hit["end"]}
    assert call(served, "get_document", **place).structured_content["text"] == hit["text"]
    whole = call(served, "get_document", document_id=hit["document_id"]).structured_content
    assert whole["end"] == whole["characters"] == len(whole["text"])


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("get_document", {"document_id": "../../etc/passwd"}, "no document of this id"),
        ("get_document", {"document_id": "guidance/laundry.md", "start": 10**6}, "start before end"),
        ("ask", {"question": " "}, "holds no words"),
        ("ask", {"question": "x" * 8001}, "8000"),
        ("search", {"question": "x", "k": 0}, "greater than or equal to 1"),
    ],
)
def test_what_cannot_be_done_is_told_in_words(served, tool, arguments, words) -> None:
    result = call(served, tool, **arguments)
    assert result.is_error
    assert words in result.content[0].text


INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"host": "evil.test"}, 403),
        ({"host": "127.0.0.1.evil.test:80"}, 403),
        ({"origin": "http://evil.test"}, 403),
        ({"content-type": "text/plain"}, 400),
    ],
)
def test_a_page_of_another_host_cannot_call_the_tools(served, headers, status) -> None:
    accepted = {"accept": "application/json, text/event-stream"}
    response = httpx.post(f"{served}/mcp", json=INITIALIZE, headers=accepted | headers)
    assert response.status_code == status
    assert response.headers["x-content-type-options"] == "nosniff"


def test_a_server_that_is_not_running_says_so(hotel_app) -> None:
    from fastapi.testclient import TestClient

    from assistant.web.server import create_app

    idle = create_app(hotel_app.state.live, Settings.read({}))
    assert TestClient(idle, base_url=HERE).post("/mcp", json=INITIALIZE).status_code == 503


def test_the_tools_answer_over_standard_input_and_output(alone) -> None:
    command = ["-m", "assistant.cli", "mcp", "--corpus", str(alone.corpus), "--index", str(alone.index)]
    given = StdioServerParameters(command=sys.executable, args=command, env=alone.environment(), cwd=alone.folder)
    result = talk(stdio_client(given), lambda client: client.call_tool("ask", {"question": DECISION}))
    assert result.structured_content["status"] == "answered"
    assert result.structured_content["citations"]
    assert alone.attempts == ""
