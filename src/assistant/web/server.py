"""The web application around the page: its own routes, and what guards every response."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import FileResponse

from assistant.web.security import SecurityHeaders

if TYPE_CHECKING:
    from assistant.build import LiveAssistant
    from assistant.settings import Settings

_ICON = Path(__file__).parent / "assets" / "favicon.svg"


def create_app(live: LiveAssistant, settings: Settings) -> FastAPI:
    """Return the application with our own routes; a page is mounted onto it afterwards."""
    app = FastAPI(title="Sourcing assistant", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(CORSMiddleware, allow_origins=[])  # without ours, Gradio would admit any origin
    app.add_middleware(SecurityHeaders)

    @app.get("/api/health")
    def health() -> dict[str, Any]:
        """Say that the server answers, and from which generation of the index."""
        return {"status": "ok", "generation": live.info()["generation"]}

    @app.get("/favicon.ico", include_in_schema=False)
    def favicon() -> FileResponse:
        return FileResponse(_ICON, media_type="image/svg+xml")

    return app
