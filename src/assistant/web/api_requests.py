"""Around every request: an id, a line in the log, its time, and words for what nobody foresaw."""

from __future__ import annotations

import logging
import re
from contextvars import ContextVar
from time import perf_counter
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import BaseRoute, Match, Route

from assistant.web.metrics import Metrics
from assistant.web.problems import NOTHING_HERE, failure, local_path, respond

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)
access = logging.getLogger("assistant.access")

CURRENT: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request that is being worked on, for lines of the log."""

OURS = ("/api", "/v1", "/mcp")
"""Where programs ask: the page answers nothing below these."""

LEFT = 499
"""Stands for the status of a request whose caller left before it was answered."""

_SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class Requests:
    """Middleware that names each request, times it, counts it, and answers for a crash."""

    def __init__(self, app: ASGIApp, metrics: Metrics, *, log_questions: bool = False) -> None:
        self._app = app
        self._metrics = metrics
        self._log_questions = log_questions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request; the caller's own id is kept if it is a plain name."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        id = _given_id(scope) or uuid4().hex
        scope.setdefault("state", {})["request_id"] = id
        token, began, status = CURRENT.set(id), perf_counter(), 0

        async def send_named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*message.get("headers", ()), (b"x-request-id", id.encode())]}
            await send(message)

        try:
            await self._app(scope, receive, send_named)
        except ClientDisconnect:
            log.debug("the caller left before it was answered")
        except Exception:
            log.exception("a request could not be answered")
            if not status:
                request = Request(scope)
                await respond(request, failure(request))(scope, receive, send_named)
        finally:
            self._done(scope, status or LEFT, perf_counter() - began)
            CURRENT.reset(token)

    def _done(self, scope: Scope, status: int, seconds: float) -> None:
        """Count the request and write its line: the route's pattern, for an address may be a secret."""
        route = _pattern(scope)
        self._metrics.request(scope["method"], route, status, seconds)
        if problem := scope["state"].get("problem"):
            self._metrics.refused(problem)
        line: dict[str, Any] = {"method": scope["method"], "route": route, "status": status}
        line |= {"seconds": round(seconds, 4), "user": getattr(scope["state"].get("user"), "name", "")}
        noted = dict(scope["state"].get("noted", {}))
        question = noted.pop("question", "")
        line |= {f"answer_{name}": value for name, value in noted.items()}
        if question and self._log_questions:
            line["question"] = question
        access.info("request", extra={"fields": line})


class Nowhere(BaseRoute):
    """Stands behind our routes and before the page: what they do not take is refused in our shape."""

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        self._routes = [route for route in routes if isinstance(route, Route)]

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Return that it takes every address of ours."""
        ours = scope["type"] == "http" and _below(local_path(Request(scope)), OURS)
        return (Match.FULL if ours else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a request: 405 where another method would do, else 404."""
        found = [route for route in self._routes if route.matches(scope)[0] is Match.PARTIAL]
        if found:
            allowed = sorted({method for route in found for method in route.methods or ()})
            raise HTTPException(405, headers={"Allow": ", ".join(allowed)})
        raise HTTPException(NOTHING_HERE.status)


def _below(path: str, prefixes: Sequence[str]) -> bool:
    return any(path == prefix or path.startswith(f"{prefix}/") for prefix in prefixes)


def _given_id(scope: Scope) -> str:
    given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
    text = given.decode("latin-1")
    return text if _SANE.fullmatch(text) else ""


def _pattern(scope: Scope) -> str:
    """Return the pattern of the route that took the request; all of the page's are one."""
    if not _below(local_path(Request(scope)), (*OURS, "/quality")):
        return "page"
    return str(getattr(scope.get("route"), "path_format", "")) or "other"
