"""From the steps of the line to what changes on the page, one question at a time.

Knows nothing of Gradio: `chat` puts each `Screen` where it belongs.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from time import monotonic
from typing import TYPE_CHECKING

from assistant.errors import AssistantError
from assistant.records.changes import difference
from assistant.text import MOST_CHARACTERS
from assistant.types import Answer, Conversation, Evidence, Kept, Notice, Outline, Sentence, Turn
from assistant.ui import sources, view
from assistant.ui.deadline import within
from assistant.ui.elements import NOTHING, Html
from assistant.ui.feedback import NO_RATINGS, Ratings

if TYPE_CHECKING:
    from assistant.build import LiveAssistant

log = logging.getLogger(__name__)

STOPPED = "Stopped before it was finished; what stands here is only the beginning."

UPDATE_SECONDS = 0.08
"""Shortest time between two updates of the page while sentences arrive."""

NEW = Kept("", "", "", "", Conversation(), ())
"""A conversation in which nothing was asked yet."""

Keep = Callable[[Kept], Kept]
"""Stores the last turn of a conversation and returns it as it is kept. Raises RecordsUnavailable."""


@dataclass(frozen=True, slots=True)
class Screen:
    """What changes on the page; None leaves a part as it is."""

    kept: Kept | None = None
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


@dataclass(frozen=True, slots=True)
class Asking:
    """A question on its way."""

    question: str
    before: Kept
    """The conversation that it is added to."""
    context: Conversation
    """What it is understood from; differs from what is shown when an old question is asked again."""
    earlier: Answer | None = None
    """What was answered to the same question before, when it is asked again."""

    @property
    def number(self) -> int:
        """Which turn it will be, from 1."""
        return len(self.before.conversation.turns) + 1

    def with_answer(self, answer: Answer | None) -> Kept:
        """Return the conversation with this turn."""
        told = replace(self.before.conversation, facts=self.context.facts)
        return replace(self.before, conversation=told.with_turn(Turn(self.question, answer)))


def respond(
    live: LiveAssistant,
    asking: Asking,
    ratings: Ratings = NO_RATINGS,
    *,
    keep: Keep = lambda kept: kept,
    seconds: float = 60,
) -> Iterator[Screen]:
    """Yield what changes while a question is answered; every failure ends in words on the page.

    Args:
        live: the assistant that answers.
        asking: the question, and the conversation on the page.
        ratings: what the reader said of its answers.
        keep: stores the conversation once the answer is there.
        seconds: longest time for the answer.
    """
    question = asking.question.strip()
    if not question:
        return
    asking = replace(asking, question=question)
    if len(question) > MOST_CHARACTERS:
        message = f"The question has {len(question):,} characters; at most {MOST_CHARACTERS:,} can be asked"
        short = replace(asking, question=question[:200] + " …")
        yield _failure(short, message, "Shorten it and ask again.", box=question)
        return
    try:
        yield _opening(live, asking, ratings)
        yield from _follow(live, asking, keep, seconds)
    except AssistantError as error:
        yield _failure(asking, str(error), error.hint, box=question, kept=asking.before)
    except Exception:
        log.exception("a question could not be answered")
        hint = "Your question is still in the box: ask it again. If it fails again, tell whoever runs the assistant."
        yield _failure(asking, "Something went wrong on our side", hint, box=question, kept=asking.before)


def show(
    live: LiveAssistant, kept: Kept, ratings: Ratings = NO_RATINGS, *, changes: view.Changes = view.NO_CHANGES
) -> Screen:
    """Return the page with a whole conversation on it.

    Args:
        live: says what is answered from now.
        kept: the conversation.
        ratings: what the reader said of its answers.
        changes: per turn, what has changed in the corpus since.
    """
    turns = kept.conversation.turns
    if not turns:
        return clear()
    last = turns[-1]
    now = view.turn(len(turns), kept, live.info(), ratings, latest=True, changes=changes)
    shown = sources.sources(len(turns), last.question, last.answer) if last.answer else NOTHING
    return Screen(
        kept,
        view.earlier(kept, live.info(), ratings, upto=len(turns) - 1, changes=changes),
        now,
        sources.earlier(turns[:-1]),
        shown,
        busy=False,
    )


def stop(live: LiveAssistant, kept: Kept) -> Screen:
    """Return the page after the reader stopped an answer: what was said stays, and says it is cut."""
    turns = kept.conversation.turns
    if not turns or turns[-1].answer is None:
        question = turns[-1].question if turns else ""
        stopped = view.failed(len(turns), question, "Stopped", "Nothing had been found yet.")
        return Screen(now=stopped if question else NOTHING, busy=False)
    return Screen(now=view.turn(len(turns), kept, live.info(), latest=True), busy=False)


def clear() -> Screen:
    """Return the page of a new conversation."""
    return Screen(NEW, view.welcome(), NOTHING, NOTHING, NOTHING, "", busy=False)


def _opening(live: LiveAssistant, asking: Asking, ratings: Ratings) -> Screen:
    return Screen(
        kept=asking.with_answer(None),
        past=view.earlier(asking.before, live.info(), ratings),
        now=view.asked(asking.number, asking.question, "Searching the sources …"),
        past_sources=sources.earlier(asking.before.conversation.turns),
        now_sources=NOTHING,
        box="",
        busy=True,
    )


def _follow(live: LiveAssistant, asking: Asking, keep: Keep, seconds: float) -> Iterator[Screen]:
    """Yield the page for each step of the line."""
    said: tuple[Sentence, ...] = ()
    outline: Outline | None = None
    shown_at = 0.0
    for step in within(live.stream(asking.question, asking.context), seconds):
        if isinstance(step, Outline):
            outline = step
        elif isinstance(step, Notice) and step.restart:
            said = ()
            yield Screen(now=view.asked(asking.number, asking.question, step.text), now_sources=NOTHING)
        elif isinstance(step, Sentence) and outline:
            said = (*said, step)
            if monotonic() - shown_at >= UPDATE_SECONDS:
                yield _so_far(asking, outline, said)
                shown_at = monotonic()
        elif isinstance(step, Answer):
            yield _finished(live, asking, step, keep)
        elif isinstance(step, Evidence):
            yield Screen(now=view.asked(asking.number, asking.question, _reading(step)))


def _finished(live: LiveAssistant, asking: Asking, answer: Answer, keep: Keep) -> Screen:
    """Return the page with the whole answer, kept if it can be."""
    if asking.earlier:
        answer = replace(answer, change=answer.change or difference(asking.earlier, answer).summary)
    kept, unkept = asking.with_answer(answer), ""
    try:
        kept = keep(kept)
    except AssistantError as error:
        unkept = f"This answer is not kept: {error}. {error.hint}"
    return Screen(
        kept=kept,
        now=view.turn(asking.number, kept, live.info(), latest=True, unkept=unkept),
        now_sources=sources.sources(asking.number, asking.question, answer),
        busy=False,
    )


def _so_far(asking: Asking, outline: Outline, said: tuple[Sentence, ...]) -> Screen:
    """Return the page with the sentences that have arrived; they stay if the reader stops here."""
    answer = Answer(outline.evidence, outline.form, "partial", said, notice=STOPPED)
    return Screen(
        kept=asking.with_answer(answer),
        now=view.answering(asking.number, asking.question, answer, "Checking the next sentence …"),
        now_sources=sources.sources(asking.number, asking.question, answer),
    )


def _reading(evidence: Evidence) -> str:
    documents = len({hit.passage.document_id for hit in evidence.hits})
    return f"Reading {len(evidence.hits)} passages of {documents} documents …"


def _failure(asking: Asking, message: str, hint: str, *, box: str, kept: Kept | None = None) -> Screen:
    return Screen(kept=kept, now=view.failed(asking.number, asking.question, message, hint), box=box, busy=False)
