"""A real HTTP server of ours on loopback that speaks the OpenAI chat-completions protocol, and fails on demand.

A behaviour is a function of the open connection; `FakeServer(*behaviours)` uses one a request and
repeats the last.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from typing import Any

Behaviour = Callable[["Connection"], None]
"""What the server does with one request."""


class Connection(BaseHTTPRequestHandler):
    """One request, and the ways to answer it."""

    protocol_version = "HTTP/1.1"
    server: FakeHTTPServer
    body: dict[str, Any]

    def do_POST(self) -> None:
        self.body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        owner = self.server.owner
        owner.requests.append(self.body)
        owner.headers.append({name.lower(): value for name, value in self.headers.items()})
        behaviour = owner.behaviours[min(len(owner.requests), len(owner.behaviours)) - 1]
        try:
            behaviour(self)
        except OSError:
            pass
        finally:
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def status(self, code: int, message: str = "no", headers: Sequence[tuple[str, str]] = ()) -> None:
        """Answer with an error, as OpenAI does."""
        self.plain(code, json.dumps({"error": {"message": message, "type": "x", "code": "x"}}), headers=headers)

    def plain(
        self, code: int, text: str, kind: str = "application/json", headers: Sequence[tuple[str, str]] = ()
    ) -> None:
        """Answer with a whole body."""
        data = text.encode()
        self.send_response(code)
        for name, value in (("Content-Type", kind), ("Content-Length", str(len(data))), *headers):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def open_stream(self) -> None:
        """Begin a stream of events, whose end is the end of the connection."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()

    def raw(self, line: str) -> None:
        """Send one event as it is given."""
        self.wfile.write(f"data: {line}\n\n".encode())
        self.wfile.flush()

    def piece(self, text: str, finish: str | None = None) -> None:
        """Send a piece of the reply."""
        delta = {"role": "assistant", "content": text} if text else {}
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        self.raw(json.dumps({"id": "1", "object": "chat.completion.chunk", "model": "m", "choices": [choice]}))

    def end_reply(self, reason: str = "stop") -> None:
        """End the reply as the protocol asks."""
        self.piece("", reason)
        self.raw("[DONE]")

    def reset(self) -> None:
        """Break the connection so that the client sees a reset."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def wait(self, seconds: float) -> None:
        """Wait, or until the client has gone; then its time is kept and OSError raised."""
        self.connection.settimeout(seconds)
        try:
            if self.connection.recv(1) == b"":
                self.server.owner.left_at.append(monotonic())
                raise ConnectionAbortedError
        except TimeoutError:
            pass
        finally:
            self.connection.settimeout(None)


class FakeHTTPServer(ThreadingHTTPServer):
    """The listening socket."""

    daemon_threads = True
    owner: FakeServer


class FakeServer:
    """Listens on a free port of loopback until it is closed."""

    def __init__(self, *behaviours: Behaviour) -> None:
        self.behaviours = behaviours
        self.requests: list[dict[str, Any]] = []
        """The bodies that came, in order."""
        self.headers: list[dict[str, str]] = []
        self.left_at: list[float] = []
        """When clients closed their connection before they had their answer."""
        self._http = FakeHTTPServer(("127.0.0.1", 0), Connection)
        self._http.owner = self
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}/v1"

    @property
    def prompts(self) -> list[str]:
        """The user texts that came."""
        return [body["messages"][-1]["content"] for body in self.requests]

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


# --- behaviours -------------------------------------------------------------------------------


def says(*pieces: str, finish: str = "stop") -> Behaviour:
    """A whole reply, in these pieces."""

    def behave(connection: Connection) -> None:
        connection.open_stream()
        for piece in pieces:
            connection.piece(piece)
        connection.end_reply(finish)

    return behave


def writes(write: Callable[[str, str], Sequence[str]]) -> Behaviour:
    """A reply that a scripted model writes from the system and the user text."""

    def behave(connection: Connection) -> None:
        system, user = (m["content"] for m in connection.body["messages"])
        says(*write(system, user))(connection)

    return behave


def status(code: int, message: str = "no", **headers: str) -> Behaviour:
    """An error of the protocol; `retry_after="1"` becomes the header."""
    given = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return lambda connection: connection.status(code, message, given)


def holds(characters: int) -> Behaviour:
    """A server whose context has no room for more characters."""

    def behave(connection: Connection) -> None:
        if len(json.dumps(connection.body["messages"])) > characters:
            return connection.status(400, "the request exceeds the available context size")
        return says("ready")(connection)

    return behave


def broken_json(connection: Connection) -> None:
    """A whole answer that is cut JSON."""
    connection.plain(200, '{"choices": [{"message": {"content": "gue')


def calls_a_tool(connection: Connection) -> None:
    """A model that asks for a tool to be run, although it was given none."""
    connection.open_stream()
    call = {"index": 0, "id": "1", "type": "function"}
    call["function"] = {"name": "fetch", "arguments": '{"url": "http://127.0.0.1:9/evil"}'}
    delta = {"role": "assistant", "content": None, "tool_calls": [call]}
    choice = {"index": 0, "delta": delta, "finish_reason": None}
    connection.raw(json.dumps({"id": "1", "object": "chat.completion.chunk", "model": "m", "choices": [choice]}))
    connection.end_reply("tool_calls")


def page(connection: Connection) -> None:
    """A page of HTML, as a proxy or a wrong address sends it."""
    connection.plain(200, "<html><body>Sign in</body></html>", "text/html")


def hangs(connection: Connection) -> None:
    """Nothing comes."""
    connection.wait(30)


def stalls(connection: Connection) -> None:
    """Nothing comes any more after a few words."""
    connection.open_stream()
    connection.piece("Linen of sick ")
    connection.wait(30)


def drips(connection: Connection) -> None:
    """A word now and then, for ever: no limit of a single read ends it."""
    connection.open_stream()
    while True:
        connection.piece("linen ")
        connection.wait(0.1)


def breaks_off(connection: Connection) -> None:
    """The connection is reset in the middle."""
    connection.open_stream()
    connection.piece("Linen of sick ")
    connection.reset()


def ends_early(connection: Connection) -> None:
    """The stream ends in good order, but the reply was not finished."""
    connection.open_stream()
    connection.piece("Linen of sick ")


def malformed(connection: Connection) -> None:
    """A piece that is no JSON."""
    connection.open_stream()
    connection.piece("Linen of sick ")
    connection.raw('{"choices": [{"delta": {"content": "gue')
    connection.end_reply()


def error_piece(connection: Connection) -> None:
    """An error instead of a piece."""
    connection.open_stream()
    connection.piece("Linen of sick ")
    connection.raw(json.dumps({"error": {"message": "overloaded", "type": "server_error", "code": None}}))


def no_choices(connection: Connection) -> None:
    """An object of another protocol."""
    connection.open_stream()
    connection.raw(json.dumps({"result": "linen"}))
    connection.raw("[DONE]")


def null_choices(connection: Connection) -> None:
    """Pieces without choices."""
    connection.open_stream()
    connection.raw(json.dumps({"id": "1", "object": "chat.completion.chunk", "model": "m", "choices": None}))
    connection.raw("[DONE]")


def says_nothing(connection: Connection) -> None:
    """A reply in good order, without a word."""
    says()(connection)
