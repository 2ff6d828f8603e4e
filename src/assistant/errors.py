"""Every error we raise on purpose.

AssistantError
├── SettingsError          a setting cannot be used
├── UnreadableFile         one source file cannot be parsed; the rest goes on
├── EmptyCorpus            there is nothing to index
├── IndexUnavailable            the index cannot serve
│   ├── NoIndex            none has been built
│   ├── WrongModel         it was built by another model
│   ├── BrokenGeneration   a generation failed its probe
│   ├── ServerAway         the Chroma server does not answer
│   └── BuilderBusy        another process is building
├── UnknownDocument        no document has this id
├── RecordsUnavailable     conversations cannot be kept or read at the moment
├── UnknownConversation    this person has no conversation of this id
├── ModelError             the language model did not do its part
├── MissingExtra           an optional part is not installed
└── BadInput               what the caller gave cannot be used
    └── Rejected           a file is not taken into the corpus
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Literal


class AssistantError(Exception):
    """Base of every error we raise on purpose; the message is fit for a reader."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint
        """What the reader can do about it, as one sentence, or empty."""


class SettingsError(AssistantError):
    """A setting cannot be used; the message names it."""

    exit_code: ClassVar[int] = 2


class UnreadableFile(AssistantError):
    """One source file cannot be parsed; indexing goes on without it."""

    def __init__(self, path: Path | str, reason: str) -> None:
        super().__init__(f"cannot read {path}: {reason}", hint="Repair the file or move it away.")
        self.path = str(path)
        self.reason = reason


class EmptyCorpus(AssistantError):
    """There is no readable document to index."""


class IndexUnavailable(AssistantError):
    """The index cannot serve a question."""


class NoIndex(IndexUnavailable):
    """No generation has been published in this folder."""


class WrongModel(IndexUnavailable):
    """The generation was built by another embedding model than the one configured."""


class BrokenGeneration(IndexUnavailable):
    """A generation failed its probe and was set aside."""


class ServerAway(IndexUnavailable):
    """The Chroma server does not answer, or refuses us."""


class BuilderBusy(IndexUnavailable):
    """Another process holds the build lock."""


class UnknownDocument(AssistantError):
    """The index holds no document of this id."""


class RecordsUnavailable(AssistantError):
    """Conversations cannot be kept or read at the moment; answering goes on without."""


class UnknownConversation(AssistantError):
    """The person has no conversation of this id; whether another person has one is not told."""

    def __init__(self) -> None:
        super().__init__("there is no such conversation", hint="It may have been deleted, or belong to somebody else.")


class ModelError(AssistantError):
    """The language model did not do its part; the message is a clause that says so to a reader."""

    def __init__(self, kind: str, message: str, *, hint: str = "", retry_after: float | None = None) -> None:
        super().__init__(message, hint=hint)
        self.kind = kind
        """One word for logs and decisions, such as `slow`; `llm/failures` lists them."""
        self.retry_after = retry_after
        """Seconds that the server asks to wait before the next call, if it does."""


class MissingExtra(AssistantError):
    """An optional part of the product is not installed."""

    def __init__(self, purpose: str, extra: str) -> None:
        super().__init__(
            f"{purpose} needs an optional part that is not installed",
            hint=f"Install it with: pip install 'sourcing-assistant[{extra}]'",
        )


class BadInput(AssistantError):
    """What the caller gave cannot be used; the message says what to change."""

    exit_code: ClassVar[int] = 2


class Rejected(BadInput):
    """A change of the corpus is not made; the message is about the one file that it names."""

    def __init__(self, name: str, message: str, *, why: Why, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.name = name
        """Of the file, fit to be shown."""
        self.why: Why = why


Why = Literal["size", "kind", "content", "conflict"]
"""Too large; a kind that is not read; nothing that can be read; in the way of what is there."""
