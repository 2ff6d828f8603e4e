"""Asking and searching over HTTP: the whole answer at once, or each part as it is ready."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic_core import to_json

from assistant.errors import AssistantError, BadInput, RecordsUnavailable
from assistant.payload import answer_payload, citation_payload, hit_payload, search_payload, sentence_payload
from assistant.types import Answer, Conversation, Evidence, Notice, Passage, Query, Sentence, Step, Turn
from assistant.web import problems, sse
from assistant.web.api_audit import audited
from assistant.web.api_body import JsonRoute
from assistant.web.api_parts import Parts
from assistant.web.identity import Asker, User
from assistant.web.problems import NO_CONVERSATION, NO_DOCUMENT, documented
from assistant.web.schemas import AskBody, Filters, SearchBody, conversation_of
from assistant.web.schemas_answer import SavedAnswer, SearchOut

if TYPE_CHECKING:
    from assistant.build import Keep, LiveAssistant

log = logging.getLogger(__name__)

OF_ASKING = problems.OF_BODIES | documented(NO_CONVERSATION, NO_DOCUMENT)

EVENTS = """\
Server-sent events, each with a JSON object: `query` (`question`, `query`), `evidence` (`hits`), `sentence` (a sentence
and its `cited` quotes), `notice` (`text`; with `restart`, drop the sentences so far), `answer` (as of `/api/ask`), and
`error` (a problem) where the work fails. Comments keep the connection open."""


def router(parts: Parts) -> APIRouter:
    """Return the routes that ask and search."""
    routes = APIRouter(prefix="/api", tags=["ask"], route_class=JsonRoute)

    @routes.post("/ask", summary="Ask a question", responses={200: {"model": SavedAnswer}, **OF_ASKING})
    async def ask(body: AskBody, asker: Asker, request: Request) -> Response:
        """Answer a question, with the quotes that carry each sentence."""
        asking = await _prepared(parts, body, asker)
        answer = await parts.desk.answer(body.question, asking.conversation, keep=asking.keep)
        note(request, answer)
        return json_response(await _finished(parts, asking, answer))

    @routes.post(
        "/ask/stream",
        summary="Ask a question and get each part as it is ready",
        responses={200: {"description": EVENTS, "content": {"text/event-stream": {}}}, **OF_ASKING},
        response_class=Response,
    )
    async def ask_stream(body: AskBody, asker: Asker, request: Request) -> Response:
        """Answer a question part by part; leaving ends the work."""
        asking = await _prepared(parts, body, asker)
        steps = parts.desk.steps(body.question, asking.conversation, keep=asking.keep)
        first = await anext(steps)  # what fails before anything is said is told with its status
        return sse.stream(_events(parts, asking, first, steps, request))

    @routes.post("/search", summary="Search the corpus", responses={200: {"model": SearchOut}, **problems.OF_BODIES})
    async def search(body: SearchBody) -> Response:
        """Return the passages nearest to a question, best first."""
        conversation = conversation_of(body.history)
        found = await parts.desk.work(lambda: parts.live.search(body.question, body.k, conversation))
        return json_response(search_payload(*found))

    return routes


def json_response(value: Mapping[str, Any]) -> Response:
    """Return plain data as a response."""
    return Response(to_json(value), media_type="application/json")


def note(request: Request, answer: Answer) -> None:
    """Have the log's line of this request say how it was answered, not what was asked."""
    query = answer.evidence.query
    request.state.noted = {
        "status": answer.status,
        "form": answer.form,
        "mode": answer.mode,
        "question": query.question,
    }


@dataclass(frozen=True, slots=True)
class _Asking:
    """A question that is ready to be asked."""

    body: AskBody
    owner: str
    conversation: Conversation
    keep: Keep | None


async def _prepared(parts: Parts, body: AskBody, asker: User) -> _Asking:
    """Return the question with its conversation and filter. Raises an AssistantError for what does not fit."""
    if body.conversation_id is not None and body.history is not None:
        raise BadInput("both a conversation and a history are given", hint="Send one of them.")
    conversation = conversation_of(body.history, body.facts)
    if body.conversation_id is not None:
        id = body.conversation_id
        kept = (await run_in_threadpool(parts.records.get, asker.name, id)).conversation
        conversation = replace(kept, facts=conversation.facts) if body.facts is not None else kept
    keep = await run_in_threadpool(keeper, parts.live, body.filters) if body.filters else None
    return _Asking(body, asker.name, conversation, keep)


def keeper(live: LiveAssistant, filters: Filters) -> Keep:
    """Return what says whether a passage lies in the chosen part. Raises UnknownDocument."""
    documents = frozenset(filters.documents or ())
    for id in documents:
        live.document(id)
    kinds = frozenset(filters.kinds or ())
    topics = frozenset(topic.casefold() for topic in filters.topics or ())

    def keep(passage: Passage) -> bool:
        if (documents and passage.document_id not in documents) or (kinds and passage.kind not in kinds):
            return False
        return not topics or any(t.casefold() in topics for t in live.document(passage.document_id).topics)

    return keep


async def _finished(parts: Parts, asking: _Asking, answer: Answer) -> dict[str, Any]:
    """Return the answer as plain data, kept if it was asked to be; one that cannot be kept is given all the same."""
    index = parts.live.info()
    payload = answer_payload(answer, index)
    if asking.body.kept:
        conversation = asking.conversation.with_turn(Turn(asking.body.question, answer))
        save, id = parts.records.save_turn, asking.body.conversation_id
        try:
            kept = await run_in_threadpool(save, asking.owner, id, conversation, index=index)
            payload |= {"conversation_id": kept.id, "turn": len(kept.turns)}
        except RecordsUnavailable as error:
            log.warning("an answer could not be kept: %s", error)
            payload["not_kept"] = "Conversations cannot be kept at the moment."
    await audited(parts, asking.owner, answer, conversation=payload.get("conversation_id", ""))
    return payload


async def _events(
    parts: Parts, asking: _Asking, first: Step, steps: AsyncGenerator[Step, None], request: Request
) -> AsyncGenerator[bytes, None]:
    """Yield the steps as events; whatever goes wrong after the first ends in an event, too."""
    try:
        async with aclosing(steps):
            yield _event(first)
            async for step in steps:
                if isinstance(step, Answer):
                    note(request, step)
                    yield sse.event(await _finished(parts, asking, step), name="answer")
                elif shown := _event(step):
                    yield shown
    except AssistantError as error:
        yield sse.event(problems.of_error(request, error).model_dump(), name="error")
    except Exception:
        log.exception("a question could not be answered")
        yield sse.event(problems.failure(request).model_dump(), name="error")


def _event(step: Step) -> bytes:
    """Return what a reader is shown of a step, or nothing."""
    if isinstance(step, Query):
        return sse.event({"question": step.question, "query": step.standalone}, name="query")
    if isinstance(step, Evidence):
        return sse.event({"hits": [hit_payload(hit) for hit in step.hits]}, name="evidence")
    if isinstance(step, Notice):
        return sse.event({"text": step.text, "restart": step.restart}, name="notice")
    if isinstance(step, Sentence):
        cited = {c.number: citation_payload(c) for c in step.citations}
        return sse.event({**sentence_payload(step), "cited": list(cited.values())}, name="sentence")
    return b""
