"""The chat page: lays out the parts and wires them to what happens.

All state of a browser session is one immutable `Kept` conversation and its ratings; every string of HTML comes from
`view` and `sources`. HTML is shown by Markdown components with nothing but our own escaped
elements in them: Gradio's HTML component would compile what it shows as a template.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import AssistantError
from assistant.types import Kept, Span
from assistant.ui import feedback, quality, sources, view
from assistant.ui.desk import Desk, Done
from assistant.ui.elements import NOTHING
from assistant.ui.feedback import NO_RATINGS, Ratings
from assistant.ui.history import history_head
from assistant.ui.respond import NEW, Screen, clear, respond, stop
from assistant.ui.toolkit import gradio as gr
from assistant.ui.toolkit import without_apps

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request

    from assistant.build import LiveAssistant
    from assistant.records.store import Records
    from assistant.settings import Settings

LOCAL = "local"
"""Whose conversations they are where nobody signs in."""

OwnerOf = Callable[["Request"], str]
DeskOf = Callable[["gr.Request"], Desk]

AT_ONCE = 8
"""Answers composed at the same time; further questions wait in the queue."""

WAITING = 64
"""Questions that may wait; one more is told that the assistant is busy."""

IDLE_SECONDS = 0.02
"""Between two looks of Gradio's queue whether there is something to do; with its own 1 ms an idle server keeps a
core busy for 6 % of the time."""

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


def mount(
    app: FastAPI,
    live: LiveAssistant,
    settings: Settings,
    *,
    card: quality.Card = lambda: None,
    records: Records | None = None,
    owner_of: OwnerOf = lambda request: LOCAL,
    curates: Callable[[Request], bool] = lambda request: False,
) -> None:
    """Add the chat page to the application, at its root; routes added later are not reached.

    Args:
        app: gets the page.
        live: the assistant that answers.
        settings: how it serves.
        card: gives the quality card as it is now, or None if nothing was measured.
        records: keeps the conversations; without it they end with the window.
        owner_of: says whose conversations a request may see.
        curates: says whether whoever asks may change the documents, and is shown the way there.
    """
    theme = gr.themes.Base(font=list(_FONT), font_mono=list(_MONO))
    gr.mount_gradio_app(
        app,
        chat_page(
            live,
            card,
            records,
            owner_of,
            curates,
            log_questions=settings.log_questions,
            seconds=settings.patience,
        ),
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


@without_apps()
def chat_page(
    live: LiveAssistant,
    card: quality.Card = lambda: None,
    records: Records | None = None,
    owner_of: OwnerOf = lambda request: LOCAL,
    curates: Callable[[Request], bool] = lambda request: False,
    *,
    log_questions: bool = False,
    seconds: float = 60,
) -> gr.Blocks:
    """Return the page."""

    def desk(request: gr.Request) -> Desk:
        assert request.request is not None  # noqa: S101  every event comes with one
        return Desk(live, records, owner_of(request.request), log_questions)

    page: gr.Blocks = gr.Blocks(title=view.NAME, analytics_enabled=False, fill_height=True, fill_width=True)
    with page:
        head = _html("", "head")
        with gr.Row(elem_id="columns"):
            with gr.Column(elem_id="history"):
                _html(history_head(), "history-head")
                listed = _html(NOTHING, "listed")
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
        # through these, page.js sends what is asked by a press, the document to open, and what else is done
        chosen, wanted, act = (gr.Textbox(visible="hidden", elem_id=name) for name in ("chosen", "wanted", "act"))
        reply = _html(NOTHING, "reply")
        kept, ratings = gr.State(NEW), gr.State(NO_RATINGS)
        screen = [kept, past, now, past_sources, now_sources, box]
        _wire_questions(desk, kept, ratings, box, chosen, new, screen, seconds)
        doing = [*screen, ratings, listed, reply]
        act.submit(_acting(desk), [act, kept, ratings], doing, **QUICK)
        wanted.submit(lambda request: _document(live, request), wanted, document, **QUICK)
        page.load(_arriving(desk, live, card, curates), None, [head, *doing], **QUICK)
    page.max_threads = OPEN_PAGES
    page.queue(default_concurrency_limit=AT_ONCE, max_size=WAITING)
    page._queue.sleep_when_free = IDLE_SECONDS
    return page


def _wire_questions(
    desk: DeskOf,
    kept: gr.State,
    ratings: gr.State,
    box: gr.Textbox,
    chosen: gr.Textbox,
    new: gr.Button,
    screen: list[Any],
    seconds: float,
) -> None:
    """Connect asking, stopping and starting anew with the parts of the screen."""

    def typed(question: str, so_far: Kept, rated: Ratings, request: gr.Request) -> Iterator[list[Any]]:
        yield from answer({"ask": question}, so_far, rated, request)

    def pressed(order: str, so_far: Kept, rated: Ratings, request: gr.Request) -> Iterator[list[Any]]:
        yield from answer(json.loads(order), so_far, rated, request)

    def answer(order: Mapping[str, Any], so_far: Kept, rated: Ratings, request: gr.Request) -> Iterator[list[Any]]:
        at = desk(request)
        for change in respond(at.live, at.asking(order, so_far), rated, keep=at.keep, seconds=seconds):
            yield _updates(change)

    runs: list[Any] = [
        box.submit(typed, [box, kept, ratings], screen, **RUN),
        chosen.submit(pressed, [chosen, kept, ratings], screen, **RUN),
    ]
    # first the run is ended, then the page is drawn: a last sentence must not come in between
    ended = box.stop(lambda: None, None, None, cancels=runs, **QUICK)

    def stopped(so_far: Kept, request: gr.Request) -> list[Any]:
        return _updates(stop(desk(request).live, so_far))

    ended.then(stopped, kept, screen, **QUICK)
    left = new.click(lambda: None, None, None, cancels=runs, **QUICK)
    left.then(lambda: [*_updates(clear()), NO_RATINGS], None, [*screen, ratings], **QUICK)


def _acting(desk: DeskOf) -> Callable[..., list[Any]]:
    """Return what handles the doings that page.js sends; `at` is the sending's own name and comes back with it."""

    def act(order: str, kept: Kept, ratings: Ratings, request: gr.Request) -> list[Any]:
        said = json.loads(order)
        return _doing(desk(request).act(said, kept, ratings), said["at"])

    return act


def _arriving(
    desk: DeskOf, live: LiveAssistant, card: quality.Card, curates: Callable[[Request], bool]
) -> Callable[..., list[Any]]:
    """Return what fills a page that was just opened, with the conversation that its address names."""

    def arrive(request: gr.Request) -> list[Any]:
        at = desk(request)
        user = "" if at.owner == LOCAL else at.owner
        may_curate = request.request is not None and curates(request.request)
        return [
            _header(live, card(), user, may_curate=may_curate),
            *_doing(at.arrive(dict(request.query_params)), ""),
        ]

    return arrive


def _doing(done: Done, at: str) -> list[Any]:
    """Return the value for each part of the page, in the order of `doing` in `chat_page`."""

    def kept(value: Any) -> Any:
        return gr.skip() if value is None else value

    return [*_updates(done.screen), kept(done.ratings), kept(done.history), feedback.replied(at, done.reply)]


def _updates(change: Screen) -> list[Any]:
    """Return the value for each part of the screen, in the order of `screen` in `chat_page`."""

    def kept(value: Any) -> Any:
        return gr.skip() if value is None else value

    box: dict[str, Any] = {} if change.box is None else {"value": change.box}
    if change.busy is not None:
        box |= {"submit_btn": False if change.busy else "Ask", "stop_btn": "Stop" if change.busy else False}
    parts = (change.kept, change.past, change.now, change.past_sources, change.now_sources)
    return [*map(kept, parts), gr.Textbox(**box) if box else gr.skip()]


def _document(live: LiveAssistant, request: str) -> str:
    """Return the whole document that page.js asks for: `{"id": …, "spans": "start-end …"}`, best first."""
    asked = json.loads(request)
    spans = [Span(*map(int, written.split("-"))) for written in asked["spans"].split()]
    try:
        return sources.whole_document(live.document(asked["id"]), spans)
    except AssistantError as error:
        return sources.no_document(asked["id"], spans, f"{error}. {error.hint}")


def _header(live: LiveAssistant, card: Mapping[str, Any] | None, user: str, *, may_curate: bool) -> str:
    """Return the head of the page with the index as it is now, what was measured of it, and who is signed in."""
    documents = live.documents()
    dates = (d.as_of for d in documents)
    return view.header(len(documents), dates, quality.disclosure(card), user=user, may_curate=may_curate)


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
    """Return our style sheet and scripts as they go into the head of the page."""
    style, embed, script = ((_ASSETS / name).read_text("utf-8") for name in ("page.css", "embed.js", "page.js"))
    scripts = f"<script>{embed}</script><script>{script}</script>"
    return f'<link rel="icon" href="favicon.ico"><style>{style}</style>{scripts}'
