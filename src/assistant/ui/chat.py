"""The chat page: lays out the parts and wires them to what happens.

All state of a browser session is one immutable `Conversation` and its ratings; every string of HTML comes from
`view` and `sources`. HTML is shown by Markdown components with nothing but our own escaped
elements in them: Gradio's HTML component would compile what it shows as a template.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.errors import AssistantError
from assistant.types import Conversation, Span
from assistant.ui import feedback, quality, sources, view
from assistant.ui.elements import NOTHING
from assistant.ui.feedback import NO_RATINGS, Ratings
from assistant.ui.respond import Screen, clear, respond, stop

if TYPE_CHECKING:
    from fastapi import FastAPI

    from assistant.build import LiveAssistant
    from assistant.settings import Settings

AT_ONCE = 8
"""Answers composed at the same time; further questions wait in the queue."""

WAITING = 64
"""Questions that may wait; one more is told that the assistant is busy."""

OPEN_PAGES = 200
"""Streams that may be open at once; Gradio's own 40 would let idle pages hold up questions."""

QUICK: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "queue": False}
"""How an event is handled that is done in a moment."""

RUN: dict[str, Any] = {
    "api_visibility": "private",
    "show_progress": "hidden",
    "concurrency_id": "answer",
    "trigger_mode": "multiple",  # page.js asks one question at a time
}
"""How a question is handled."""

_ASSETS = Path(__file__).parent / "assets"
_FONT = ("-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Liberation Sans", "system-ui", "sans-serif")
_MONO = ("ui-monospace", "Consolas", "monospace")


def mount(app: FastAPI, live: LiveAssistant, settings: Settings, *, card: quality.Card = lambda: None) -> None:
    """Add the chat page to the application, at its root; routes added later are not reached.

    Args:
        app: gets the page.
        live: the assistant that answers.
        settings: how it serves.
        card: gives the quality card as it is now, or None if nothing was measured.
    """
    theme = gr.themes.Base(font=list(_FONT), font_mono=list(_MONO))
    gr.mount_gradio_app(
        app,
        chat_page(live, card),
        path="/",
        theme=theme,
        head=_head(),
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        ssr_mode=False,
        pwa=False,
        show_error=False,
        max_file_size=1,  # nothing on the page uploads, so the upload route takes nothing
    )


def chat_page(live: LiveAssistant, card: quality.Card = lambda: None) -> gr.Blocks:
    """Return the page."""
    page: gr.Blocks = gr.Blocks(title=view.NAME, analytics_enabled=False, fill_height=True, fill_width=True)
    with page:
        head = _html("", "head")
        with gr.Row(elem_id="columns"):
            with gr.Column(elem_id="chat"):
                with gr.Column(elem_id="talk"):
                    past, now = _html(view.welcome(), "past"), _html(NOTHING, "now")
                with gr.Row(elem_id="ask"):
                    new = gr.Button("New topic", elem_id="new", variant="secondary")
                    box = _box()
            with gr.Column(elem_id="panel"):
                _html(view.panel_head(), "panel-head")
                with gr.Column(elem_id="passages"):
                    now_sources, past_sources = _html(NOTHING, "now-sources"), _html(NOTHING, "past-sources")
                document = _html(NOTHING, "document")
        # through these, page.js sends a question that was pressed, the document to open, what is said of an answer
        chosen, wanted, note = (gr.Textbox(visible="hidden", elem_id=name) for name in ("chosen", "wanted", "note"))
        noted = _html(NOTHING, "noted")
        conversation, ratings = gr.State(Conversation()), gr.State(NO_RATINGS)
        screen = [conversation, past, now, past_sources, now_sources, box]
        _wire_questions(live, conversation, ratings, box, chosen, new, screen)
        note.submit(_note, [note, conversation, ratings], [ratings, noted], **QUICK)
        wanted.submit(lambda request: _document(live, request), wanted, document, **QUICK)
        page.load(lambda: _header(live, card()), None, head, **QUICK)
    page.max_threads = OPEN_PAGES
    page.queue(default_concurrency_limit=AT_ONCE, max_size=WAITING)
    return page


def _wire_questions(
    live: LiveAssistant,
    conversation: gr.State,
    ratings: gr.State,
    box: gr.Textbox,
    chosen: gr.Textbox,
    new: gr.Button,
    screen: list[Any],
) -> None:
    """Connect asking, stopping and starting anew with the parts of the screen."""

    def answer(question: str, so_far: Conversation, rated: Ratings) -> Iterator[list[Any]]:
        for change in respond(live, question, so_far, rated):
            yield _updates(change)

    runs: list[Any] = [
        box.submit(answer, [box, conversation, ratings], screen, **RUN),
        chosen.submit(answer, [chosen, conversation, ratings], screen, **RUN),
    ]
    # first the run is ended, then the page is drawn: a last sentence must not come in between
    ended = box.stop(lambda: None, None, None, cancels=runs, **QUICK)
    ended.then(lambda so_far: _updates(stop(live, so_far)), conversation, screen, **QUICK)
    left = new.click(lambda: None, None, None, cancels=runs, **QUICK)
    left.then(lambda: [*_updates(clear()), NO_RATINGS], None, [*screen, ratings], **QUICK)


def _updates(change: Screen) -> list[Any]:
    """Return the value for each part of the screen, in the order of `screen` in `chat_page`."""

    def kept(value: Any) -> Any:
        return gr.skip() if value is None else value

    box: dict[str, Any] = {} if change.box is None else {"value": change.box}
    if change.busy is not None:
        box |= {"submit_btn": False if change.busy else "Ask", "stop_btn": "Stop" if change.busy else False}
    parts = (change.conversation, change.past, change.now, change.past_sources, change.now_sources)
    return [*map(kept, parts), gr.Textbox(**box) if box else gr.skip()]


def _note(request: str, conversation: Conversation, ratings: Ratings) -> tuple[Ratings, str]:
    """Return the ratings with what page.js notes, `{"at", "turn", "thumb", "reason"}`, or the file it asks to save.

    `{"at", "save": true}` asks for the file; `at` is the note's own name and comes back with it.
    """
    said = json.loads(request)
    if said.get("save"):
        return ratings, feedback.noted(said["at"], feedback.exported(conversation, ratings))
    if 0 < said["turn"] <= len(conversation.turns):
        ratings = feedback.rated(ratings, said["turn"], said["thumb"], said["reason"])
    return ratings, feedback.noted(said["at"])


def _document(live: LiveAssistant, request: str) -> str:
    """Return the whole document that page.js asks for: `{"id": …, "spans": "start-end …"}`, best first."""
    asked = json.loads(request)
    spans = [Span(*map(int, written.split("-"))) for written in asked["spans"].split()]
    try:
        return sources.whole_document(live.document(asked["id"]), spans)
    except AssistantError as error:
        return sources.no_document(asked["id"], spans, f"{error}. {error.hint}")


def _header(live: LiveAssistant, card: Mapping[str, Any] | None) -> str:
    """Return the head of the page with the index as it is now, and what was measured of it."""
    documents = live.documents()
    return view.header(len(documents), (d.as_of for d in documents), quality.disclosure(card))


def _html(value: str, name: str) -> gr.Markdown:
    """Return a component that shows our HTML as it is."""
    return gr.Markdown(value, elem_id=name, sanitize_html=False, latex_delimiters=[], container=False)


def _box() -> gr.Textbox:
    """Return the question box."""
    return gr.Textbox(
        placeholder="Ask a question",
        label="Your question",
        show_label=False,
        container=False,
        max_lines=6,
        submit_btn="Ask",
        stop_btn=False,
        elem_id="box",
    )


def _head() -> str:
    """Return our style sheet and script as they go into the head of the page."""
    style, script = ((_ASSETS / name).read_text("utf-8") for name in ("page.css", "page.js"))
    return f'<link rel="icon" href="favicon.ico"><style>{style}</style><script>{script}</script>'
