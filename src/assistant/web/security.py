"""What every response carries and what no request may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline'",  # Gradio starts itself with a script in the page; no eval
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",  # Gradio sets one
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
"""The content security policy: nothing is loaded from, or sent to, another host."""

REPORT_POLICY = "; ".join(
    ("default-src 'none'", "style-src 'unsafe-inline'", "img-src data:", "base-uri 'none'", "frame-ancestors 'none'")
)
"""The policy of a stored report: its own style and nothing else, no script, and no way to ask the assistant."""

STRICTER = frozenset({REPORT_POLICY.encode()})
"""Policies that a response may carry in place of `POLICY`."""

HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)

_READING = frozenset({"GET", "HEAD", "OPTIONS"})


class SecurityHeaders:
    """Middleware that adds the headers to every response and refuses requests from other sites."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request; a write that a browser sends on behalf of another site gets 403."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": _with_ours(message.get("headers", ()))}
            await send(message)

        if scope["method"] not in _READING and _from_elsewhere(scope):
            await _refuse(send_with_headers)
        else:
            await self._app(scope, receive, send_with_headers)


def _with_ours(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Return the response's headers with ours in place of any of the same name but a stricter policy."""
    stricter = any(name.lower() == b"content-security-policy" and value in STRICTER for name, value in headers)
    guards = [(name, value) for name, value in HEADERS if not (stricter and name == b"content-security-policy")]
    ours = {name for name, _ in guards}
    kept = [(name, value) for name, value in headers if name.lower() not in ours]
    streamed = any(n.lower() == b"content-type" and v.startswith(b"text/event-stream") for n, v in kept)
    unbuffered = [(b"x-accel-buffering", b"no")] if streamed else []  # nginx would hold the stream back
    return [*kept, *guards, *unbuffered]


def _from_elsewhere(scope: Scope) -> bool:
    return any(name == b"sec-fetch-site" and value == b"cross-site" for name, value in scope["headers"])


async def _refuse(send: Send) -> None:
    body = b'{"title": "Requests from other sites are refused", "status": 403}'
    headers = [(b"content-type", b"application/problem+json")]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": body})
