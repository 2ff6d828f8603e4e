"""A process without network, home or cache: what it runs must bring everything along."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

BLOCK = """
import os, sys

def refuse(event, args):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "socket.sendmsg"}:
        with open(os.environ["ATTEMPTS"], "a") as file:
            file.write(f"{event} {args!r} by {sys.orig_argv}\\n")
        raise OSError("there is no network here")

sys.addaudithook(refuse)
"""
"""Runs at the start of every Python in `PYTHONPATH`'s reach, child processes too; cannot be undone by them."""

SOURCE = Path(__file__).parents[1] / "src"
"""The program of this tree, whichever is installed."""


@dataclass(frozen=True)
class Alone:
    """Runs programs that reach nothing but their files."""

    folder: Path

    def __post_init__(self) -> None:
        for part in (self._python, self.home):
            part.mkdir(parents=True)
        (self._python / "sitecustomize.py").write_text(BLOCK, "utf-8")

    @property
    def _python(self) -> Path:
        return self.folder / "python"

    @property
    def home(self) -> Path:
        """Where programs keep what they download, and what they know of who uses them."""
        return self.folder / "home"

    @property
    def corpus(self) -> Path:
        """The folder of the documents."""
        return self.folder / "corpus"

    @property
    def index(self) -> Path:
        """The folder of the index."""
        return self.folder / "index"

    @property
    def attempts(self) -> str:
        """What tried to reach out, a line each."""
        told = self.folder / "attempts"
        return told.read_text("utf-8") if told.exists() else ""

    def run(self, *arguments: str, below: Sequence[str] = (), **settings: str) -> subprocess.CompletedProcess[str]:
        """Run Python with these arguments, below another program if need be.

        Of the environment it gets `settings` alone.
        """
        command, environment = [*below, sys.executable, *arguments], self.environment(**settings)
        return subprocess.run(command, env=environment, cwd=self.folder, capture_output=True, text=True, check=False)

    def environment(self, **settings: str) -> dict[str, str]:
        """Return all that a program here knows of the outside."""
        return {
            "PATH": os.defpath,
            "PYTHONPATH": os.pathsep.join([str(self._python), str(SOURCE)]),
            "HOME": str(self.home),
            "HF_HOME": str(self.home / "huggingface"),
            "XDG_CACHE_HOME": str(self.home / "cache"),
            "ATTEMPTS": str(self.folder / "attempts"),
            **settings,
        }

    def assistant(self, command: str, *arguments: str, below: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
        """Run one command of the assistant over the corpus and the index."""
        places = ("--corpus", str(self.corpus), "--index", str(self.index))
        return self.run("-m", "assistant.cli", command, *places, *arguments, below=below)
