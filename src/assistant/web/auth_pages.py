"""Each open page belongs to whoever opened it.

Gradio knows a page by a name that its browser made up, and gives whatever it keeps for the page to
whoever tells that name; so a name is bound to the user who used it first.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from fastapi import Request

from assistant.web.identity import current_user
from assistant.web.limits import read_body, replayed
from assistant.web.problems import FORBIDDEN, Refused, local_path, of_error, respond

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

BELOW = "/gradio_api/"
"""Where the page's script asks."""

MOST_PAGES = 50_000
"""Remembered; Gradio forgets what it keeps for a page after 10,000 others."""

_FIELD = "session_hash"
_NAMED_IN_PATH = ("heartbeat", "stream")
_FILES = "upload"
"""Bodies that are not read for a name: nothing that is kept for a page is given for it."""


class OwnPages:
    """Middleware that refuses a page's name to all but its user."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._users: OrderedDict[str, str] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request; one for somebody else's page gets 403."""
        if scope["type"] != "http" or not local_path(request := Request(scope)).startswith(BELOW):
            await self._app(scope, receive, send)
            return
        try:
            body = b""
            if request.method == "POST" and not local_path(request).startswith(BELOW + _FILES):
                body = await read_body(receive)
                receive = replayed(body, receive)
            if not all(self._belongs(page, current_user(request).name) for page in _pages(request, body)):
                raise Refused(FORBIDDEN, "This page was opened by somebody else", hint="Load it again.")
        except Refused as error:
            await respond(request, of_error(request, error))(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _belongs(self, page: str, user: str) -> bool:
        """Return whether the page is the user's; one that nobody used before is from now on."""
        owner = self._users.setdefault(page, user)
        self._users.move_to_end(page)
        if len(self._users) > MOST_PAGES:
            self._users.popitem(last=False)
        return owner == user


def _pages(request: Request, body: bytes) -> Iterator[str]:
    """Yield each name of a page that the request tells: in its path, its query or its body."""
    yield from request.query_params.getlist(_FIELD)
    first, _, rest = local_path(request).removeprefix(BELOW).partition("/")
    if first in _NAMED_IN_PATH and rest:
        yield rest.partition("/")[0]
    told = _parsed(body)
    if isinstance(told, dict) and isinstance(told.get(_FIELD), str):
        yield told[_FIELD]


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None  # whoever handles it will say so
