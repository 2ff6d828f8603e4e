"""What every response carries and what no request may do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from fastapi import Request

from assistant.errors import SettingsError
from assistant.settings import Settings
from assistant.web.auth_proxy import from_trusted, listed
from assistant.web.problems import FORBIDDEN, Refused, of_error, respond

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = ("127.0.0.1", "::1", "localhost")
"""This machine's own names, which no other machine reaches."""

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

FORM_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
    )
)
"""The policy of a page with a form and nothing else."""

PAGE_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""The policy of a page of our own with a script and a style of its own: nothing inline, and in no frame."""

FOR_OTHER_PAGES = (b"cross-origin-resource-policy", b"cross-origin")
"""The header of a script or an image that pages of other sites may load."""

OWN = frozenset(
    {
        (b"content-security-policy", REPORT_POLICY.encode()),
        (b"content-security-policy", FORM_POLICY.encode()),
        (b"content-security-policy", PAGE_POLICY.encode()),
        FOR_OTHER_PAGES,
    }
)
"""What a response may state itself, in place of the header of this name."""

HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)

_READING = frozenset({"GET", "HEAD", "OPTIONS"})

_OWN_PAGES = b"frame-ancestors 'self'"

_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?")
_ORIGINS = re.compile(r"https?://(\*\.)?[A-Za-z0-9.-]+(:\d{1,5})?")


class SecurityHeaders:
    """Middleware that adds the headers to every response; `frame_ancestors` may show our pages, too."""

    def __init__(self, app: ASGIApp, frame_ancestors: Sequence[str] = ()) -> None:
        self._app = app
        self._ancestors = " ".join([_OWN_PAGES.decode(), *frame_ancestors]).encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": self._with_ours(message.get("headers", ()))}
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _with_ours(self, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        """Return the response's headers with ours in place of any of the same name but what it may state itself."""
        own = {name.lower() for name, value in headers if (name.lower(), value) in OWN}
        guards = [(name, value) for name, value in HEADERS if name not in own]
        ours = {name for name, _ in guards}
        kept = [(name, value) for name, value in headers if name.lower() not in ours]
        streamed = any(n.lower() == b"content-type" and v.startswith(b"text/event-stream") for n, v in kept)
        unbuffered = [(b"x-accel-buffering", b"no")] if streamed else []  # nginx would hold the stream back
        return [(name, value.replace(_OWN_PAGES, self._ancestors)) for name, value in (*kept, *guards, *unbuffered)]


class Guard:
    """Middleware that refuses what comes under a foreign name, and writes that a browser sends for a foreign page.

    A page of another site could otherwise have its reader's browser ask in the reader's name, and with
    a name of its own that leads to this machine, read the answers, too.
    """

    def __init__(self, app: ASGIApp, *, hosts: Sequence[str] = (), any_host: bool, origins: Sequence[str] = ()) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)
        self._any_host = any_host
        self._origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request; what is refused gets 403."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        try:
            self._check(request)
        except Refused as error:
            await respond(request, of_error(request, error))(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _check(self, request: Request) -> None:
        host = _name(request.headers.get("host", ""))
        if not self._any_host and host not in self._hosts and not _is_address(host):
            raise Refused(
                FORBIDDEN,
                "The assistant does not answer under this name",
                hint="Whoever runs it lists its names in ASSISTANT_ALLOWED_HOSTS.",
            )
        if request.method not in _READING and self._is_foreign(request):
            raise Refused(
                FORBIDDEN,
                "Requests from pages of other sites are refused",
                hint="Whoever runs the assistant lists those that may ask in ASSISTANT_ALLOWED_ORIGINS.",
            )

    def _is_foreign(self, request: Request) -> bool:
        """Return whether a browser says that another page sends this; what is no browser says nothing."""
        origin = request.headers.get("origin")
        if origin in self._origins:
            return False
        if site := request.headers.get("sec-fetch-site"):
            return site not in {"same-origin", "none"}
        if origin is None:
            return False
        names = {request.headers.get("host", "")}
        if from_trusted(request):
            names.add(request.headers.get("x-forwarded-host", ""))
        place = urlsplit(origin)
        return place.netloc not in names and place.hostname not in self._hosts


def origins(text: str, setting: str, *, wildcards: bool = False) -> tuple[str, ...]:
    """Return the origins that a setting lists. Raises SettingsError, naming the setting, if one is none."""
    found = listed(text)
    for origin in found:
        if not (_ORIGINS if wildcards else _ORIGIN).fullmatch(origin):
            raise SettingsError(
                f"ASSISTANT_{setting.upper()} cannot be {origin!r}: that is no origin",
                hint="Write origins such as https://intranet.example, without a path, separated by commas.",
            )
    return found


def own_hosts(settings: Settings) -> tuple[str, ...]:
    """Return the names under which the server is known."""
    return (*LOOPBACK, settings.host, *listed(settings.allowed_hosts))


def _name(host: str) -> str:
    """Return the name in a `Host` header, without its port."""
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return "?"


def _is_address(name: str) -> bool:
    """Return whether it is empty or an address, which no other site can make its own."""
    try:
        return not name or bool(ip_address(name))
    except ValueError:
        return False
