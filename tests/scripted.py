"""Language models whose replies are written by rule: they fit `stages.ChatModel`, and tell what they were asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field, replace

from assistant.errors import ModelError
from assistant.text import sentences, terms
from assistant.types import Sentence, Span

Write = Callable[[str, str], str]
"""A reply, from the system and the user text."""

_PASSAGE = re.compile(r'<passage number="(\d+)"[^>]*>\n(.*?)\n</passage>', re.DOTALL)


@dataclass
class Scripted:
    """A chat model that writes by rule, in pieces of a few characters, and may fail after some of them."""

    write: Write
    fails: ModelError | None = None
    """Raised when the reply is said."""
    piece: int = 7
    asked: list[tuple[str, str]] = field(default_factory=list)
    closed: int = 0
    """How many replies were ended, in whatever way."""

    def __call__(self, system: str, user: str) -> Generator[str, None, None]:
        self.asked.append((system, user))
        text = self.write(system, user)
        try:
            yield ""
            for start in range(0, len(text), self.piece):
                yield text[start : start + self.piece]
            if self.fails:
                raise self.fails
        finally:
            self.closed += 1


def saying(text: str) -> Scripted:
    """A model that always says the same."""
    return Scripted(lambda system, user: text)


def passages(user: str) -> dict[int, str]:
    """The passages that a user text holds, by number."""
    return {int(number): text for number, text in _PASSAGE.findall(user)}


def stated(user: str, most: int = 12) -> list[tuple[str, int]]:
    """Sentences of the passages with the passage's number, from each passage in turn."""
    cut: dict[int, Sequence[str]] = {
        number: [s.of(text) for s in sentences(text) if len(s.of(text).split()) > 4]
        for number, text in passages(user).items()
    }
    found = []
    for place in range(max(map(len, cut.values()), default=0)):
        found += [(own[place], number) for number, own in cut.items() if place < len(own)]
    return found[:most]


def copies(system: str, user: str) -> str:
    """A reply that quotes the passages and names them."""
    return " ".join(f"{text.rstrip('.')} [{number}]." for text, number in stated(user) if "\n" not in text)


def by_words(otherwise: Callable[[Sentence], Sentence]) -> Callable[[Sentence], Sentence]:
    """A plain verifier: a draft holds if one sentence of a cited passage has all its words; a quotation as before."""

    def verify(sentence: Sentence) -> Sentence:
        if not sentence.draft:
            return otherwise(sentence)
        said = set(terms(sentence.draft))
        for citation in sentence.citations:
            text, start = citation.passage.text, citation.passage.span.start
            for span in sentences(text):
                if said <= set(terms(span.of(text))):
                    quote = Span(start + span.start, start + span.end)
                    return replace(sentence, citations=(replace(citation, quote=quote),), support=1.0, supported=True)
        return replace(sentence, refusal="no sentence that it cites has its words")

    return verify
