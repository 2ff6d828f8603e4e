"""A Chroma server on this machine, as `chroma run` starts it, to be killed and started again."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from assistant.index.server import Server

COMMAND = Path(sys.executable).with_name("chroma")


class ChromaServer:
    """The server; always on the same port and over the same folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = free.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def server(self) -> Server:
        return Server(self.url)

    @property
    def process(self) -> int:
        assert self._process
        return self._process.pid

    def start(self) -> None:
        """Start it unless it runs, and wait until it answers."""
        if self._process and self._process.poll() is None:
            return
        command = [str(COMMAND), "run", "--path", str(self.folder), "--host", "127.0.0.1", "--port", str(self._port)]
        told = {"PATH": os.defpath, "HOME": str(self.folder)}
        self._process = subprocess.Popen(command, env=told, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 60
        while not self._answers():
            assert self._process.poll() is None
            assert time.monotonic() < end
            time.sleep(0.05)

    def kill(self) -> None:
        """End it as a crash would."""
        if self._process:
            self._process.kill()
            self._process.wait()

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/api/v2/heartbeat", timeout=1):
                return True
        except OSError:
            return False
