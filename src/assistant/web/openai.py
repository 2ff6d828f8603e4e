"""The assistant as a model of the OpenAI protocol, for chat clients and client libraries.

The text is sent when every sentence of it is checked, so nothing that was streamed is withdrawn.
"""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from time import time
from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Request, Response

from assistant.errors import AssistantError, BadInput
from assistant.markdown import escape, to_markdown
from assistant.text import MOST_CHARACTERS, strip_invisible
from assistant.types import Answer, Citation, Conversation, Span, Turn
from assistant.web import problems, sse
from assistant.web.api_ask import json_response, note
from assistant.web.api_audit import audited
from assistant.web.api_body import JsonRoute
from assistant.web.api_documents import address
from assistant.web.api_parts import Parts
from assistant.web.identity import Asker
from assistant.web.openai_schemas import (
    MODEL,
    ChatBody,
    ChatMessage,
    Completion,
    ModelOut,
    ModelsOut,
    documented_errors,
)
from assistant.web.problems import NO_MODEL, Refused

log = logging.getLogger(__name__)

SOURCES = "\n\n**Sources**\n\n"
"""Stands between the answer and the list of its sources."""

_MARK = re.compile(r"(?<!\\)\[(\d+)\]")

ERRORS = documented_errors(401, 403, 404, 429, 500, 503)
OF_BODIES = documented_errors(400, 413, 415)


def router(parts: Parts) -> APIRouter:
    """Return the routes of the protocol."""
    routes = APIRouter(prefix="/v1", tags=["OpenAI"], route_class=JsonRoute)
    model = {"id": MODEL, "object": "model", "created": int(time()), "owned_by": "assistant"}

    @routes.get("/models", summary="List the models", responses={200: {"model": ModelsOut}, **ERRORS})
    async def models() -> Response:
        """Return the one model there is."""
        return json_response({"object": "list", "data": [model]})

    @routes.get("/models/{id}", summary="Describe a model", responses={200: {"model": ModelOut}, **ERRORS})
    async def one_model(id: str) -> Response:
        """Return the model of this name."""
        _check_model(id)
        return json_response(model)

    @routes.post(
        "/chat/completions",
        summary="Answer the last message",
        responses={200: {"model": Completion, "content": {"text/event-stream": {}}}, **ERRORS, **OF_BODIES},
    )
    async def complete(body: ChatBody, asker: Asker, request: Request) -> Response:
        """Answer the last message of the user, with citations in the text and as annotations."""
        _check_model(body.model)
        question, conversation = conversation_of(body.messages)
        reply = _Reply(parts, asker.name, str(request.base_url).rstrip("/"), body, request)
        if not body.stream:
            return json_response(await reply.whole(await parts.desk.answer(question, conversation)))
        steps = parts.desk.steps(question, conversation)
        await anext(steps)  # what fails before anything is said is told with its status
        return sse.stream(reply.pieces(steps))

    return routes


def conversation_of(messages: Sequence[ChatMessage]) -> tuple[str, Conversation]:
    """Return the question and what was said before it. Raises BadInput where nobody asks anything."""
    last = next((n for n, m in reversed(list(enumerate(messages))) if m.role == "user" and m.text.strip()), None)
    question = strip_invisible(messages[last].text).strip() if last is not None else ""
    if not question:
        raise BadInput("no message of the user asks anything", hint="Send a message with the role user and a text.")
    if len(question) > MOST_CHARACTERS:
        raise BadInput(
            f"the question has {len(question):,} characters", hint=f"At most {MOST_CHARACTERS:,} can be asked."
        )
    turns: list[Turn] = []
    for message in messages[:last]:
        text = strip_invisible(message.text)
        if message.role == "user":
            turns.append(Turn(text))
        elif message.role == "assistant" and turns:
            said = f"{turns[-1].answer_text}\n{text.split(SOURCES)[0]}".strip()
            turns[-1] = Turn(turns[-1].question, answer_text=said)
    return question, Conversation(tuple(turns))


def message_of(answer: Answer, base: str) -> tuple[str, list[dict[str, Any]]]:
    """Return the text with the list of its sources, and the annotations of its marks.

    Args:
        answer: what is told.
        base: the address of the server, without a slash at its end.
    """
    text = to_markdown(answer)
    by_number = {c.number: c for c in answer.citations}
    annotations = [
        _annotation(match, by_number[int(match[1])], base)
        for match in _MARK.finditer(text)
        if int(match[1]) in by_number
    ]
    listed = [f"- [{c.number}] [{escape(_title(c))}]({_link(c, base)})" for c in answer.citations]
    return (text + SOURCES + "\n".join(listed) if listed else text), annotations


@dataclass(frozen=True, slots=True)
class _Reply:
    """What is sent in answer to one request."""

    parts: Parts
    owner: str
    base: str
    body: ChatBody
    request: Request

    async def whole(self, answer: Answer) -> dict[str, Any]:
        """Return the completion."""
        await self._noted(answer)
        text, annotations = message_of(answer, self.base)
        message = {"role": "assistant", "content": text, "refusal": None, "annotations": annotations}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        return {**self._head("chat.completion"), "choices": [choice], "usage": self._usage(text)}

    async def pieces(self, steps: AsyncGenerator[Any, None]) -> AsyncGenerator[bytes, None]:
        """Yield the completion in pieces: paragraphs, then the annotations, then the end."""
        head = self._head("chat.completion.chunk")
        piece = partial(self._piece, head)
        try:
            yield piece({"role": "assistant", "content": ""})
            async with aclosing(steps):
                *_, answer = [step async for step in steps]
            await self._noted(answer)
            text, annotations = message_of(answer, self.base)
            for part in paragraphs(text):
                yield piece({"content": part})
            if annotations:
                yield piece({"annotations": annotations})
            yield piece({}, finish="stop")
            if self._wants_usage:
                yield sse.event({**head, "choices": [], "usage": self._usage(text)})
        except AssistantError as error:
            yield sse.event(problems.openai_error(problems.of_error(self.request, error)))
        except Exception:
            log.exception("a question could not be answered")
            yield sse.event(problems.openai_error(problems.failure(self.request)))
        yield b"data: [DONE]\n\n"

    async def _noted(self, answer: Answer) -> None:
        note(self.request, answer)
        await audited(self.parts, self.owner, answer)

    @property
    def _wants_usage(self) -> bool:
        options = self.body.stream_options
        return bool(options and options.include_usage)

    def _piece(self, head: dict[str, Any], delta: dict[str, Any], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return sse.event({**head, "choices": [choice], **({"usage": None} if self._wants_usage else {})})

    def _head(self, kind: str) -> dict[str, Any]:
        generation = str(self.parts.live.info()["generation"])
        return {
            "id": f"chatcmpl-{uuid4().hex}",
            "object": kind,
            "created": int(time()),
            "model": MODEL,
            "system_fingerprint": generation,
        }

    def _usage(self, text: str) -> dict[str, int]:
        count = self.parts.live.embedder.tokens
        prompt, completion = sum(count(m.text) for m in self.body.messages), count(text)
        return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


def paragraphs(text: str) -> Iterator[str]:
    """Yield the text in pieces that make it up, each with the white space behind it."""
    for match in re.finditer(r".+?(?:\n{2,}|\Z)", text, re.DOTALL):
        yield match[0]


def _check_model(name: str) -> None:
    if name != MODEL:
        raise Refused(NO_MODEL, "There is no model of this name", hint=f"The model is {MODEL}.")


def _annotation(match: re.Match[str], citation: Citation, base: str) -> dict[str, Any]:
    place = {"start_index": match.start(), "end_index": match.end()}
    return {
        "type": "url_citation",
        "url_citation": {**place, "title": _title(citation), "url": _link(citation, base)},
    }


def _title(citation: Citation) -> str:
    return " › ".join((citation.passage.title, *citation.passage.headings))


def _link(citation: Citation, base: str) -> str:
    return base + address(citation.passage.document_id, Span(citation.quote.start, citation.quote.end))
