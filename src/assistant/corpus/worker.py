"""Parsing in a child process, with limits on memory and time: a hostile file can only stop the child.

The child (`python -m assistant.corpus.worker`) never opens a file: it is sent bytes and sends back a
document. One child serves many files; one that dies or stalls is replaced.
"""

from __future__ import annotations

import importlib
import io
import os
import pickle
import resource
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import PurePosixPath
from types import TracebackType
from typing import IO, Any

from assistant.corpus.blocks import Parsed, assemble, kind_of
from assistant.corpus.limits import Limits
from assistant.errors import UnreadableFile
from assistant.types import Document
from assistant.types import corpus as made

READERS = {
    ".txt": "read_text",
    ".md": "read_markdown",
    ".markdown": "read_markdown",
    ".html": "read_html",
    ".htm": "read_html",
    ".pdf": "read_pdf",
    ".docx": "read_docx",
}
"""The module that reads each kind of file; it has a function of the same name."""

_LENGTH = struct.Struct("!Q")
_START_SECONDS = 60  # an interpreter starts in well under a second; a machine may be busy


class Worker:
    """A parser in a child process; a context manager, since the child must be ended."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def read(self, data: bytes, path: str, sha256: str) -> Document:
        """Return the document of a file's bytes.

        Raises UnreadableFile with the reader's reason, or because the limits were not enough.
        """
        if self._process is not None and self._process.poll() is not None:
            self._end()  # it died between two files
        process = self._process or self._start()
        late = threading.Event()
        answer = _ask(process, pickle.dumps((data, path, sha256)), self._limits.seconds, late)
        if answer is None:
            self._end()
            reason = f"it takes longer than {self._limits.seconds:g} s" if late.is_set() else "its parser crashed"
            raise UnreadableFile(path, reason)
        found, reason = answer
        if late.is_set() or reason == _OUT_OF_MEMORY:  # killed just after it answered; or it may hold on to much
            self._end()
        if found is None:
            raise UnreadableFile(path, reason)
        return found

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", __name__, str(self._limits.memory_bytes)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        if _ask(self._process, b"", _START_SECONDS, threading.Event()) is None:
            self._end()
            raise RuntimeError("the process that reads files does not start")
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            with suppress(BrokenPipeError), process:  # closes the pipes and waits; half a request may be left
                pass


def _ask(
    process: subprocess.Popen[bytes], request: bytes, seconds: float, late: threading.Event
) -> tuple[Document | None, str] | None:
    """Return the child's answer, or None when it died or (then `late` is set) took too long."""

    def stop() -> None:
        late.set()
        process.kill()  # ends the reading and writing below too

    timer = threading.Timer(seconds, stop)
    timer.start()
    try:
        if request and process.stdin:
            _send(process.stdin, request)
        answer = _receive(process.stdout) if process.stdout else None
        timer.cancel()
        return None if answer is None else _Types(io.BytesIO(answer)).load()
    except (OSError, pickle.UnpicklingError, EOFError):
        return None
    finally:
        timer.cancel()
        timer.join()


class _Types(pickle.Unpickler):
    """Makes our own types and nothing else: the child has read files that nobody vouches for."""

    def find_class(self, module: str, name: str) -> Any:
        if module == made.__name__ and isinstance(getattr(made, name, None), type):
            return getattr(made, name)
        raise pickle.UnpicklingError(f"{module}.{name} is not a type of ours")


def _send(pipe: IO[bytes], message: bytes) -> None:
    pipe.write(_LENGTH.pack(len(message)))
    pipe.write(message)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> bytes | None:
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    message = pipe.read(length)
    return message if len(message) == length else None


# --- in the child -------------------------------------------------------------------------

_OUT_OF_MEMORY = "it needs more memory than it may have"


def parse(data: bytes, path: str, sha256: str) -> Document:
    """Return the document of a file's bytes, read here; raises UnreadableFile.

    Each reader is imported when the first file of its kind comes.
    """
    name = READERS[PurePosixPath(path).suffix.lower()]
    read: Callable[[bytes, str], Parsed] = getattr(importlib.import_module(f"assistant.corpus.{name}"), name)
    return assemble(read(data, path), id=path, kind=kind_of(path), sha256=sha256, path=path)


def _serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    _send(answers, pickle.dumps((None, "ready")))
    while (request := _receive(requests)) is not None:
        _send(answers, pickle.dumps(_answer(request)))


def _answer(request: bytes) -> tuple[Document | None, str]:
    data, path, sha256 = pickle.loads(request)  # noqa: S301  (from our own parent)
    try:
        return parse(data, path, sha256), ""
    except UnreadableFile as error:
        return None, error.reason
    except MemoryError:
        return None, _OUT_OF_MEMORY
    except RecursionError:
        return None, "it is nested too deeply"
    except Exception as error:  # a reader's own mistake must not cost the other files
        return None, f"its parser failed ({type(error).__name__})"


def _limit_memory(size: int) -> None:
    try:
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ValueError, OSError):  # macOS knows the limit and may not set it; time is limited all the same
        pass


def main() -> None:
    """Read files for the parent until it closes the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    _limit_memory(int(sys.argv[1]))
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a parser prints must not end up in an answer
    _serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
