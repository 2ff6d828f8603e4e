"""Pages of another origin that show the assistant: a small web server of their own, and the kitchen's to be shown."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from fastapi import FastAPI
from kitchen import Kitchen

from assistant.settings import Settings


@dataclass(frozen=True, slots=True)
class HostPage:
    """A page of the host, with its content security policy; `{app}` in either is the assistant's address."""

    html: str
    policy: str = "default-src 'none'"


@contextmanager
def host_site(pages: dict[str, HostPage], app: list[str]) -> Iterator[str]:
    """Serve the pages on a free port of 127.0.0.1 and give their origin; `app` holds the assistant's, once known."""

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = pages.get(self.path)
            self.send_response(200 if page else 404)
            if page:
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Security-Policy", page.policy.replace("{app}", app[0]))
            self.end_headers()
            if page:
                self.wfile.write(page.html.replace("{app}", app[0]).encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join(10)


def kitchen_app(data: Path, **settings: str) -> FastAPI:
    """Return the kitchen's application with its page."""
    from assistant.records.store import Records
    from assistant.ui.chat import mount
    from assistant.web.identity import current_user
    from assistant.web.server import create_app

    live, chosen = Kitchen(pause=0.2), Settings.read({}, data=data, **settings)
    records = Records.open(chosen)
    app = create_app(live, chosen, records=records)
    mount(app, live, chosen, records=records, owner_of=lambda request: current_user(request).name)
    return app
