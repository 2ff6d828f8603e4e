"""How a body is read: bounded, and as JSON that means one thing only."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from email.message import Message
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic_core import from_json

from assistant.web.problems import NOT_JSON, TOO_LARGE, WRONG_TYPE, Refused

MOST_BYTES = 1_000_000
"""Of a body of JSON: a long conversation has a tenth of it."""


class JsonRoute(APIRoute):
    """A route whose body, if it has one, is read before anything else is done."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what handles a request."""
        handle = super().get_route_handler()

        async def read_first(request: Request) -> Response:
            if self.body_field is not None:
                request = _Read(request.scope, request.receive, await read_json(request))
            return await handle(request)

        return read_first


class _Read(Request):
    """A request whose body has been read."""

    def __init__(self, scope: Any, receive: Any, value: Any) -> None:
        super().__init__(scope, receive)
        self._body = b"read"
        self._json = value


async def read_json(request: Request) -> Any:
    """Return the body's value. Raises Refused for one that is too long, no JSON, or ambiguous."""
    if not _is_json(request.headers.get("content-type", "")):
        raise Refused(WRONG_TYPE, "The body is not marked as JSON", hint="Send Content-Type: application/json.")
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > MOST_BYTES:
        raise _too_large()
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise _too_large()
    return parse(bytes(body))


def parse(body: bytes) -> Any:
    """Return the value of a JSON text. Raises Refused.

    What readers of JSON differ about is refused: a name that is given twice, NaN and infinity,
    half a surrogate pair, more than 200 levels.
    """
    try:
        from_json(body, allow_inf_nan=False)
        return json.loads(body, object_pairs_hook=_named_once)
    except ValueError as error:
        raise Refused(NOT_JSON, str(error), hint="Send one JSON object.") from error


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is given twice in one object")
    return found


def _is_json(content_type: str) -> bool:
    message = Message()
    message["content-type"] = content_type
    subtype = message.get_content_subtype()
    return message.get_content_maintype() == "application" and (subtype == "json" or subtype.endswith("+json"))


def _too_large() -> Refused:
    return Refused(TOO_LARGE, f"A body may have {MOST_BYTES // 1_000_000} MB", hint="Send less.")
