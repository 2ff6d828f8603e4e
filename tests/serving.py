"""Applications to ask over HTTP: made over the small corpora, and served for real."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from kitchen import Kitchen

from assistant.build import LiveAssistant
from assistant.records.store import Records
from assistant.settings import Settings
from assistant.ui.chat import mount
from assistant.web.identity import current_user
from assistant.web.server import create_app

HERE = "http://127.0.0.1:7860"
"""Where a client that is called directly believes the server to be."""


def events(text: str) -> list[tuple[str, Any]]:
    """Return the events of a stream: name and data of each; comments are left out."""
    found = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if line and not line.startswith(":"))
        if fields:
            found.append((fields.get("event", ""), json.loads(fields["data"])))
    return found


def hotel_application(live: LiveAssistant, data: Path, **settings: Any) -> FastAPI:
    """Return an application over the hotel's corpus; conversations go to `data`."""
    return create_app(live, live.settings.model_copy(update={"data": data, **settings}))


def serving(app: FastAPI) -> Iterator[str]:
    """Serve the application on a free port of this machine while the caller has the address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


def kitchen_application(data: Path, *, page: bool = False, **settings: Any) -> FastAPI:
    """Return an application over the kitchen's answers, with or without the page; what is kept goes to `data`."""
    live, chosen = Kitchen(), Settings.read({}, data=data, **settings)
    records = Records.open(chosen)
    app = create_app(live, chosen, records=records)
    if page:
        mount(app, live, chosen, records=records, owner_of=lambda request: current_user(request).name)
    return app


def awaited(work: Coroutine[Any, Any, Any]) -> Any:
    """Return what the work gives; in a thread of its own, for a browser test leaves a loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()
