"""What the chat column shows: pure functions from values to escaped HTML.

The panel beside it is made in `sources`; the behaviour of both is in `assets/page.js`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from assistant.text import day
from assistant.types import Answer, Kept
from assistant.ui import feedback
from assistant.ui.answer import asks, body, copy_text, follow_ups, found, read_as, sentence_case, terms
from assistant.ui.case import facts_bar, facts_used
from assistant.ui.elements import NOTHING, Html, element, join
from assistant.ui.feedback import NO_RATINGS, UNRATED, Ratings
from assistant.ui.scorecard import scorecard_html
from assistant.ui.sources import month

NAME = "Sourcing assistant"
SCOPE = "What to keep in-house, outsource or offshore, with the passage behind every sentence."
EXAMPLES = (
    "Should we outsource our patient portal?",
    "Who owns the code if the vendor is in India?",
    "EOR or own entity for six engineers?",
    "How does outsourcing differ from offshoring?",
)

Changes = Mapping[int, str]
"""For a turn (from 1), what has changed in the corpus since it was answered, in one line; absent if nothing has."""

NO_CHANGES: Changes = {}

EXPORTS = (("docx", "Word"), ("markdown", "Markdown"), ("html", "Print"))
"""The formats that a kept conversation can be taken away in, and their names."""


# --- the page around the conversation ----------------------------------------------------


def header(
    documents: int,
    checked_up_to: Iterable[str],
    measured: Html = NOTHING,
    *,
    user: str = "",
    may_curate: bool = False,
) -> Html:
    """Return the head of the page.

    Args:
        documents: how many are answered from.
        checked_up_to: their dates, ISO; may be empty.
        measured: the quality card.
        user: who is signed in and may sign out; empty where nobody signs in.
        may_curate: whether the way to the page of documents is shown.
    """
    latest = max(checked_up_to, default="")
    status = f"{documents} document{'' if documents == 1 else 's'}" + (
        f", checked up to {month(latest)}" if latest else ""
    )
    index = element("a", status, href="curate", title="Add, replace and remove documents") if may_curate else status
    theme = element(
        "button", type="button", class_="theme", data_theme=True, aria_label="Switch between light and dark"
    )
    talks = element("button", "Conversations", type="button", class_="talks", data_talks=True, aria_expanded="false")
    lost = "The connection to the assistant is lost. Your text stays here; reload the page once it runs again."
    return element(
        "header",
        element("div", element("h1", NAME), element("p", SCOPE, class_="scope"), class_="name"),
        element("p", index, class_="index"),
        measured,
        talks,
        element("a", "Sign out", href="logout", class_="leave", title=f"Signed in as {user}") if user else NOTHING,
        theme,
        element("p", lost, id="lost", role="alert", hidden=True),
    )


def welcome() -> Html:
    """Return what an empty conversation shows: what to ask, with examples to press."""
    return element(
        "section",
        element("h2", "What are you deciding?"),
        element("p", "Describe the case in your own words, with the function, the country and the size of the team."),
        element("div", *(asks(question, "example") for question in EXAMPLES), class_="examples"),
        class_="welcome",
    )


def panel_head() -> Html:
    """Return the head of the sources panel."""
    close = element("button", "×", type="button", class_="close", data_close=True, aria_label="Close sources")
    return element("div", element("h2", "Sources"), close, class_="panel-head")


# --- the conversation ----------------------------------------------------------------------


def earlier(
    kept: Kept,
    index: Mapping[str, Any],
    ratings: Ratings = NO_RATINGS,
    *,
    upto: int | None = None,
    changes: Changes = NO_CHANGES,
) -> Html:
    """Return the turns of a conversation as they stand once a new question is asked; the first `upto`, or all."""
    numbers = range(1, (len(kept.conversation.turns) if upto is None else upto) + 1)
    return join(*(turn(number, kept, index, ratings, changes=changes) for number in numbers))


def asked(number: int, question: str, progress: str) -> Html:
    """Return a question that has no sentence of an answer yet."""
    return _article(number, question, _pending(progress))


def answering(number: int, question: str, answer: Answer, progress: str) -> Html:
    """Return a question and what has been said so far."""
    return _article(number, question, read_as(answer, question), body(number, answer), _pending(progress))


def turn(
    number: int,
    kept: Kept,
    index: Mapping[str, Any],
    ratings: Ratings = NO_RATINGS,
    *,
    latest: bool = False,
    changes: Changes = NO_CHANGES,
    unkept: str = "",
) -> Html:
    """Return a question and its answer; the case, what to ask next and what to take away only under the latest.

    Args:
        number: which turn of the conversation, from 1.
        kept: the conversation.
        index: what is answered from now.
        ratings: what the reader said of the answers.
        latest: it is the last one.
        changes: what has changed in the corpus since.
        unkept: why the conversation could not be stored, or empty.
    """
    said = kept.conversation.turns[number - 1]
    answer = said.answer
    if answer is None:
        return _article(number, said.question, element("p", said.answer_text)) if said.answer_text else NOTHING
    stored = next((t for t in kept.turns if t.number == number), None)
    shown = answer.status in {"answered", "partial"} and answer.shown
    notices = (line for line in (answer.notice, unkept) if line)
    return _article(
        number,
        said.question,
        read_as(answer, said.question),
        facts_bar(answer.evidence.query.facts, editable=latest),
        _since(number, stored.asked_at, changes[number]) if stored and number in changes else NOTHING,
        element("p", answer.change, class_="change") if answer.change else NOTHING,
        body(number, answer),
        facts_used(answer.facts) if shown else NOTHING,
        scorecard_html(answer.scorecard, number) if answer.scorecard else NOTHING,
        *(element("p", line, class_="notice") for line in notices),
        _actions(answer, stored.index if stored else index),
        element("pre", copy_text(answer), class_="copy", hidden=True) if shown else NOTHING,
        feedback.buttons(number, ratings.get(number, UNRATED), save=latest),
        _take_away(kept) if latest and kept.id else NOTHING,
        follow_ups(answer) if latest else NOTHING,
        conversation=kept.id if latest else None,
    )


def failed(number: int, question: str, message: str, hint: str) -> Html:
    """Return a question that could not be answered, and what to do about it."""
    told = (element("p", sentence_case(message), class_="lead"), element("p", hint) if hint else NOTHING)
    return _article(number, question, element("div", *told, class_="answer failed", role="alert"))


def _actions(answer: Answer, index: Mapping[str, Any]) -> Html:
    shown = answer.status in {"answered", "partial"} and answer.shown
    count = len(answer.citations) + (len(answer.scorecard.citations) if answer.scorecard else 0)
    copy = element("button", "Copy with references", type="button", class_="quiet", data_copy=True)
    panel = element("button", f"Sources ({count})", type="button", class_="quiet drawer", data_panel=True)
    return element(
        "div",
        copy if shown else NOTHING,
        panel if shown else NOTHING,
        terms(answer),
        found(answer, index),
        class_="actions",
    )


def _since(number: int, asked_at: str, change: str) -> Html:
    """Return when an answer was given, what has changed since, and a way to ask again."""
    again = element("button", "Ask again today", type="button", class_="quiet", data_again=str(number))
    return element("p", f"Answered on {day(asked_at)}. {change} ", again, class_="since")


def _take_away(kept: Kept) -> Html:
    """Return the links to the conversation in other formats."""
    links = (
        element(
            "a",
            name,
            href=f"api/conversations/{kept.id}/export?format={form}",
            class_="quiet",
            **({"target": "_blank", "rel": "noopener"} if form == "html" else {"download": True}),
        )
        for form, name in EXPORTS
    )
    return element("p", element("span", "Take it with you:"), *links, class_="take-away")


def _article(number: int, question: str, *parts: str, conversation: str | None = None) -> Html:
    """Return one turn; the latest names the conversation, for the address of the page."""
    title = element("h2", question, class_="question")
    return element(
        "article",
        title,
        *parts,
        class_="turn",
        id=f"turn-{number}",
        data_conversation=conversation,
        data_number=str(number),
    )


def _pending(progress: str) -> Html:
    return element("p", progress, class_="pending")
