"""A conversation as it is kept: what was said, with when, from what and by which version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from assistant.types.conversation import Conversation

Thumb = Literal["", "up", "down"]


@dataclass(frozen=True, slots=True)
class Rating:
    """What a reader said of one answer."""

    thumb: Thumb = ""
    reason: str = ""
    """Only with a thumb down."""


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """What is known of one turn beside its question and answer."""

    number: int
    """From 1."""
    asked_at: str
    """UTC, ISO format."""
    version: str
    """Of the program that answered."""
    index: Mapping[str, Any] = field(default_factory=dict)
    """What was answered from: `generation`, `embedding_model`, `documents`, `passages`."""
    rating: Rating = Rating()


@dataclass(frozen=True, slots=True)
class Kept:
    """A conversation with everything that shows it again as it was."""

    id: str
    """Unguessable: 128 random bits, url-safe; empty for one that is not stored."""
    title: str
    created: str
    """UTC, ISO format."""
    updated: str
    """Of the latest turn or change; UTC, ISO format."""
    conversation: Conversation
    turns: tuple[KeptTurn, ...]
    """One for each turn of the conversation, in its order."""
    share: str = ""
    """Whoever has this token may read the conversation; empty while it is not shared."""


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list of conversations shows of one."""

    id: str
    title: str
    created: str
    updated: str
    turns: int
