from __future__ import annotations

import time
from contextlib import suppress

import pytest
from bombs import QUICK

from assistant.corpus.limits import Limits
from assistant.corpus.worker import Worker
from assistant.errors import UnreadableFile


@pytest.fixture(scope="module")
def reader():
    with Worker(Limits()) as worker:
        yield worker


@pytest.mark.parametrize("kind", QUICK)
def test_a_bomb_costs_its_reason_and_the_next_file_is_read(reader: Worker, kind: str) -> None:
    name, data = QUICK[kind]()
    started = time.perf_counter()
    text = ""
    with suppress(UnreadableFile):
        text = reader.read(data, name, "1").text
    assert "root:" not in text
    assert time.perf_counter() - started < Limits().seconds
    assert reader.read(b"Words.", "next.md", "2").text == "Words."
