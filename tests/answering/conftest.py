"""Questions to the hotel's pages, as far as each stage brings them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from assistant.pipeline import NEW, Assistant
from assistant.types import Conversation, Evidence, Outline, Sentence


@pytest.fixture(scope="session")
def find(line: Assistant) -> Callable[..., Evidence]:
    """Return the evidence for a question."""

    def find(question: str, conversation: Conversation = NEW) -> Evidence:
        query = line.rewrite(question, conversation)
        return Evidence(query, tuple(line.retrieve(query)))

    return find


@pytest.fixture(scope="session")
def assess(line: Assistant, find: Callable[..., Evidence]) -> Callable[..., Outline]:
    """Return the outline for a question."""

    def assess(question: str, conversation: Conversation = NEW) -> Outline:
        return line.assess(find(question, conversation))

    return assess


@pytest.fixture(scope="session")
def compose(line: Assistant, assess: Callable[..., Outline]) -> Callable[..., list[Sentence]]:
    """Return the composed sentences for a question."""

    def compose(question: str, conversation: Conversation = NEW) -> list[Sentence]:
        return list(line.compose(assess(question, conversation)))

    return compose
