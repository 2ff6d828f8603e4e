"""The web application around the page: its own routes, what guards every response, and its server."""

from __future__ import annotations

import logging
import os
import socket
from asyncio import CancelledError
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn
from fastapi import APIRouter, FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import FileResponse
from starlette.routing import Route

from assistant import __version__
from assistant.curating import Curator
from assistant.errors import SettingsError
from assistant.records.store import Records
from assistant.reindexing import Reindexer
from assistant.web import (
    api_ask,
    api_conversations,
    api_curate,
    api_docs,
    api_documents,
    api_logs,
    api_status,
    auth,
    auth_login,
    curate_page,
    embed,
    openai,
    problems,
)
from assistant.web.api_desk import Desk
from assistant.web.api_parts import Card, Parts
from assistant.web.api_requests import Nowhere, Requests
from assistant.web.auth import SignedIn, SignOn
from assistant.web.auth_pages import OwnPages
from assistant.web.auth_proxy import FromProxy, trusted_proxies
from assistant.web.limits import Bounded, Rates
from assistant.web.mcp_endpoint import Endpoint
from assistant.web.metrics import Metrics, counted
from assistant.web.prefix import Prefixed
from assistant.web.security import Guard, SecurityHeaders, origins, own_hosts

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

    from assistant.build import LiveAssistant
    from assistant.settings import Settings

SECONDS_TO_FINISH = 3
"""How long answers on their way may take once the server is told to stop; an open page's stream never ends."""

SECONDS_BETWEEN = 75
"""How long a connection may lie idle: longer than a proxy keeps one (60 s), and than anybody is told to wait before
asking again, lest it be closed at the moment when it is used."""

_ICON = Path(__file__).parent / "assets" / "favicon.svg"


def create_app(
    live: LiveAssistant,
    settings: Settings,
    *,
    records: Records | None = None,
    reindexer: Reindexer | None = None,
    card: Card = lambda: None,
    runs: Path = Path(),
) -> FastAPI:
    """Return the application with our own routes; a page is mounted onto it afterwards.

    Args:
        live: the assistant that serves.
        settings: how it serves.
        records: where conversations are kept; None is the data folder of the settings.
        reindexer: what brings the index up to date; None is one of its own.
        card: gives the quality card.
        runs: the folder that the card's `report` is in.
    """
    parts = make_parts(live, settings, records=records, reindexer=reindexer, card=card, runs=runs)
    tools = Endpoint(lambda: _tools(parts))
    app = _application(tools)
    problems.add_handlers(app)
    app.state.live = parts.live  # for the page, so that its questions are counted, too
    ways = auth.sign_on(settings)
    _add_guards(app, settings, ways)
    app.add_middleware(Requests, metrics=parts.metrics, log_questions=settings.log_questions)
    app.add_middleware(
        SecurityHeaders,
        frame_ancestors=origins(settings.frame_ancestors, "frame_ancestors", wildcards=True),
    )
    app.include_router(auth_login.router(ways))
    _add_routes(app, parts, tools)
    return app


def _add_guards(app: FastAPI, settings: Settings, ways: SignOn | None) -> None:
    """Add what a request passes before it comes to a route, the last one first."""
    admitted = origins(settings.allowed_origins, "allowed_origins")
    if ways:
        app.add_middleware(OwnPages)
        if settings.rate_per_minute:
            app.add_middleware(Rates, per_minute=settings.rate_per_minute)
        app.add_middleware(SignedIn, sign_on=ways)
    app.add_middleware(
        CORSMiddleware,  # without ours, Gradio would admit any origin
        allow_origins=admitted,
        allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
        allow_headers=["*"],
        allow_credentials=bool(admitted),
        expose_headers=["Retry-After", "X-Request-Id"],
    )
    app.add_middleware(Bounded, most_of_files=int(settings.max_file_mb * 1_000_000))
    any_host = bool(ways) and not settings.allowed_hosts
    app.add_middleware(Guard, hosts=own_hosts(settings), any_host=any_host, origins=admitted)
    app.add_middleware(FromProxy, proxies=trusted_proxies(settings))


def make_parts(
    live: LiveAssistant,
    settings: Settings,
    *,
    records: Records | None = None,
    reindexer: Reindexer | None = None,
    card: Card = lambda: None,
    runs: Path = Path(),
) -> Parts:
    """Return what the routes and the tools work with."""
    metrics = Metrics()
    live = counted(live, metrics)
    desk = Desk(live, metrics, at_once=settings.places, waiting=settings.waiting, seconds=settings.patience)
    return Parts(
        live=live,
        settings=settings,
        records=records or Records.open(settings),
        desk=desk,
        metrics=metrics,
        curator=Curator(settings),
        reindexer=reindexer or Reindexer(settings),
        card=card,
        runs=runs,
    )


def _tools(parts: Parts) -> MCPServer[Any]:
    """Return the server of the tools; called once somebody asks for it."""
    from assistant.web import mcp

    return mcp.http_server(parts)


def _application(tools: Endpoint) -> FastAPI:
    """Return an application without routes, which runs the tools' server while it runs."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as running:
            await running.enter_async_context(tools.running())
            yield

    app = FastAPI(
        title=api_docs.TITLE,
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=lifespan,
        redirect_slashes=False,
    )
    app.openapi = lambda: api_docs.describe(app)  # type: ignore[method-assign]
    return app


def _add_routes(app: FastAPI, parts: Parts, tools: Endpoint) -> None:
    """Add our routes, and behind them what refuses every other address below theirs."""
    own: list[APIRouter] = [
        api_ask.router(parts),
        api_curate.router(parts),  # before `api_documents`, whose ids hold slashes
        api_documents.router(parts),
        api_conversations.router(parts),
        api_status.router(parts),
        api_docs.router(app),
        openai.router(parts),
    ]
    for router in own:
        app.include_router(router, responses=problems.ALWAYS if router.prefix != "/v1" else None)
    app.router.routes.append(Route("/mcp", tools))
    app.include_router(embed.router())
    app.include_router(curate_page.router(parts))

    @app.get("/favicon.ico", include_in_schema=False)
    def favicon() -> FileResponse:
        return FileResponse(_ICON, media_type="image/svg+xml")

    app.router.routes.append(Nowhere([route for router in own for route in router.routes]))


def serve(app: FastAPI, settings: Settings, *, say: Callable[[str], None]) -> None:
    """Serve the application until it is stopped; `say` is told the address.

    Raises SettingsError if the address cannot be listened on.
    """
    try:
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        listener = socket.create_server((settings.host, settings.port), family=family)
    except OSError as error:
        reason = os.strerror(error.errno or 0).lower()
        raise SettingsError(
            f"cannot listen on {settings.host}:{settings.port}: {reason}",
            hint="Choose another port with --port or ASSISTANT_PORT.",
        ) from error
    api_logs.configure(settings)
    config = uvicorn.Config(
        Prefixed(app, settings.root_path),
        log_config=None,  # its lines go the same way as ours
        access_log=False,
        proxy_headers=False,  # `FromProxy` says which proxies are believed
        timeout_graceful_shutdown=SECONDS_TO_FINISH,
        timeout_keep_alive=SECONDS_BETWEEN,
    )
    logging.getLogger("uvicorn.error").addFilter(_is_no_farewell)
    with listener:
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        port = listener.getsockname()[1]
        say(f"The page is on http://{host}:{port}{settings.root_path or '/'} (Ctrl-C stops it)")
        uvicorn.Server(config).run(sockets=[listener])


def _is_no_farewell(record: logging.LogRecord) -> bool:
    """Return False for what is logged when stopping cuts off the streams of open pages: that is no error."""
    cut = record.exc_info is not None and isinstance(record.exc_info[1], CancelledError)
    return not cut and "timeout graceful shutdown exceeded" not in record.getMessage()
