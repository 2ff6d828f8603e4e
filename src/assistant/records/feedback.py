"""What readers said of the answers, as files that `assistant evaluate` reads."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from assistant.errors import UnknownConversation, UnknownDocument
from assistant.markdown import to_markdown
from assistant.records.changes import standing
from assistant.records.store import Records
from assistant.stages import DocumentOf
from assistant.text import strip_invisible
from assistant.types import Answer, Conversation, Rating, Turn

UNRATED = Rating()


def exported(conversation: Conversation, ratings: Mapping[int, Rating]) -> str:
    """Return one conversation as JSON, its ratings by number of the turn from 1."""
    turns = enumerate(conversation.turns, start=1)
    return json.dumps({"turns": [_turn(turn, ratings.get(number, UNRATED)) for number, turn in turns]}, indent=2)


def _turn(turn: Turn, rating: Rating) -> dict[str, Any]:
    return {
        "question": turn.question,
        "answer": _said(turn),
        "thumb": rating.thumb or None,
        "reason": rating.reason,
    }


def feedback_questions(records: Records, document_of: DocumentOf) -> Iterator[str]:
    """Yield every rated question of everybody as a line of a question set, in the order they were asked.

    What was liked asks for one of the quotes that it cited, as long as they still stand in their
    documents; what was not asks for an answer and carries the reason. Nothing says who asked.
    """
    for owner, id in records.rated():
        with suppress(UnknownConversation):  # deleted meanwhile
            kept = records.get(owner, id)
            for turn in kept.turns:
                if turn.rating.thumb:
                    line = _line(id, kept.conversation.turns[: turn.number], turn.rating, document_of)
                    yield json.dumps(line, ensure_ascii=False)


def _line(id: str, turns: Sequence[Turn], rating: Rating, document_of: DocumentOf) -> dict[str, Any]:
    *before, last = turns
    name = hashlib.sha256(id.encode()).hexdigest()[:10]  # the id itself would open the conversation to its owner's link
    liked = rating.thumb == "up"
    refused = liked and last.answer is not None and last.answer.status == "abstained"
    line: dict[str, Any] = {"id": f"reader-{name}-{len(turns)}", "text": strip_invisible(last.question)}
    if history := [message for turn in before for message in _messages(turn)]:
        line["history"] = history
    line["expect"] = "abstain" if refused else "answer"
    if liked and last.answer and (places := _places(last.answer, document_of)):
        line["gold"] = [places]
    line["tags"] = [f"thumb {rating.thumb}"]
    if rating.reason:
        line["note"] = rating.reason
    return line


def _messages(turn: Turn) -> Iterator[dict[str, str]]:
    for role, text in (("user", turn.question), ("assistant", _said(turn))):
        if clean := strip_invisible(text).strip():
            yield {"role": role, "text": clean}


def _places(answer: Answer, document_of: DocumentOf) -> list[dict[str, str]]:
    """Return the cited quotes that still stand in their documents."""
    places = []
    for citation in answer.citations:
        try:
            document = document_of(citation.passage.document_id)
        except UnknownDocument:
            continue
        if standing(citation, document) != "gone":
            places.append({"document": document.id, "quote": " ".join(citation.text.split())})
    return places


def _said(turn: Turn) -> str:
    return to_markdown(turn.answer) if turn.answer else turn.answer_text
