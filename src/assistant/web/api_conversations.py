"""Saved conversations and what their readers say of the answers; everybody sees their own alone."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from fastapi.concurrency import run_in_threadpool

from assistant.errors import BadInput
from assistant.export import formats
from assistant.payload import answer_payload
from assistant.types import Fact, Kept, KeptTurn, Turn
from assistant.web import problems
from assistant.web.api_ask import json_response
from assistant.web.api_body import JsonRoute
from assistant.web.api_parts import Parts
from assistant.web.identity import Asker
from assistant.web.problems import INVALID, NO_CONVERSATION, documented
from assistant.web.schemas import ChangeBody, FeedbackBody
from assistant.web.schemas_answer import ConversationOut, ConversationsOut
from assistant.web.security import REPORT_POLICY

DONE: dict[int | str, dict[str, Any]] = {204: {"description": "Done"}}

EXPORTED: dict[str, Any] = {form.media_type.partition(";")[0]: {} for form in formats.FORMATS.values()}

OF_ONE = documented(NO_CONVERSATION, INVALID)
OF_CHANGES = problems.OF_BODIES | documented(NO_CONVERSATION)


def router(parts: Parts) -> APIRouter:
    """Return the routes of conversations."""
    routes = APIRouter(prefix="/api", tags=["conversations"], route_class=JsonRoute)
    records = parts.records

    @routes.get(
        "/conversations",
        summary="List your conversations",
        responses={200: {"model": ConversationsOut}, **documented(INVALID)},
    )
    def conversations(
        asker: Asker,
        search: Annotated[str, Query(max_length=200, description="Words that a question or an answer holds.")] = "",
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    ) -> Response:
        """Return the conversations of whoever asks, the one that was changed last first."""
        found = records.list(asker.name, search, limit=limit, offset=offset)
        listed = [
            {"id": c.id, "title": c.title, "created": c.created, "updated": c.updated, "turns": c.turns} for c in found
        ]
        return json_response({"conversations": listed})

    @routes.get(
        "/conversations/{id}", summary="Read a conversation", responses={200: {"model": ConversationOut}, **OF_ONE}
    )
    def conversation(id: str, asker: Asker) -> Response:
        """Return a conversation with every answer as it was given."""
        return json_response(kept_payload(records.get(asker.name, id)))

    @routes.get(
        "/conversations/{id}/export",
        summary="Get a conversation as a file",
        responses={200: {"description": "The file", "content": EXPORTED}, **OF_ONE},
        response_class=Response,
    )
    def exported(
        id: str,
        asker: Asker,
        format: Annotated[Literal["docx", "markdown", "html"], Query()] = "docx",
        turn: Annotated[int | None, Query(ge=1, le=10_000, description="One turn of it alone, from 1.")] = None,
    ) -> Response:
        """Return a conversation as Word with footnotes, as Markdown, or as a page to print."""
        kept = records.get(asker.name, id)
        kept = kept if turn is None else formats.one_turn(kept, turn)
        shown = "inline" if format == "html" else "attachment"
        headers = {"Content-Disposition": f'{shown}; filename="{formats.file_name(kept, format)}"'}
        if format == "html":
            headers["Content-Security-Policy"] = REPORT_POLICY
        return Response(formats.export(kept, format), media_type=formats.format_of(format).media_type, headers=headers)

    @routes.patch(
        "/conversations/{id}",
        summary="Rename a conversation, or correct the facts of its case",
        responses={200: {"model": ConversationOut}, **OF_CHANGES},
    )
    async def change(id: str, body: ChangeBody, asker: Asker) -> Response:
        """Change the title, the facts, or both, and return the conversation."""
        return json_response(await run_in_threadpool(_changed, parts, asker.name, id, body))

    @routes.delete(
        "/conversations/{id}",
        summary="Delete a conversation",
        status_code=204,
        responses={**DONE, **OF_ONE},
        response_class=Response,
    )
    def delete(id: str, asker: Asker) -> Response:
        """Delete a conversation for good."""
        records.delete(asker.name, id)
        return Response(status_code=204)

    @routes.post(
        "/feedback",
        summary="Say whether an answer helped",
        status_code=204,
        responses={**DONE, **OF_CHANGES},
        response_class=Response,
    )
    async def feedback(body: FeedbackBody, asker: Asker) -> Response:
        """Keep what the reader says of an answer."""
        said = (asker.name, body.conversation_id, body.turn, body.thumb, body.reason)
        await run_in_threadpool(records.rate, *said)
        return Response(status_code=204)

    return routes


def kept_payload(kept: Kept) -> dict[str, Any]:
    """Return a saved conversation as plain data; each answer has the shape of `ask --json`."""
    conversation = kept.conversation
    pairs = zip(conversation.turns, kept.turns, strict=True)
    return {
        "id": kept.id,
        "title": kept.title,
        "created": kept.created,
        "updated": kept.updated,
        "facts": [_fact(fact) for fact in conversation.facts],
        "turns": [_turn(turn, known) for turn, known in pairs],
    }


def _turn(turn: Turn, known: KeptTurn) -> dict[str, Any]:
    return {
        "number": known.number,
        "asked_at": known.asked_at,
        "version": known.version,
        "question": turn.question,
        "answer": answer_payload(turn.answer, known.index) if turn.answer else None,
        "answer_text": turn.answer_text,
        "rating": {"thumb": known.rating.thumb, "reason": known.rating.reason},
    }


def _fact(fact: Fact) -> dict[str, Any]:
    return {"name": fact.name, "value": fact.value, "words": fact.words, "turn": fact.turn, "state": fact.state}


def _changed(parts: Parts, owner: str, id: str, body: ChangeBody) -> dict[str, Any]:
    if body.title is None and body.facts is None:
        raise BadInput("there is nothing to change", hint="Send a title, facts, or both.")
    if body.title is not None:
        parts.records.rename(owner, id, body.title)
    if body.facts is not None:
        parts.records.set_facts(owner, id, [fact.fact() for fact in body.facts])
    return kept_payload(parts.records.get(owner, id))
