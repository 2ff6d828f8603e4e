"""From the steps of the line to what changes on the page, one question at a time.

Knows nothing of Gradio: `chat` puts each `Screen` where it belongs.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from assistant.errors import AssistantError
from assistant.text import MOST_CHARACTERS
from assistant.types import Answer, Conversation, Evidence, Outline, Sentence, Turn
from assistant.ui import sources, view
from assistant.ui.elements import NOTHING, Html
from assistant.ui.feedback import NO_RATINGS, Ratings

if TYPE_CHECKING:
    from assistant.build import LiveAssistant

log = logging.getLogger(__name__)

STOPPED = "Stopped before it was finished; what stands here is only the beginning."

UPDATE_SECONDS = 0.08
"""Shortest time between two updates of the page while sentences arrive."""


@dataclass(frozen=True, slots=True)
class Screen:
    """What changes on the page; None leaves a part as it is."""

    conversation: Conversation | None = None
    past: Html | None = None
    """The turns before the latest."""
    now: Html | None = None
    """The latest turn."""
    past_sources: Html | None = None
    now_sources: Html | None = None
    box: str | None = None
    """The text in the question box."""
    busy: bool | None = None
    """Whether an answer is on its way, so that Stop is offered."""


def respond(
    live: LiveAssistant, question: str, conversation: Conversation, ratings: Ratings = NO_RATINGS
) -> Iterator[Screen]:
    """Yield what changes while a question is answered; every failure ends in words on the page."""
    question = question.strip()
    if not question:
        return
    number = len(conversation.turns) + 1
    if len(question) > MOST_CHARACTERS:
        message = f"The question has {len(question):,} characters; at most {MOST_CHARACTERS:,} can be asked"
        yield _failure(number, question[:200] + " …", message, "Shorten it and ask again.", box=question)
        return
    try:
        yield _opening(live, number, question, conversation, ratings)
        yield from _follow(live, number, question, conversation)
    except AssistantError as error:
        yield _failure(number, question, str(error), error.hint, box=question, conversation=conversation)
    except Exception:
        log.exception("a question could not be answered")
        hint = "Your question is still in the box: ask it again. If it fails again, tell whoever runs the assistant."
        yield _failure(
            number, question, "Something went wrong on our side", hint, box=question, conversation=conversation
        )


def stop(live: LiveAssistant, conversation: Conversation) -> Screen:
    """Return the page after the reader stopped an answer: what was said stays, and says it is cut."""
    if not conversation.turns or (last := conversation.turns[-1]).answer is None:
        question = conversation.turns[-1].question if conversation.turns else ""
        stopped = view.failed(len(conversation.turns), question, "Stopped", "Nothing had been found yet.")
        return Screen(now=stopped if question else NOTHING, busy=False)
    now = view.answered(len(conversation.turns), last.question, last.answer, live.info(), latest=True)
    return Screen(now=now, busy=False)


def clear() -> Screen:
    """Return the page of a new conversation."""
    return Screen(Conversation(), view.welcome(), NOTHING, NOTHING, NOTHING, "", busy=False)


def _opening(live: LiveAssistant, number: int, question: str, conversation: Conversation, ratings: Ratings) -> Screen:
    return Screen(
        conversation=conversation.with_turn(Turn(question)),
        past=view.earlier(conversation, live.info(), ratings),
        now=view.asked(number, question, "Searching the sources …"),
        past_sources=sources.earlier(conversation.turns),
        now_sources=NOTHING,
        box="",
        busy=True,
    )


def _follow(live: LiveAssistant, number: int, question: str, conversation: Conversation) -> Iterator[Screen]:
    """Yield the page for each step of the line."""
    said: tuple[Sentence, ...] = ()
    outline: Outline | None = None
    shown_at = 0.0
    for step in live.stream(question, conversation):
        if isinstance(step, Outline):
            outline = step
        elif isinstance(step, Sentence) and outline:
            said = (*said, step)
            if monotonic() - shown_at >= UPDATE_SECONDS:
                yield _so_far(number, question, conversation, outline, said)
                shown_at = monotonic()
        elif isinstance(step, Answer):
            yield Screen(
                conversation=conversation.with_turn(Turn(question, step)),
                now=view.answered(number, question, step, live.info(), latest=True),
                now_sources=sources.sources(number, question, step),
                busy=False,
            )
        elif isinstance(step, Evidence):
            yield Screen(now=view.asked(number, question, _reading(step)))


def _so_far(
    number: int, question: str, conversation: Conversation, outline: Outline, said: tuple[Sentence, ...]
) -> Screen:
    """Return the page with the sentences that have arrived; they stay if the reader stops here."""
    answer = Answer(outline.evidence, outline.form, "partial", said, notice=STOPPED)
    return Screen(
        conversation=conversation.with_turn(Turn(question, answer)),
        now=view.answering(number, question, answer, "Checking the next sentence …"),
        now_sources=sources.sources(number, question, answer),
    )


def _reading(evidence: Evidence) -> str:
    documents = len({hit.passage.document_id for hit in evidence.hits})
    return f"Reading {len(evidence.hits)} passages of {documents} documents …"


def _failure(
    number: int, question: str, message: str, hint: str, *, box: str, conversation: Conversation | None = None
) -> Screen:
    return Screen(conversation=conversation, now=view.failed(number, question, message, hint), box=box, busy=False)
