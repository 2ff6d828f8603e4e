"""Server-sent events: what arrives is sent on at once, and silence is filled so that no proxy gives up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress
from typing import Any

import anyio
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event
from pydantic_core import to_json

HEARTBEAT_SECONDS = 10.0
"""Longest silence; proxies close a connection after 30 to 60 seconds of it."""

HEARTBEAT = b": waiting\n\n"

HEADERS = {"Cache-Control": "no-store"}
"""What keeps nginx from holding a stream back is added in `security`."""


def event(data: Any, *, name: str | None = None) -> bytes:
    """Return one event whose data is JSON."""
    return format_sse_event(data_str=to_json(data).decode(), event=name)


def stream(events: AsyncGenerator[bytes, None]) -> StreamingResponse:
    """Return the response that sends the events; when the reader leaves, they are closed."""
    return StreamingResponse(with_heartbeats(events), media_type="text/event-stream", headers=HEADERS)


async def with_heartbeats(events: AsyncGenerator[bytes, None], *, every: float | None = None) -> AsyncIterator[bytes]:
    """Yield the events, and a comment whenever none came for `every` seconds; closes them at the end."""
    upcoming = _next(events)
    try:
        while True:
            done, _ = await asyncio.wait({upcoming}, timeout=every or HEARTBEAT_SECONDS)
            if not done:
                yield HEARTBEAT
            elif (found := upcoming.result()) is None:
                return
            else:
                yield found
                upcoming = _next(events)
    finally:
        with anyio.CancelScope(shield=True):  # the reader has left, yet the work must be told
            with suppress(Exception):
                await upcoming  # a thread cannot be stopped in the middle of a step
            await events.aclose()


def _next(events: AsyncGenerator[bytes, None]) -> asyncio.Task[bytes | None]:
    async def following() -> bytes | None:
        return await anext(events, None)

    return asyncio.create_task(following())
