"""A question: what is searched for, and what was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assistant.types.case import Fact
from assistant.types.corpus import Passage, Source, Span

FoundBy = Literal["dense", "sparse", "hybrid", "rerank"]


@dataclass(frozen=True, slots=True)
class Query:
    """What we search for, and what was asked."""

    text: str
    """What this question asks, with pronouns and ordinals resolved where they could be."""
    question: str
    """The person's own words."""
    expansions: tuple[str, ...] = ()
    """Other names of the terms in `text`, from the glossary; searched by words as well."""
    context: tuple[tuple[str, float], ...] = ()
    """What a follow-up leans on: earlier words of the conversation, each with its weight (0..1)."""
    facts: tuple[Fact, ...] = ()
    """What is known of the case with this question; none that the reader removed."""
    answered: tuple[tuple[str, float], ...] = ()
    """Beginnings of the answers that a follow-up leans on, the last first, each with its weight (0..1).

    They pull the search and are not shown as what was searched for.
    """

    @property
    def standalone(self) -> str:
        """The question completed from the conversation, as it is shown: what was searched for."""
        return " ".join([self.text, *(f"({text})" for text, _ in self.context)])


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found, with its place in one ranking."""

    passage: Passage
    score: float
    """Higher is better; scores compare only within one `found_by`."""
    rank: int
    """From 1."""
    found_by: FoundBy


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that an answer may rest on."""

    query: Query
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Citation:
    """The exact words that carry a sentence, and where they stand. One number is one quote."""

    number: int  # from 1 as shown; 0 before numbering
    passage: Passage
    quote: Span
    """In the document's text, within the passage's span."""
    source: Source | None = None
    """What the quoted sentence itself names as its source, if anything."""

    @property
    def text(self) -> str:
        """The quoted words."""
        return self.passage.text[self.quote.start - self.passage.span.start : self.quote.end - self.passage.span.start]


@dataclass(frozen=True, slots=True)
class Term:
    """An entry of the glossary."""

    name: str
    also: tuple[str, ...]
    """Acronyms, spellings and synonyms."""
    meaning: str
    """One sentence that can be quoted: exactly `span.of(document.text)`."""
    document_id: str
    span: Span
