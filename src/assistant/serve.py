"""Serving: the server and the page joined on this machine's own address, or the tools alone."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from assistant.settings import Settings


def run(settings: Settings, *, say: Callable[[str], None], update: bool = False) -> None:
    """Serve the page until it is stopped.

    Args:
        settings: how it serves.
        say: is told the address.
        update: bring the index up to date with the corpus first.

    Raises:
        SettingsError: others than this machine could use it, too, without a sign-in.
        SystemExit: the index could not be brought up to date; the builder has said why.
    """
    gc.disable()  # nothing of what is imported and made until the page is served is garbage
    from assistant.web.auth import check_address

    check_address(settings)
    _one_thread_a_question()
    updated = _update(settings) if update else None
    # the page's packages take seconds to import; a wrong address must not wait for them
    from assistant.indexing import begin_to_open
    from assistant.terminal import Meter
    from assistant.ui.chat import mount

    if updated:
        updated()
    library = begin_to_open(settings, progress=Meter())
    # while the model is read
    from assistant.build import LiveAssistant
    from assistant.evaluation.card import quality_card
    from assistant.evaluation.command import RUNS
    from assistant.records.retention import keep_to
    from assistant.records.store import Records
    from assistant.reindexing import Reindexer, watch
    from assistant.web.identity import current_user
    from assistant.web.server import create_app, serve

    live, records = LiveAssistant(settings, library()), Records.open(settings)
    stop_deleting = keep_to(records, settings.retention_days)
    reindexer = Reindexer(settings)
    stop_watching = watch(settings.corpus, reindexer.request) if settings.watch else reindexer.close

    def card() -> dict[str, Any] | None:
        return quality_card(live.info(), RUNS)

    try:
        app = create_app(live, settings, records=records, reindexer=reindexer, card=card, runs=RUNS)
        mount(
            app,
            app.state.live,
            settings,
            card=card,
            records=records,
            owner_of=lambda request: current_user(request).name,
            curates=lambda request: current_user(request).may("curator"),
        )
        gc.freeze()  # what is there now stays, and need not be looked through again
        gc.enable()
        serve(app, settings, say=say)
    finally:
        stop_watching()
        reindexer.close()
        stop_deleting()
        records.close()
        live.close()


def run_tools(settings: Settings) -> None:
    """Offer the tools over standard input and output until the caller closes them."""
    from assistant.build import open_assistant
    from assistant.terminal import Meter
    from assistant.web import api_logs, mcp
    from assistant.web.server import make_parts

    _one_thread_a_question()
    api_logs.configure(settings)
    live = open_assistant(settings, progress=Meter())
    parts = make_parts(live, settings)
    try:
        mcp.mcp_server(parts).run("stdio")
    finally:
        parts.records.close()
        live.close()


def _update(settings: Settings) -> Callable[[], None]:
    """Begin to bring the index up to date in a process of its own; return what waits for its end.

    Where nothing changed it takes a second, as the import of the page's packages does meanwhile; where something did,
    what it needs for embedding is not left behind in the process that serves.
    """
    places = ("--corpus", str(settings.corpus), "--index", str(settings.index))
    builder = subprocess.Popen((sys.executable, "-m", "assistant.cli", "index", *places))

    def finished() -> None:
        if code := builder.wait():
            raise SystemExit(code)

    return finished


def _one_thread_a_question() -> None:
    """Have numpy use one thread, which has to be said before it is imported.

    Its matrices are small here: a second thread takes as much time again and makes nothing faster, and
    while many ask at once the others wait for it.
    """
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
