"""The path prefix that a proxy serves us under, whether or not the proxy takes it off."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


class Prefixed:
    """Middleware that gives every request the prefix: as `root_path`, and at the head of its path.

    It belongs outside all others, because each of them reads the path. The server's own setting of
    this kind puts the prefix before the path in any case, so that one which the proxy left on would
    be there twice.
    """

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        """Wrap the application; a prefix such as `/assistant` begins with a slash, `/` and nothing are none."""
        self._app = app
        stripped = prefix.strip("/")
        self._prefix = f"/{stripped}" if stripped else ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if self._prefix and scope["type"] in {"http", "websocket"}:
            path = scope["path"]
            if path != self._prefix and not path.startswith(f"{self._prefix}/"):
                scope["path"] = self._prefix + path
            scope["root_path"] = self._prefix
        await self._app(scope, receive, send)
