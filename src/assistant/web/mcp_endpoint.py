"""`/mcp` over HTTP: the tools' server is made by the first request, for its packages take half a second to import."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import anyio
from anyio.to_thread import run_sync
from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from anyio.abc import TaskGroup, TaskStatus
    from mcp.server.mcpserver import MCPServer
    from starlette.types import Receive, Scope, Send


class Endpoint:
    """`/mcp`: each request is answered on its own, by a server that runs while the application does."""

    def __init__(self, make: Callable[[], MCPServer[Any]]) -> None:
        self._make = make
        self._tasks: TaskGroup | None = None
        self._server: MCPServer[Any] | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Serve for the time of the block."""
        self._first = anyio.Lock()
        async with anyio.create_task_group() as self._tasks:
            yield
            self._tasks.cancel_scope.cancel()
        self._tasks = self._server = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if self._tasks is None:
            gone = PlainTextResponse("The server is starting or stopping.", 503, {"Retry-After": "5"})
            return await gone(scope, receive, send)
        async with self._first:
            if self._server is None:
                self._server = await self._tasks.start(self._serve)
        await self._server.session_manager.handle_request(scope, receive, send)

    async def _serve(self, *, task_status: TaskStatus[MCPServer[Any]]) -> None:
        """Make the server, say so, and keep it running until the block of `running` ends."""
        server = await run_sync(self._make)
        async with server.session_manager.run():
            task_status.started(server)
            await anyio.sleep_forever()
