"""Servers for a test, closed after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from model_server import Behaviour, FakeServer


@pytest.fixture
def serve() -> Iterator[Callable[..., FakeServer]]:
    """Starts servers that behave as told, one behaviour a request."""
    started: list[FakeServer] = []

    def start(*behaviours: Behaviour) -> FakeServer:
        started.append(FakeServer(*behaviours))
        return started[-1]

    yield start
    for one in started:
        one.close()
