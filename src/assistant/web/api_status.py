"""How the server is: alive, ready, measured."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse, PlainTextResponse

from assistant import __version__
from assistant.web import metrics
from assistant.web.api_body import JsonRoute
from assistant.web.api_parts import Parts
from assistant.web.schemas_answer import HealthOut, QualityOut, ReadyOut
from assistant.web.security import REPORT_POLICY

UNMEASURED = "Nothing was measured yet: assistant evaluate SET asks a question set and keeps the figures."

PROBE = "Can a question be answered?"
"""What readiness searches for; its vector is remembered, so asking often costs little."""


def router(parts: Parts) -> APIRouter:
    """Return the routes that say how the server is."""
    routes = APIRouter(tags=["status"], route_class=JsonRoute)

    @routes.get("/api/health", summary="Is the server alive?", responses={200: {"model": HealthOut}})
    def health() -> dict[str, Any]:
        """Say that the server answers, and from which generation of the index."""
        return {"status": "ok", "generation": parts.live.info()["generation"], "version": __version__}

    @routes.get("/api/ready", summary="Can questions be answered?", responses={200: {"model": ReadyOut}})
    def ready() -> dict[str, Any]:
        """Say that a question can be answered now; 503 with `Retry-After` while it cannot."""
        parts.live.search(PROBE, 1)
        return {"status": "ready", "index": parts.live.info(), "chroma": parts.live.chroma}

    @routes.get("/api/quality", summary="How good are the answers?", responses={200: {"model": QualityOut}})
    def quality() -> dict[str, Any]:
        """Return the last measured figures, or `{"measured": False, "detail": …}`."""
        return parts.card() or {"measured": False, "detail": UNMEASURED}

    @routes.get(
        "/api/metrics",
        summary="Figures for Prometheus",
        responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
        response_class=PlainTextResponse,
    )
    def figures() -> Response:
        """Return counters and latencies of this process in Prometheus' text format."""
        return Response(parts.metrics.text(parts.live.info()), headers={"Content-Type": metrics.MEDIA_TYPE})

    @routes.get("/quality/report", include_in_schema=False)
    def report() -> Response:
        """Return the report of the run that the card shows; the caller has no say in which."""
        shown = parts.card() or {}
        path = parts.runs / str(shown.get("report"))
        if not shown.get("report") or not path.is_file():
            return PlainTextResponse("There is no report of a measured run.", status_code=404)
        return FileResponse(path, media_type="text/html", headers={"Content-Security-Policy": REPORT_POLICY})

    return routes
