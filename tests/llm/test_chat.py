"""The client against a server that fails in every way: words for the reader, in time, and few calls."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep

import model_server as fake
import pytest
from model_server import Behaviour, FakeServer

from assistant.errors import ModelError
from assistant.llm.chat import Chat, Limits
from assistant.llm.provider import open_chat
from assistant.settings import Settings

QUICK = Limits(first=0.6, stall=0.4, total=1.2)
KEY = "sk-CANARY-0123456789"

Serve = Callable[..., FakeServer]


def chat(url: str, **more: object) -> Chat:
    given = {"llm_model": "m", "llm_base_url": url, "llm_api_key": KEY, **more}
    return replace(open_chat(Settings.read({}, **given)), limits=QUICK)


def failure(model: Chat) -> tuple[ModelError, float]:
    """Return how a call fails, and after how many seconds."""
    started = monotonic()
    with pytest.raises(ModelError) as caught:
        list(model("system", "user"))
    return caught.value, monotonic() - started


def closed_port() -> str:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{one.getsockname()[1]}/v1"


def test_a_reply_comes_in_the_pieces_that_were_sent(serve: Serve) -> None:
    server = serve(fake.says("Keep ", "the ", "linen."))
    pieces = list(chat(server.url)("Be brief.", "What now?"))
    assert [p for p in pieces if p] == ["Keep ", "the ", "linen."]
    sent = server.requests[0]
    assert [m["content"] for m in sent["messages"]] == ["Be brief.", "What now?"]
    assert (sent["model"], sent["stream"], sent["temperature"], sent["max_tokens"]) == ("m", True, 0.0, 1200)
    assert "tools" not in sent
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"


FAILURES: dict[str, tuple[Behaviour, str, int]] = {
    "401": (fake.status(401, f"Incorrect API key provided: {KEY}"), "key", 1),
    "403": (fake.status(403), "key", 1),
    "404 model": (fake.status(404, "The model `m` does not exist"), "model", 1),
    "400": (fake.status(400, "temperature is not supported"), "request", 1),
    "400 overflow": (fake.status(400, "This model's maximum context length is 512 tokens"), "context", 1),
    "500 overflow": (fake.status(500, "the request exceeds the available context size"), "context", 1),
    "429": (fake.status(429), "rate", 2),
    "429, soon": (fake.status(429, retry_after="0.2"), "rate", 2),
    "429, much later": (fake.status(429, retry_after="120"), "rate", 1),
    "429, at a date": (fake.status(429, retry_after="Fri, 31 Dec 2099 23:59:59 GMT"), "rate", 1),
    "500": (fake.status(500), "server", 2),
    "503": (fake.status(503), "server", 2),
    "hang": (fake.hangs, "slow", 1),
    "stall": (fake.stalls, "slow", 1),
    "drip": (fake.drips, "slow", 1),
    "reset": (fake.breaks_off, "lost", 1),
    "clean early end": (fake.ends_early, "cut", 1),
    "malformed piece": (fake.malformed, "malformed", 1),
    "error piece": (fake.error_piece, "server", 1),
    "html": (fake.page, "malformed", 1),
    "no choices": (fake.no_choices, "cut", 1),
    "null choices": (fake.null_choices, "cut", 1),
    "empty": (fake.says_nothing, "empty", 1),
    "white space": (fake.says(" ", "\n"), "empty", 1),
    "out of room": (fake.says("Keep the", finish="length"), "length", 1),
    "filtered": (fake.says("Keep the", finish="content_filter"), "filtered", 1),
}


@pytest.mark.parametrize("name", FAILURES)
def test_each_failure_has_its_reason_in_time_and_few_calls(
    serve: Serve, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    behaviour, kind, hits = FAILURES[name]
    server = serve(behaviour)
    with caplog.at_level(logging.DEBUG):
        error, seconds = failure(chat(server.url))
    assert (error.kind, len(server.requests)) == (kind, hits)
    assert seconds < QUICK.total + 0.7
    assert error.hint
    told = f"{error!r} {error} {error.hint} {error.__cause__!r}"
    assert "CANARY" not in told + caplog.text


def test_a_server_that_is_not_there_is_told_so() -> None:
    error, seconds = failure(chat(closed_port()))
    assert error.kind == "refused"
    assert seconds < 3


def test_a_name_that_does_not_resolve_is_told_so() -> None:
    error, seconds = failure(chat("http://no-such-host.invalid/v1"))
    assert error.kind == "name"
    assert seconds < 3


@pytest.mark.parametrize("once", [fake.status(503), fake.status(429, retry_after="0.1"), fake.status(500)])
def test_a_failure_before_the_first_word_is_tried_again_once(serve: Serve, once: Behaviour) -> None:
    server = serve(once, fake.says("Ready."))
    assert "".join(chat(server.url)("s", "u")) == "Ready."
    assert len(server.requests) == 2


def test_while_nothing_comes_the_reader_can_leave(serve: Serve) -> None:
    server = serve(fake.hangs)
    model = replace(chat(server.url), limits=Limits())
    reply = model("s", "u")
    assert next(reply) == ""  # a pulse: whoever reads may stop here
    left = monotonic()
    reply.close()
    while not server.left_at:
        assert monotonic() - left < 1
        sleep(0.01)


def test_who_stops_reading_in_the_middle_ends_the_call(serve: Serve) -> None:
    server = serve(fake.stalls)
    reply = chat(server.url)("s", "u")
    assert next(piece for piece in reply if piece) == "Linen of sick "
    left = monotonic()
    reply.close()
    while not server.left_at:
        assert monotonic() - left < 1
        sleep(0.01)


def test_no_thread_is_left_behind(serve: Serve) -> None:
    server = serve(fake.says("Ready."))
    model = chat(server.url)
    list(model("s", "u"))
    before = threading.active_count()
    for _ in range(20):
        next(reply := model("s", "u"))
        reply.close()
    sleep(0.3)
    assert threading.active_count() <= before + 2  # connections of the server that are being closed


def test_three_failures_in_a_row_give_the_server_a_rest(serve: Serve) -> None:
    server = serve(fake.status(500))
    model = chat(server.url)
    kinds = [failure(model)[0].kind for _ in range(5)]
    assert kinds == ["server", "server", "server", "resting", "resting"]
    assert len(server.requests) == 4  # twice for the first question, then once each: it had just failed


def test_the_key_is_in_nothing_that_is_shown(serve: Serve, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(KEY + "\n", "utf-8")
    server = serve(fake.says("Ready."))
    settings = Settings.read({}, llm_model="m", llm_base_url=server.url, llm_api_key_file=file)
    model = open_chat(settings)
    list(model("s", "u"))
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"
    shown = [
        repr(model),
        str(model),
        repr(settings),
        settings.model_dump_json(),
        repr(Settings.read({}, llm_api_key=KEY)),
    ]
    assert all("CANARY" not in text for text in shown)
