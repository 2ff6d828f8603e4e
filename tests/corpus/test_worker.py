"""The child process: what a hostile or unlucky file can do to it, and that the next file is read."""

from __future__ import annotations

import io
import pickle
import signal
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from assistant.corpus.limits import Limits
from assistant.corpus.worker import Worker, _ask, _Types
from assistant.errors import UnreadableFile
from assistant.types import Span

DEEP_HTML = b"<div>" * 200_000 + b"words"
# links in links: markdown-it needs time that grows with the square of the length
SLOW_MARKDOWN = b"[a](" * 60_000


@pytest.fixture
def reader() -> Iterator[Worker]:
    with Worker(Limits()) as worker:
        yield worker


def test_one_child_reads_many_files(reader: Worker) -> None:
    first = reader.read(b"Words.", "a.md", "1")
    child = reader._process
    second = reader.read(b"<p>Words.</p>", "guidance/b.html", "2")
    assert child is not None
    assert reader._process is child
    assert (first.text, first.sha256, second.id, second.kind) == ("Words.", "1", "guidance/b.html", "guidance")


def test_a_child_that_stalls_is_replaced() -> None:
    with Worker(Limits(seconds=2)) as reader:
        reader.read(b"Words.", "a.md", "1")
        child = reader._process
        assert child is not None
        child.send_signal(signal.SIGSTOP)  # stopped, as a parser that never ends
        with pytest.raises(UnreadableFile, match="it takes longer than 2 s"):
            reader.read(b"Words.", "b.md", "2")
        assert reader.read(b"Words.", "c.md", "3").text == "Words."


def test_a_child_that_died_between_two_files_costs_neither(reader: Worker) -> None:
    reader.read(b"Words.", "a.md", "1")
    assert reader._process is not None
    reader._process.kill()
    reader._process.wait()
    assert reader.read(b"Words.", "b.md", "2").text == "Words."


def test_a_child_that_dies_of_a_file_is_replaced(reader: Worker) -> None:
    reader.read(b"Words.", "a.md", "1")
    child = reader._process
    assert child is not None
    child.send_signal(signal.SIGSTOP)
    killer = threading.Timer(0.3, child.kill)
    killer.start()
    with pytest.raises(UnreadableFile, match="its parser crashed"):
        reader.read(b"Words.", "b.md", "2")
    killer.join()
    assert reader.read(b"Words.", "c.md", "3").text == "Words."


def test_a_file_that_needs_too_much_memory_is_refused() -> None:
    with Worker(Limits(memory_bytes=200_000_000)) as reader:
        with pytest.raises(UnreadableFile, match="more memory than it may have"):
            reader.read(b"<p>word" * 400_000, "a.html", "1")
        assert reader.read(b"Words.", "c.md", "3").text == "Words."


@pytest.mark.parametrize(("data", "name"), [(DEEP_HTML, "deep.html"), (SLOW_MARKDOWN, "slow.md")])
def test_a_hostile_file_costs_a_bounded_time(data: bytes, name: str) -> None:
    with Worker(Limits(seconds=3)) as reader:
        with suppress(UnreadableFile):
            assert reader.read(data, name, "1").text
        assert reader.read(b"Words.", "c.md", "3").text == "Words."


def test_an_answer_holds_our_types_and_nothing_else() -> None:
    assert _Types(io.BytesIO(pickle.dumps(Span(1, 2)))).load() == Span(1, 2)
    for other in (Path("x"), pytest.fail, _ask):
        with pytest.raises(pickle.UnpicklingError, match="not a type of ours"):
            _Types(io.BytesIO(pickle.dumps(other))).load()
