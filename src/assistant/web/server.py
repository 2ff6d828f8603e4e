"""The web application around the page: its own routes, what guards every response, and its server."""

from __future__ import annotations

import logging
import os
import socket
from asyncio import CancelledError
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn
from fastapi import FastAPI, Response
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import FileResponse, PlainTextResponse

from assistant.errors import SettingsError
from assistant.web.security import REPORT_POLICY, SecurityHeaders

if TYPE_CHECKING:
    from assistant.build import LiveAssistant
    from assistant.settings import Settings

SECONDS_TO_FINISH = 3
"""How long answers on their way may take once the server is told to stop; an open page's stream never ends."""

Card = Callable[[], "dict[str, Any] | None"]
"""Gives the quality card as it is now; None if nothing was measured."""

UNMEASURED = "Nothing was measured yet: assistant evaluate SET asks a question set and keeps the figures."

_ICON = Path(__file__).parent / "assets" / "favicon.svg"


def create_app(live: LiveAssistant, settings: Settings, *, card: Card = lambda: None, runs: Path = Path()) -> FastAPI:
    """Return the application with our own routes; a page is mounted onto it afterwards.

    Args:
        live: the assistant that serves.
        settings: how it serves.
        card: gives the quality card.
        runs: the folder that the card's `report` is in.
    """
    app = FastAPI(title="Sourcing assistant", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(CORSMiddleware, allow_origins=[])  # without ours, Gradio would admit any origin
    app.add_middleware(SecurityHeaders)

    @app.get("/api/health")
    def health() -> dict[str, Any]:
        """Say that the server answers, and from which generation of the index."""
        return {"status": "ok", "generation": live.info()["generation"]}

    @app.get("/api/quality")
    def quality() -> dict[str, Any]:
        """Return the last measured figures, or `{"measured": False, "detail": …}`."""
        return card() or {"measured": False, "detail": UNMEASURED}

    @app.get("/quality/report")
    def report() -> Response:
        """Return the report of the run that the card shows; the caller has no say in which."""
        shown = card() or {}
        path = runs / str(shown.get("report"))
        if not shown.get("report") or not path.is_file():
            return PlainTextResponse("There is no report of a measured run.", status_code=404)
        return FileResponse(path, media_type="text/html", headers={"Content-Security-Policy": REPORT_POLICY})

    @app.get("/favicon.ico", include_in_schema=False)
    def favicon() -> FileResponse:
        return FileResponse(_ICON, media_type="image/svg+xml")

    return app


def serve(app: FastAPI, settings: Settings, *, say: Callable[[str], None]) -> None:
    """Serve the application until it is stopped; `say` is told the address.

    Raises SettingsError if the address cannot be listened on.
    """
    try:
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        listener = socket.create_server((settings.host, settings.port), family=family)
    except OSError as error:
        reason = os.strerror(error.errno or 0).lower()
        raise SettingsError(
            f"cannot listen on {settings.host}:{settings.port}: {reason}",
            hint="Choose another port with --port or ASSISTANT_PORT.",
        ) from error
    config = uvicorn.Config(
        app, root_path=settings.root_path, log_level="warning", timeout_graceful_shutdown=SECONDS_TO_FINISH
    )
    logging.getLogger("uvicorn.error").addFilter(_is_no_farewell)
    with listener:
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        port = listener.getsockname()[1]
        say(f"The page is on http://{host}:{port}{settings.root_path or '/'} (Ctrl-C stops it)")
        uvicorn.Server(config).run(sockets=[listener])


def _is_no_farewell(record: logging.LogRecord) -> bool:
    """Return False for what is logged when stopping cuts off the streams of open pages: that is no error."""
    cut = record.exc_info is not None and isinstance(record.exc_info[1], CancelledError)
    return not cut and "timeout graceful shutdown exceeded" not in record.getMessage()
