"""The script with which pages of other sites put a button on themselves that opens the assistant."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse

WIDGET = "/widget.js"
"""Where the script is; it needs no sign-in, for the page that it opens asks for one."""

HEADERS = {
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": "public, max-age=3600",
}
"""Pages of any site may load the script, and browsers keep it for an hour: an upgrade arrives within that time."""

_SCRIPT = Path(__file__).parent / "assets" / "widget.js"


def router() -> APIRouter:
    """Return the route of the script."""
    routes = APIRouter(include_in_schema=False)

    @routes.get(WIDGET)
    def widget() -> FileResponse:
        """Return the script."""
        return FileResponse(_SCRIPT, media_type="text/javascript", headers=HEADERS)

    return routes
