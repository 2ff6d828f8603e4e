"""A server that is told to stop while answers are on their way and pages are open."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

TESTS = Path(__file__).parents[1]

SERVER = """
import sys
from pathlib import Path
from kitchen import Kitchen
from assistant.settings import Settings
from assistant.web.server import create_app, serve

settings = Settings.read({}, port=0, data=Path(sys.argv[1]))
serve(create_app(Kitchen(pause=30), settings), settings, say=lambda line: print(line, flush=True))
"""

ASK = b'{"question": "Tell me slowly about the canteen"}'
HEAD = (
    b"POST /api/ask/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
)


def answers(port: int) -> bool:
    """Return whether the server takes another question."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as asking:
            asking.sendall(HEAD % len(ASK) + ASK)
            return asking.recv(2_000).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def test_a_server_with_open_streams_ends_within_ten_seconds_of_being_told(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), str(TESTS.parent / "src")])}
    with subprocess.Popen(
        [sys.executable, "-c", SERVER, str(tmp_path)], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            assert process.stdout
            port = int(process.stdout.readline().split("127.0.0.1:")[1].split("/")[0])
            streams = [socket.create_connection(("127.0.0.1", port), timeout=20) for _ in range(20)]
            for stream in streams:
                stream.sendall(HEAD % len(ASK) + ASK)
            assert streams[0].recv(2_000).startswith(b"HTTP/1.1 200")
            told = time.monotonic()
            process.send_signal(signal.SIGTERM)
            while answers(port):
                assert time.monotonic() - told < 5  # half a second on an idle machine
            code = process.wait(20)
            assert time.monotonic() - told < 10
            assert code in {0, -signal.SIGTERM}
        finally:
            process.kill()
            for stream in streams:
                stream.close()
