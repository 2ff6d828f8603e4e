"""Serving: the server and the page joined on this machine's own address, or the tools alone."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from assistant.settings import Settings


def run(settings: Settings, *, say: Callable[[str], None]) -> None:
    """Serve the page until it is stopped. Raises SettingsError if others could, too, without a sign-in."""
    from assistant.web.auth import check_address

    check_address(settings)
    _one_thread_a_question()
    # the page's packages take seconds to import; a wrong address must not wait for them
    from assistant.build import open_assistant
    from assistant.evaluation.card import quality_card
    from assistant.evaluation.command import RUNS
    from assistant.records.retention import keep_to
    from assistant.records.store import Records
    from assistant.reindexing import Reindexer, watch
    from assistant.terminal import Meter
    from assistant.ui.chat import mount
    from assistant.web.identity import current_user
    from assistant.web.server import create_app, serve

    live, records = open_assistant(settings, progress=Meter()), Records.open(settings)
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


def _one_thread_a_question() -> None:
    """Have numpy use one thread, which has to be said before it is imported.

    Its matrices are small here: a second thread takes as much time again and makes nothing faster, and
    while many ask at once the others wait for it.
    """
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
