"""How much one caller may send: requests a minute, wrong passwords, bytes of a body. Counted in this process."""

from __future__ import annotations

import asyncio
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from time import monotonic, time
from typing import TYPE_CHECKING

from fastapi import Request
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from assistant.web.api_requests import OURS
from assistant.web.auth_proxy import OWN
from assistant.web.identity import LOCAL, current_user
from assistant.web.problems import SLOW_BODY, TOO_LARGE, TOO_MANY, Refused, local_path, of_error, respond

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

FAILURES_BY_ADDRESS = RateLimitItemPerMinute(20, 15)
FAILURES_BY_NAME = RateLimitItemPerMinute(10, 15)
"""Wrong secrets in a quarter of an hour, after which no other is looked at."""

MOST_BYTES = 1_000_000
"""Of a body that is no file: a long conversation has a tenth of it."""

BODY_SECONDS = 120.0
"""Longest wait for the whole of a body: the largest file over a slow line."""

_READING = frozenset({"GET", "HEAD", "OPTIONS"})


class Failures:
    """Counts wrong secrets, so that they cannot be guessed."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def check(self, request: Request, name: str = "") -> None:
        """Raise Refused if too many were wrong of late, from this address or for this name."""
        for item, key in _tried(request, name):
            if not self._limiter.test(item, key):
                wait = _wait(self._limiter, item, key)
                raise Refused(TOO_MANY, "Too many wrong attempts", hint="Wait before you try again.", retry_after=wait)

    def count(self, request: Request, name: str = "") -> None:
        """Count one that was wrong."""
        for item, key in _tried(request, name):
            self._limiter.hit(item, key)


class Rates:
    """Middleware that gives each user so many requests a minute; those who share a sign-in, each address.

    What a page is made of is not counted, what is asked and done on it is.
    """

    def __init__(self, app: ASGIApp, per_minute: int) -> None:
        self._app = app
        self._item = RateLimitItemPerMinute(per_minute)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request; one too many gets 429 with the seconds to wait."""
        if scope["type"] == "http" and _counts(request := Request(scope)):
            key = _whose(request)
            if not self._limiter.hit(self._item, key):
                wait = _wait(self._limiter, self._item, key)
                hint = f"Wait {wait} seconds."
                error = Refused(TOO_MANY, "You have sent too many requests in a minute", hint=hint, retry_after=wait)
                told = respond(request, of_error(request, error), headers={"Retry-After": str(wait)})
                await told(scope, receive, send)
                return
        await self._app(scope, receive, send)


class Bounded:
    """Middleware that refuses a body that is too long before anything reads it, or that does not come to its end."""

    def __init__(self, app: ASGIApp, most_of_files: int) -> None:
        self._app = app
        self._most_of_files = most_of_files + MOST_BYTES

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request; a body of unknown length is read first."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        try:
            receive = await self._bounded(request, in_time(receive))
        except Refused as error:
            await respond(request, of_error(request, error))(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _bounded(self, request: Request, receive: Receive) -> Receive:
        length = request.headers.get("content-length", "")
        if length.isdecimal():
            files = request.headers.get("content-type", "").startswith("multipart/form-data")
            if int(length) > (self._most_of_files if files else MOST_BYTES):
                raise _too_large(self._most_of_files if files else MOST_BYTES)
            return receive
        if "transfer-encoding" not in request.headers:
            return receive
        return replayed(await read_body(receive), receive)


async def read_body(receive: Receive) -> bytes:
    """Return the body of a request. Raises Refused if it is too long."""
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > MOST_BYTES:
            raise _too_large(MOST_BYTES)
    return bytes(body)


def replayed(body: bytes, receive: Receive) -> Receive:
    """Return a way to receive a body that has been read; what comes after it is received as before."""
    parts = [body]

    async def again() -> Message:
        if parts:
            return {"type": "http.request", "body": parts.pop(), "more_body": False}
        return await receive()

    return again


def in_time(receive: Receive) -> Receive:
    """Return a way to receive a body that raises Refused when its parts are waited for too long, all together."""
    left, whole = BODY_SECONDS, False

    async def timed() -> Message:
        nonlocal left, whole
        if whole:  # what comes now is that the caller leaves, which takes as long as it takes
            return await receive()
        began = monotonic()
        try:
            async with asyncio.timeout(left):
                message = await receive()
        except TimeoutError as error:
            raise Refused(SLOW_BODY, "The body did not arrive in time", hint="Send it again.") from error
        left -= monotonic() - began
        whole = not message.get("more_body", False)
        return message

    return timed


def address_of(request: Request) -> str:
    """Return where a request comes from: its address; of IPv6 the network, which one caller has whole."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return str(ip_network((address, 64), strict=False)) if isinstance(address, IPv6Address) else host


def _counts(request: Request) -> bool:
    path = local_path(request)
    programs = any(path == start or path.startswith(f"{start}/") for start in OURS)
    return current_user(request) != LOCAL and (programs or request.method not in _READING)


def _whose(request: Request) -> str:
    name = current_user(request).name
    shared = name == "shared" or name.startswith(OWN[1])
    return f"address {address_of(request)}" if shared else f"user {name}"


def _tried(request: Request, name: str) -> list[tuple[RateLimitItem, str]]:
    by_address: tuple[RateLimitItem, str] = (FAILURES_BY_ADDRESS, f"address {address_of(request)}")
    return [by_address, (FAILURES_BY_NAME, f"name {name[:200]}")] if name else [by_address]


def _wait(limiter: MovingWindowRateLimiter, item: RateLimitItem, key: str) -> int:
    return max(1, ceil(limiter.get_window_stats(item, key).reset_time - time()))


def _too_large(most: int) -> Refused:
    return Refused(TOO_LARGE, f"A body may have {most // 1_000_000} MB here", hint="Send less.")
